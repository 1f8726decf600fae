"""Looks through labelled films before a training, on a thread of its own."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal, Slot

from cxrviewer.core.audit import Audit
from cxrviewer.core.errors import sentence_for
from cxrviewer.core.folders import files_in, is_companion
from cxrviewer.core.logs import logger
from cxrviewer.processes.trainer_process import Trainer
from cxrviewer.ui.workers.child_worker import ChildWorker
from cxrviewer.ui.workers.event_pace import EventPace

# Kinds of findings whose films show nothing that a map could lie on.
_NOTHING_TO_SEE = ("unreadable", "blank")


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


def film_to_watch(data: Path, audit: Audit) -> Path | None:
    """Return the first film with something to see of a folder's last class; None for a CSV."""
    if not data.is_dir() or not audit.counts:
        return None
    last = audit.counts[-1][0]
    unfit = {
        data / film
        for finding in audit.findings
        if finding.kind in _NOTHING_TO_SEE
        for film in finding.films
    }
    for folder in sorted(path for path in data.iterdir() if path.is_dir()):
        if " ".join(folder.name.lower().split()) == last:
            seen = (file for file in files_in(folder) if not is_companion(file))
            return next((file for file in seen if file not in unfit), None)
    return None
