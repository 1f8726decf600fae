"""Pause, resume and stop of a running stream of events, asked for by any thread."""

import contextlib
import math
import threading
import time
from collections.abc import Callable
from typing import Any

from cxrviewer.core.errors import ProcessError
from cxrviewer.processes.messages import Pause, Resume, Stop

Send = Callable[[Any], None]


class Reins:
    """What a person wants of the stream that runs; before it runs, the wish is remembered.

    Parameters
    ----------
    patience
        Seconds in which a stream that is told to stop must have ended.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._send: Send | None = None
        self._held = self._paused = False
        self._until = math.inf

    @property
    def until(self) -> float:
        """When the stream must have ended, on the monotonic clock; infinite unless stopped."""
        return self._until

    @property
    def stopping(self) -> bool:
        """Whether the stream was told to stop."""
        return self._until < math.inf

    def hold(self) -> None:
        """Belong to a stream that is about to begin; what was wanted of an older one is void."""
        with self._lock:
            self._send, self._held, self._paused, self._until = None, True, False, math.inf

    def begin(self, send: Send, request: Any) -> None:
        """Send the request that starts the stream, and what was wanted of it meanwhile."""
        with self._lock:
            send(request)
            self._send = send
            if self._paused:
                send(Pause())
            if self.stopping:
                send(Stop())

    def drop(self) -> bool:
        """Belong to no stream, since it has ended, and say whether it was told to."""
        with self._lock:
            stopped = self.stopping
            self._send, self._held, self._until = None, False, math.inf
            return stopped

    def pause(self) -> None:
        """Let the stream rest after its next event."""
        self._pause(paused=True)

    def resume(self) -> None:
        """Let the stream go on."""
        self._pause(paused=False)

    def stop(self) -> None:
        """Ask the stream to end; it has `patience` seconds."""
        with self._lock:
            if self._held and not self.stopping:
                self._until = time.monotonic() + self._patience
                self._say(Stop())

    def _pause(self, *, paused: bool) -> None:
        with self._lock:
            if self._held and self._paused != paused:
                self._paused = paused
                self._say(Pause() if paused else Resume())

    def _say(self, word: Any) -> None:
        if self._send is not None:
            # The thread that reads the events hears of a child that died.
            with contextlib.suppress(ProcessError):
                self._send(word)
