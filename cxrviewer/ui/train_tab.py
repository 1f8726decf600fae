"""The Train tab: data at the left, the run in the middle, what is watched at the right."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from cxrviewer.core.audit import Audit
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import Progress
from cxrviewer.core.settings import Settings
from cxrviewer.ui.model_change import ModelChange
from cxrviewer.ui.plan_form import PlanControls, PlanForm
from cxrviewer.ui.training_session import TrainingSession
from cxrviewer.ui.training_state import Stage, TrainingState
from cxrviewer.ui.widgets.advanced_drawer import AdvancedDrawer
from cxrviewer.ui.widgets.data_panel import DataPanel
from cxrviewer.ui.widgets.drop_frame import DropFrame
from cxrviewer.ui.widgets.evaluate_dialog import EvaluateDialog
from cxrviewer.ui.widgets.history_drawer import HistoryDrawer
from cxrviewer.ui.widgets.message_bar import Kind, MessageBar
from cxrviewer.ui.widgets.report_view import ReportView
from cxrviewer.ui.widgets.run_panel import RunPanel
from cxrviewer.ui.widgets.switch import Switch
from cxrviewer.ui.widgets.watch_panel import WatchPanel

_RIGHT_LEAST, _RIGHT_MOST = 272, 480
_RUN, _REPORT, _HISTORY = "run", "report", "history"


class TrainTab(QWidget):
    """Trains models and shows how it goes.

    Signals
    -------
    film_wanted(Path)
        A film is to be opened in the Viewer.
    told(str)
        What the training is doing, in a few words; empty when none is under way.
    """

    film_wanted = Signal(object)
    told = Signal(str)

    def __init__(
        self, settings: Settings, models: ModelChange, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.session = TrainingSession(settings, self)
        self.models = models
        self.data = DataPanel()
        self.run = RunPanel(weights_folder=settings.weights_folder)
        self.drawer = AdvancedDrawer()
        self.watch = WatchPanel()
        self.report = ReportView(settings)
        self.history = HistoryDrawer(settings)
        self.form = PlanForm(
            PlanControls(data=self.data, run=self.run, drawer=self.drawer, watch=self.watch), self
        )
        self.pages = Switch(
            self.tr("Page"),
            {_RUN: self.tr("Run"), _REPORT: self.tr("Report"), _HISTORY: self.tr("History")},
        )
        self._centre, self._right = QStackedWidget(), QStackedWidget()
        self._drop_frame = DropFrame(self)
        self.messages = MessageBar(self._centre)
        self._build()
        self._connect()
        self._show_state(self.session.state)
        self.session.start()

    @property
    def weights_folder(self) -> str:
        """Folder of ImageNet weights the user pointed at, empty for none."""
        return self.run.form.weights.folder

    def choose_data(self, data: Path) -> None:
        """Look through a folder or a CSV."""
        self.data.choose(data)
        self.watch.set_film(None)
        self._scan()

    def take_dropped(self, dropped: list[Path]) -> None:
        """Take a dropped folder or CSV as the films to learn from."""
        fit = [path for path in dropped if path.is_dir() or path.suffix.lower() == ".csv"]
        if not self.session.state.may_choose:
            self._refuse(self.tr("A training is running; stop it before you choose other films."))
        elif len(fit) == 1 and len(dropped) == 1:
            self.choose_data(fit[0].absolute())
        else:
            self._refuse(
                self.tr(
                    "Drop one folder that holds a folder a class, or one CSV. Single films open "
                    "in the Viewer."
                )
            )

    def set_drop_shown(self, *, shown: bool) -> None:
        """Frame the place where films would land."""
        self._drop_frame.frame(self.data.geometry(), shown=shown)

    def show_report(self, run: Path) -> None:
        """Show the report of a run."""
        self.report.show_run(run)
        self.pages.choose(_REPORT)

    def show_history(self) -> None:
        """Show the runs so far."""
        self.pages.choose(_HISTORY)

    def ask_to_evaluate(self) -> None:
        """Ask which model is to be measured on the films."""
        data = self.data.chooser.data
        if data is None or not self.session.state.may_start:
            self._refuse(self.tr("Choose films at the left first, and let nothing else run."))
            return
        dialog = EvaluateDialog(data, model=self.models.model, parent=self.window())
        dialog.model_chosen.connect(self.evaluate)
        dialog.open()

    def evaluate(self, model: str) -> None:
        """Measure a model on the films and show its report."""
        data, out = self.data.chooser.data, self.form.free_folder(f"evaluation-{Path(model).name}")
        self.pages.choose(_RUN)
        if data is not None and self.form.can_write(out):
            self.session.evaluate(data, model, out)

    def close_session(self) -> bool:
        """End threads and children; False if one did not end in time."""
        drawn = [part.shut_down() for part in (self.watch, self.report, self.history)]
        return all([self.session.close(), *drawn])

    def _build(self) -> None:
        self._watch_page = QFrame()
        self._watch_page.setObjectName("side_panel")
        inner = QVBoxLayout(self._watch_page)
        inner.setContentsMargins(12, 12, 12, 12)
        inner.addWidget(self.watch)
        self._right.setMinimumWidth(_RIGHT_LEAST)
        self._right.setMaximumWidth(_RIGHT_MOST)
        self._right.addWidget(self._watch_page)
        self._right.addWidget(self.drawer)
        self._run_page = QWidget()
        beside = QHBoxLayout(self._run_page)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(0)
        beside.addWidget(self.run, 3)
        beside.addWidget(self._right, 1)
        for page in (self._run_page, self.report, self.history):
            self._centre.addWidget(page)
        middle = QVBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 16, 0)
        head.addWidget(self.pages, 0, Qt.AlignmentFlag.AlignLeft)
        middle.addLayout(head)
        middle.addWidget(self._centre, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.data)
        row.addLayout(middle, 1)

    def _connect(self) -> None:
        session, data, run = self.session, self.data, self.run
        session.state_changed.connect(self._show_state)
        session.scanned.connect(data.show_scanned)
        session.job_step.connect(run.bar.show_step)
        session.audited.connect(self._take_audit)
        session.warm.connect(run.curves.prepare)
        session.progressed.connect(self._show_progress)
        session.rates_tried.connect(run.rates.show_rates)
        session.evaluated.connect(self.show_report)
        data.data_chosen.connect(self.choose_data)
        data.cancel_wanted.connect(session.give_up_scan)
        data.patients_chosen.connect(lambda _: self._scan())
        data.film_wanted.connect(self.film_wanted)
        run.bar.start_wanted.connect(lambda: self.form.with_plan(self._train))
        run.bar.go_on_wanted.connect(self._go_on)
        run.go_on_wanted.connect(self._go_on)
        run.bar.pause_wanted.connect(session.pause)
        run.bar.resume_wanted.connect(session.resume)
        run.bar.stop_wanted.connect(session.stop)
        run.bar.rate_wanted.connect(lambda: self.form.with_plan(session.find_rate))
        run.bar.advanced_toggled.connect(self._show_drawer)
        run.rates.rate_wanted.connect(self.form.use_rate)
        self.form.mend_wanted.connect(lambda: run.bar.advanced.setChecked(True))
        self.drawer.closed.connect(lambda: run.bar.advanced.setChecked(False))
        self.pages.chosen.connect(self._show_page)
        self._connect_models()

    def _connect_models(self) -> None:
        report, models, history = self.report, self.models, self.history
        report.film_wanted.connect(self.film_wanted)
        report.use_wanted.connect(lambda run: models.use(run, report.comparison))
        report.keep_wanted.connect(report.show_kept)
        report.back_wanted.connect(models.roll_back)
        models.used.connect(self._take_model)
        models.chosen.connect(self._take_chosen_model)
        models.not_used.connect(report.refuse_use)
        models.brought_back.connect(self._take_old_model)
        models.failed.connect(lambda told: self.messages.post(told, kind=Kind.REFUSE))
        history.run_chosen.connect(self.show_report)
        history.reproduce_wanted.connect(self.repeat)
        history.resume_wanted.connect(self.repeat)
        history.back_wanted.connect(models.roll_back)

    def _scan(self) -> None:
        chosen = self.data.chooser.data
        if chosen is not None:
            shares = self.run.form.recipe.split
            self.data.split.audited_with(shares)
            self.session.scan(chosen, patients_from=self.data.patients.source, split=shares)

    def _take_audit(self, audit: Audit, film: Path | None) -> None:
        self.data.show_audit(audit)
        self.watch.set_film(self.watch.path or film)

    def _go_on(self) -> None:
        if self.session.plan is not None:
            self._train(replace(self.session.plan, resume=True))

    def repeat(self, plan: TrainingPlan) -> None:
        """Run a plan of the history again, or go on with it."""
        if not self.session.state.may_choose:
            self._refuse(self.tr("A training is running; stop it before you start another."))
            return
        self.form.show_plan(plan)
        self._train(plan)

    def _train(self, plan: TrainingPlan) -> None:
        if not self.form.can_write(plan.out):
            return
        self.run.bar.advanced.setChecked(False)
        self.run.show_plan(plan)
        self.watch.set_film(plan.watch)
        self.session.train(plan)

    def _show_drawer(self, shown: bool) -> None:
        self._right.setCurrentWidget(self.drawer if shown else self._watch_page)

    def _show_page(self, page: str) -> None:
        self._centre.setCurrentIndex((_RUN, _REPORT, _HISTORY).index(page))
        self.messages.forget("model")

    def _take_model(self, chosen: Settings) -> None:
        self.report.show_used(chosen.model, self.models.before)
        self.history.set_model_before(self.models.before)

    def _take_chosen_model(self, chosen: Settings) -> None:
        self.report.compare_with(chosen.model)
        self.history.set_model_before(self.models.before)

    def _take_old_model(self, chosen: Settings) -> None:
        self.report.set_model_in_use(chosen.model)
        self.report.show_kept()
        self.history.set_model_before(self.models.before)
        again = self.tr("{model} is in use again.").format(model=chosen.model)
        self.messages.post(again, topic="model")

    def _show_state(self, state: TrainingState) -> None:
        self.messages.forget("stage")
        self.data.show_state(state)
        self.run.show_state(state, can_go_on=self.session.can_go_on)
        self.drawer.setEnabled(not state.running)
        self.watch.set_choosable(not state.running)
        if state.field:
            self.form.mark(state.field, state.sentence)
        if state.stage in (Stage.SCANNING, Stage.PREPARING):
            self.pages.choose(_RUN)  # a report is of the films before
        if state.stage is Stage.DONE and self.session.plan is not None:
            self.show_report(self.session.plan.out)
        self.told.emit(self._words(state))

    def _show_progress(self, progress: Progress) -> None:
        self.run.show_progress(progress)
        self.watch.show_progress(progress)
        self.told.emit(self._words(self.session.state))

    def _words(self, state: TrainingState) -> str:
        """Say in a few words what the training is doing, for the foot of the window."""
        plan = self.session.plan
        if plan is None or not state.running:
            return ""
        total = sum(phase.epochs for phase in plan.settings.phases)
        words = {
            Stage.PREPARING: self.tr("training meanwhile: preparing"),
            Stage.PAUSED: self.tr("training paused"),
            Stage.STOPPING: self.tr("training stops"),
        }
        running = self.tr("training meanwhile: epoch {epoch} of {total}").format(
            epoch=min(len(self.session.progress.epochs) + 1, total), total=total
        )
        return words.get(state.stage, running)

    def _refuse(self, sentence: str) -> None:
        self.messages.post(sentence, kind=Kind.REFUSE, topic="stage")
