"""What workers with a child process have in common: the newest request wins, and the end."""

import threading
from typing import Protocol

from PySide6.QtCore import QObject


class Child(Protocol):
    """A child process that answers one question at a time."""

    def kill(self) -> None:
        """End it at once; called from any thread."""

    def close(self) -> None:
        """Release it."""


class Request(Protocol):
    """What is asked for; the highest number is the one that is wanted."""

    @property
    def number(self) -> int: ...  # noqa: D102 - the class says it


class ChildWorker(QObject):
    """Asks a child of its own, on a thread of its own.

    Parameters
    ----------
    child
        Ended by `stop`, released by `close`.
    """

    def __init__(self, child: Child) -> None:
        super().__init__()
        self._child = child
        self._stopping = threading.Event()
        self._newest = 0

    def expect(self, number: int) -> None:
        """Drop every request below this number; called from the window's thread."""
        self._newest = number

    def dropped(self, request: Request) -> bool:
        """Return whether nobody waits for a request any more."""
        return self._stopping.is_set() or request.number < self._newest

    def stop(self) -> None:
        """End the child and take no more requests."""
        self._stopping.set()
        self._child.kill()

    def close(self) -> None:
        """Release the child once the thread has ended."""
        self._child.close()
