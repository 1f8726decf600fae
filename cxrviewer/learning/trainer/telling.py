"""Telling how far long work is, ten times a second at most."""

import time
from collections.abc import Generator

from cxrviewer.core.progress import BatchDone

_SECONDS_BETWEEN = 0.1


class Telling:
    """Knows when it spoke last, and how fast each stage goes."""

    def __init__(self) -> None:
        self._told = -_SECONDS_BETWEEN
        self._stage, self._begun, self._first, self._done_before = "", 0.0, 0, 0

    def tell(self, stage: str, *, done: int, total: int) -> Generator[BatchDone, None, None]:
        """Yield how far a stage is, or nothing if something was told a moment ago."""
        now = time.monotonic()
        if stage != self._stage or done < self._done_before:
            # What was done before the first word is not known to have taken any time.
            self._stage, self._begun, self._first = stage, now, done
        self._done_before = done
        if now - self._told >= _SECONDS_BETWEEN:
            self._told = now
            spent = now - self._begun
            rate = (done - self._first) / spent if spent > 0 else 0.0
            yield BatchDone(stage=stage, done=done, total=total, rate=rate)
