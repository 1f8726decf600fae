"""How often the window is told of films done."""

import time
from typing import Any

from cxrviewer.core.progress import BatchDone

_LEAST_SECONDS = 0.1


class EventPace:
    """Lets every event pass but for films done, of which ten a second are enough for an eye."""

    def __init__(self) -> None:
        self._stage = ""
        self._last = 0.0

    def lets_pass(self, event: Any) -> bool:
        """Say whether the window is told of this event."""
        if not isinstance(event, BatchDone):
            return True
        now = time.monotonic()
        if event.stage == self._stage and now - self._last < _LEAST_SECONDS:
            return False
        self._stage, self._last = event.stage, now
        return True
