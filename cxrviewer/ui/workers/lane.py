"""A thread for one worker, and its end."""

from typing import Protocol

from PySide6.QtCore import QObject, QThread

from cxrviewer.core.logs import logger

_TRIES = 20
_TRY_MS = 250


class Worker(Protocol):
    """A QObject that works on a thread of its own."""

    def moveToThread(self, thread: QThread) -> object:
        """Live on this thread."""

    def stop(self) -> None:
        """End what is under way, soon; called from any thread, more than once."""

    def deleteLater(self) -> None:
        """Be deleted by the thread's event loop."""


class Lane(QObject):
    """Runs one worker on one thread."""

    def __init__(self, worker: Worker, *, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._thread = QThread()
        self._thread.setObjectName(name)
        worker.moveToThread(self._thread)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> bool:
        """End the worker's work and its thread; False if it did not end in time."""
        if not self._thread.isRunning():
            return True
        self._thread.quit()
        for _ in range(_TRIES):
            # A child that was just starting lives on after the first call, so ask again.
            self._worker.stop()
            if self._thread.wait(_TRY_MS):
                return True
        logger.error("the thread %s did not end", self._thread.objectName())
        return False
