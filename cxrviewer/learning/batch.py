"""Many films through one network: asked in batches, answered in their order."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from cxrviewer.core.analysis import Analysis
from cxrviewer.learning import scoring
from cxrviewer.learning.classifier import Classifier
from cxrviewer.learning.read_ahead import Prepared

BATCH = 16


def analyse(
    films: Iterable[Prepared], classifier: Classifier, *, batch: int = BATCH
) -> Iterator[tuple[Path, Analysis]]:
    """Ask the network about prepared films and yield an analysis a film, in their order.

    The analyses have no heat map; those of refused and unreadable films have no scores.
    """
    waiting: list[Prepared] = []
    for film in films:
        waiting.append(film)
        if len(waiting) == batch:
            yield from _answers(waiting, classifier)
            waiting = []
    yield from _answers(waiting, classifier)


def _answers(films: list[Prepared], classifier: Classifier) -> Iterator[tuple[Path, Analysis]]:
    inputs = [film.pixels for film in films if film.pixels is not None]
    rows = iter(classifier.logits(np.stack(inputs)) if inputs else ())
    manifest = classifier.manifest
    for film in films:
        scores, call = classifier.scores(next(rows)) if film.pixels is not None else ((), "")
        yield (
            film.path,
            Analysis(
                model=manifest.id,
                version=manifest.version,
                status=film.status,
                reason=film.reason,
                scores=scores,
                call=call,
                decision=scoring.decision(scores, manifest),
                calibrated=manifest.calibration is not None,
                device=classifier.device.description,
            ),
        )
