"""The training of one window: workers, the state they are in, and what they told so far."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from cxrviewer.core.audit import Audit
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import (
    BatchDone,
    Finished,
    PhaseStarted,
    Progress,
    RateFound,
    RateTried,
)
from cxrviewer.core.run_files import CHECKPOINT
from cxrviewer.core.settings import Settings
from cxrviewer.processes.messages import Evaluated
from cxrviewer.ui.training_state import JOBS, Happening, TrainingState
from cxrviewer.ui.workers.audit_worker import AuditRequest, AuditWorker
from cxrviewer.ui.workers.lane import Lane
from cxrviewer.ui.workers.training_worker import TrainingWorker


class TrainingSession(QObject):
    """Audits films and trains; stale answers end here.

    Signals
    -------
    warm
        What the curves need is imported.
    state_changed(TrainingState)
    scanned(BatchDone)
        Films looked at so far.
    audited(Audit, Path or None)
        The audit of the newest data set asked for, and a film of it to watch.
    progressed(Progress)
        All the events of the training under way, one more than before.
    job_step(BatchDone)
        Films done for the rate finder or an evaluation.
    evaluated(Path)
        Folder of the report of an evaluation.
    rates_tried(list of RateTried, RateFound or None)
    """

    warm = Signal()
    state_changed = Signal(object)
    scanned = Signal(object)
    audited = Signal(object, object)
    progressed = Signal(object)
    job_step = Signal(object)
    evaluated = Signal(object)
    rates_tried = Signal(object, object)

    _started = Signal()
    _audit = Signal(object)
    _train = Signal(object)
    _find_rate = Signal(object)
    _evaluate = Signal(object, str, object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = TrainingState()
        self._progress = Progress()
        self._tried: list[RateTried] = []
        self._plan: TrainingPlan | None = None
        self._request = 0
        self._audits = AuditWorker(threads=settings.threads)
        self._trainings = TrainingWorker(threads=settings.threads)
        self._lanes = (
            Lane(self._audits, name="audits", parent=self),
            Lane(self._trainings, name="trainings", parent=self),
        )
        self._connect()

    @property
    def state(self) -> TrainingState:
        """Where the training stands."""
        return self._state

    @property
    def progress(self) -> Progress:
        """The events of the last training."""
        return self._progress

    @property
    def plan(self) -> TrainingPlan | None:
        """The plan of the last training, None once films were chosen after it."""
        return self._plan

    @property
    def can_go_on(self) -> bool:
        """True where that training left what it learned by its last whole epoch."""
        return self._plan is not None and (self._plan.out / CHECKPOINT).is_file()

    def start(self) -> None:
        """Start the threads; the children come with the first thing asked of them."""
        for lane in self._lanes:
            lane.start()
        self._started.emit()

    def scan(self, data: Path, *, patients_from: str, split: tuple[float, float, float]) -> None:
        """Ask for the audit of a data set; an earlier one is given up."""
        self._request += 1
        self._plan = None
        self._audits.expect(self._request)
        self._move(Happening.CHOSEN)
        self._audit.emit(
            AuditRequest(number=self._request, data=data, patients_from=patients_from, split=split)
        )

    def give_up_scan(self) -> None:
        """Stop looking through the films."""
        self._request += 1
        self._audits.expect(self._request)
        self._audits.cancel()
        self._move(Happening.CLEARED)

    def train(self, plan: TrainingPlan) -> None:
        """Run a plan, or go on with one."""
        self._plan, self._progress = plan, Progress()
        self._trainings.expect()
        self._move(Happening.STARTED)
        self.progressed.emit(self._progress)
        self._train.emit(plan)

    def find_rate(self, plan: TrainingPlan) -> None:
        """Try learning rates on a plan's films."""
        self._tried = []
        self._trainings.expect()
        self._move(Happening.RATE_ASKED)
        self._find_rate.emit(plan)

    def evaluate(self, data: Path, model: str, out: Path) -> None:
        """Measure a model on labelled films and leave the report in a folder."""
        self._trainings.expect()
        self._move(Happening.MEASURE_ASKED)
        self._evaluate.emit(data, model, out)

    def pause(self) -> None:
        """Hold the training."""
        self._trainings.pause()
        self._move(Happening.PAUSED)

    def resume(self) -> None:
        """Let a paused training go on."""
        self._trainings.resume()
        self._move(Happening.RESUMED)

    def stop(self) -> None:
        """End what runs; a training that has learned an epoch keeps its checkpoint."""
        self._move(Happening.STOP_ASKED)
        self._trainings.cancel(keep=self.can_go_on)

    def close(self) -> bool:
        """End children and threads; False if a thread did not end in time."""
        ended = all([lane.stop() for lane in self._lanes])
        if ended:
            self._audits.close()
            self._trainings.close()
        return ended

    def _connect(self) -> None:
        self._started.connect(self._trainings.warm_up)
        self._trainings.warm.connect(self.warm)
        self._audit.connect(self._audits.audit)
        self._audits.told.connect(self._take_scanned)
        self._audits.audited.connect(self._take_audit)
        self._audits.failed.connect(self._take_refusal)
        self._train.connect(self._trainings.train)
        self._find_rate.connect(self._trainings.find_rate)
        self._evaluate.connect(self._trainings.evaluate)
        self._trainings.told.connect(self._take_event)
        self._trainings.ended.connect(self._take_end)
        self._trainings.failed.connect(self._take_failure)

    def _move(self, happening: Happening, *, sentence: str = "", field: str = "") -> None:
        state = self._state.after(happening, sentence=sentence, field=field)
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)

    def _take_scanned(self, request: AuditRequest, event: BatchDone) -> None:
        if request.number == self._request:
            self.scanned.emit(event)

    def _take_audit(self, request: AuditRequest, audit: Audit, film: Path | None) -> None:
        if request.number == self._request:
            self.audited.emit(audit, film)
            self._move(Happening.AUDITED)

    def _take_refusal(self, request: AuditRequest, sentence: str) -> None:
        if request.number == self._request:
            self._move(Happening.REFUSED, sentence=sentence, field="data")

    def _take_event(self, event: Any) -> None:
        if self._state.stage in JOBS:
            self._take_step(event)
            return
        self._progress = self._progress.after(event)
        if isinstance(event, PhaseStarted):
            self._move(Happening.LEARNING)
        self.progressed.emit(self._progress)
        if isinstance(event, Finished):
            self._move(Happening.FINISHED)

    def _take_step(self, event: Any) -> None:
        if isinstance(event, Evaluated):
            self.evaluated.emit(event.out)
        elif isinstance(event, RateTried):
            self._tried.append(event)
            self.rates_tried.emit(list(self._tried), None)
        elif isinstance(event, RateFound):
            self.rates_tried.emit(list(self._tried), event)
        elif isinstance(event, BatchDone):
            self.job_step.emit(event)

    def _take_end(self, given_up: bool) -> None:
        if self.can_go_on:
            self._move(Happening.STOPPED)
        elif given_up:
            self._move(Happening.GIVEN_UP, sentence=self.tr("Stopped; nothing of it was kept."))
        else:
            self._move(Happening.JOB_DONE)

    def _take_failure(self, sentence: str, field: str) -> None:
        self._move(Happening.FAILED, sentence=sentence, field=field)
