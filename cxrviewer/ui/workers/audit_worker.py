"""Looks through labelled films before a training, on a thread of its own."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal, Slot

from cxrviewer.core.audit import Audit
from cxrviewer.core.errors import sentence_for
from cxrviewer.core.logs import logger
from cxrviewer.processes.trainer_process import Trainer
from cxrviewer.ui.film_to_watch import film_to_watch
from cxrviewer.ui.workers.child_worker import ChildWorker
from cxrviewer.ui.workers.event_pace import EventPace


@dataclass(frozen=True, kw_only=True)
class AuditRequest:
    """Ask for the audit of a data set; the highest number is the one that is wanted.

    Attributes
    ----------
    patients_from
        Where it is read from whose a film is, see `cxrviewer.core.plan.PATIENTS_FROM`.
    split
        Shares of training, validation and test.
    """

    number: int
    data: Path
    patients_from: str
    split: tuple[float, float, float]


class AuditWorker(ChildWorker):
    """Audits one data set at a time; the newest request wins.

    Signals
    -------
    told(AuditRequest, BatchDone)
    audited(AuditRequest, Audit, Path or None)
        The audit, and a film of the last class that a training can watch.
    failed(AuditRequest, str)
    """

    told = Signal(object, object)
    audited = Signal(object, object, object)
    failed = Signal(object, str)

    def __init__(self, *, threads: int = 0) -> None:
        trainer = Trainer(threads=threads)
        super().__init__(trainer)
        self._trainer = trainer

    def cancel(self) -> None:
        """Give the audit under way up; called from the window's thread."""
        self._trainer.cancel()

    @Slot(object)
    def audit(self, request: AuditRequest) -> None:
        """Audit the films of a request, unless a newer one waits."""
        if self.dropped(request):
            return
        try:
            self._audit(request)
        except Exception as error:  # noqa: BLE001 - becomes a sentence on screen
            if self.dropped(request):
                return
            logger.error("audit failed", exc_info=error)
            self.failed.emit(request, sentence_for(error))

    def _audit(self, request: AuditRequest) -> None:
        pace = EventPace()
        events = self._trainer.audit(
            request.data, patients_from=request.patients_from, split=request.split
        )
        try:
            for event in events:
                if self.dropped(request):
                    return
                if isinstance(event, Audit):
                    self.audited.emit(request, event, film_to_watch(request.data, event))
                elif pace.lets_pass(event):
                    self.told.emit(request, event)
        finally:
            events.close()
            # It holds torch; another audit gets a fresh child.
            self._trainer.kill()
