"""Drives the trainer child, on a thread of its own."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from cxrviewer.core.errors import sentence_for
from cxrviewer.core.logs import logger
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.processes.trainer_process import Trainer
from cxrviewer.ui.workers.event_pace import EventPace


class TrainingWorker(QObject):
    """Runs one job of the trainer at a time.

    `pause`, `resume` and `cancel` are called from the window's thread.

    Signals
    -------
    warm
        What the curves need is imported.
    told(object)
        One of `cxrviewer.core.progress`, or an `Evaluated`.
    ended(bool)
        The job is over; True if it was given up.
    failed(str, str)
        The job is over; a sentence, and the setting to mend or nothing.
    """

    warm = Signal()
    told = Signal(object)
    ended = Signal(bool)
    failed = Signal(str, str)

    def __init__(self, *, threads: int = 0) -> None:
        super().__init__()
        self._trainer = Trainer(threads=threads)
        self._stopping = threading.Event()
        self._cancelled = threading.Event()
        self._end: Callable[[], None] = self._trainer.cancel

    @Slot()
    def warm_up(self) -> None:
        """Import what the curves need, which would hold the window's thread up."""
        import pyqtgraph

        logger.debug("pyqtgraph %s", pyqtgraph.__version__)
        self.warm.emit()

    def expect(self) -> None:
        """Make ready for a job that is about to be asked for; a cancel before it is void."""
        self._cancelled.clear()

    def pause(self) -> None:
        """Hold the job at its next batch."""
        self._trainer.pause()

    def resume(self) -> None:
        """Let a paused job go on."""
        self._trainer.resume()

    def cancel(self, *, keep: bool = False) -> None:
        """Give the job up.

        Parameters
        ----------
        keep
            Leave the checkpoint of a training, so that it can go on.
        """
        self._give_up(self._trainer.kill if keep else self._trainer.cancel)

    @Slot(object)
    def train(self, plan: TrainingPlan) -> None:
        """Run a plan."""
        self._run(lambda: self._trainer.train(plan))

    @Slot(object)
    def find_rate(self, plan: TrainingPlan) -> None:
        """Try the learning rates of a plan."""
        self._run(lambda: self._trainer.find_rate(plan))

    @Slot(object, str, object)
    def evaluate(self, data: Path, model: str, out: Path) -> None:
        """Measure a model on labelled films."""
        self._run(lambda: self._trainer.evaluate(data, model, out))

    def stop(self) -> None:
        """End the child and take no more jobs."""
        self._stopping.set()
        self._give_up(self._trainer.kill)

    def close(self) -> None:
        """Release the child once the thread has ended."""
        self._trainer.close()

    def _give_up(self, end: Callable[[], None]) -> None:
        self._end = end
        self._cancelled.set()
        end()

    def _run(self, begin: Callable[[], Iterator[Any]]) -> None:
        if self._cancelled.is_set():
            self.ended.emit(True)
            return
        try:
            self._forward(begin())
        except Exception as error:  # noqa: BLE001 - becomes a sentence on screen
            if self._cancelled.is_set():
                # A child that was ended on the user's wish is no failure.
                self.ended.emit(True)
                return
            logger.error("training failed", exc_info=error)
            self.failed.emit(sentence_for(error), str(getattr(error, "field", "")))
            return
        self.ended.emit(self._cancelled.is_set())

    def _forward(self, events: Iterator[Any]) -> None:
        pace = EventPace()
        try:
            for event in events:
                if self._cancelled.is_set():
                    # Anew, since the first word may have come before there was a child. The
                    # events are not closed instead: closed ones keep no checkpoint.
                    self._end()
                elif pace.lets_pass(event):
                    self.told.emit(event)
        finally:
            close = getattr(events, "close", None)
            if close is not None:
                close()
