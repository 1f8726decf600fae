"""Asks whether a run's model is better than another, on a thread of its own."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal, Slot

from cxrviewer.core.errors import sentence_for
from cxrviewer.core.logs import logger
from cxrviewer.processes.trainer_process import Trainer
from cxrviewer.ui.workers.child_worker import ChildWorker


@dataclass(frozen=True, kw_only=True)
class ComparisonRequest:
    """Ask for a paired test; the highest number is the one that is wanted.

    Attributes
    ----------
    run
        Folder of the run whose model is new.
    model
        Id or folder of the model it is compared with.
    """

    number: int
    run: Path
    model: str


class ComparisonWorker(ChildWorker):
    """Compares models in a child process of its own, one pair at a time.

    Signals
    -------
    compared(ComparisonRequest, Comparison)
    failed(ComparisonRequest, str)
    """

    compared = Signal(object, object)
    failed = Signal(object, str)

    def __init__(self, *, threads: int = 0) -> None:
        trainer = Trainer(threads=threads)
        super().__init__(trainer)
        self._trainer = trainer

    @Slot(object)
    def compare(self, request: ComparisonRequest) -> None:
        """Make one comparison, unless a newer one waits."""
        if self.dropped(request):
            return
        try:
            comparison = self._trainer.compare(request.run, request.model)
        except Exception as error:  # noqa: BLE001 - becomes a sentence on screen
            if not self._stopping.is_set():
                logger.error("models not compared", exc_info=error)
                self.failed.emit(request, sentence_for(error))
            return
        self.compared.emit(request, comparison)
