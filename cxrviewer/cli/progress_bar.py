"""A line of progress on stderr, drawn only where a person watches."""

import sys
import time
from collections.abc import Generator, Iterable, Iterator
from typing import TypeVar

from cxrviewer.core.progress import BatchDone

Item = TypeVar("Item")
Value = TypeVar("Value")

_WIDTH = 30
_PAUSE = 0.1


class ProgressBar:
    """One line that is drawn over itself; nothing where stderr is not a terminal."""

    def __init__(self) -> None:
        self._watched = sys.stderr.isatty()
        self._drawn = float("-inf")

    def show(self, words: str, *, done: int, total: int) -> None:
        """Draw the line, at most ten times a second and always when all is done."""
        now = time.monotonic()
        if not self._watched or (done < total and now - self._drawn < _PAUSE):
            return
        self._drawn = now
        filled = _WIDTH * done // max(total, 1)
        bar = "#" * filled + "." * (_WIDTH - filled)
        print(f"\r\x1b[K{words} [{bar}] {done}/{total}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._watched and self._drawn > float("-inf"):
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def counted(items: Iterable[Item], words: str, *, total: int) -> Iterator[Item]:
    """Yield the items and draw how many there were."""
    bar = ProgressBar()
    try:
        for done, item in enumerate(items, start=1):
            yield item
            bar.show(words, done=done, total=total)
    finally:
        bar.clear()


def value_of(events: Generator[BatchDone, None, Value]) -> Value:
    """Draw how far long work is, and return what comes of it."""
    bar = ProgressBar()
    try:
        while True:
            event = next(events)
            bar.show(event.stage, done=event.done, total=event.total)
    except StopIteration as end:
        value: Value = end.value
        return value
    finally:
        bar.clear()
        events.close()
