"""Drawn films, read as a training reads them."""

from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

from cxrviewer.core.manifest import InputRule
from cxrviewer.core.progress import BatchDone
from cxrviewer.learning.data.dataset import for_training
from cxrviewer.learning.device import cpu
from cxrviewer.learning.trainer.films import Films, read_films
from cxrviewer.learning.trainer.keep import Keep
from cxrviewer.learning.trainer.runner import Runner

T = TypeVar("T")
RULE = InputRule(height=64, width=64, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))


def finish(events: Generator[BatchDone, None, T]) -> T:
    """Run a generator to its end and return what it returns."""
    while True:
        try:
            next(events)
        except StopIteration as end:
            value: T = end.value
            return value


def films_of(data: Path, keep: Keep) -> Films:
    """Read a data set of one finding a film."""
    listing = for_training(data)
    runner = Runner(cpu("test"))
    return finish(read_films(listing, listing.classes, RULE, runner=runner, keep=keep))
