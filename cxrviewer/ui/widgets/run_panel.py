"""The middle of the Train tab: what to run, the buttons, and how the run goes."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import Progress
from cxrviewer.ui.training_state import JOBS, Stage, TrainingState
from cxrviewer.ui.widgets.backbone_titles import title
from cxrviewer.ui.widgets.curves_view import CurvesView
from cxrviewer.ui.widgets.epoch_table import EpochTable
from cxrviewer.ui.widgets.notice_box import NoticeBox
from cxrviewer.ui.widgets.rate_plot import RatePlot
from cxrviewer.ui.widgets.recipe_form import RecipeForm
from cxrviewer.ui.widgets.run_bar import RunBar
from cxrviewer.ui.widgets.run_status import RunStatus

_INNER = 16
_TABLE_LEAST = 48
# Before there are curves their place says what to do.
_BEFORE = {
    Stage.EMPTY: (
        "Train a model on your own films",
        "1.  Drop a folder with one folder a class at the left.\n"
        "2.  Look at what the audit found, and accept or leave each fix.\n"
        "3.  Press Start. The model in use stays until you decide.",
    ),
    Stage.SCANNING: (
        "The films are being looked through",
        "Unreadable, blank and repeated films are found\nbefore anything is learned from them.",
    ),
    Stage.PROBLEM: (
        "These films cannot be used",
        "The reason stands at the left.\nMend the folder, or choose another.",
    ),
    Stage.READY: (
        "Ready",
        "Start trains the network phase by phase and\nmeasures it on patients it has never seen.",
    ),
    Stage.FAILED: (
        "Nothing was learned",
        "The reason stands above.\nMend what it names, and press Start again.",
    ),
}


class RunPanel(QWidget):
    """Puts the form, the buttons and the picture of the run one below the other.

    Signals
    -------
    go_on_wanted
        A training that failed is to go on from its checkpoint.
    """

    go_on_wanted = Signal()

    def __init__(self, *, weights_folder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("run_panel")
        self.form = RecipeForm(weights_folder=weights_folder)
        self.bar = RunBar()
        self.problem = NoticeBox("refuse")
        self.problem.pressed.connect(self.go_on_wanted)
        self.status = RunStatus()
        self.curves = CurvesView()
        self.epochs = EpochTable()
        self.rates = RatePlot()
        self._asked, self._title, self._hint = QLabel(), QLabel(), QLabel()
        self._before = self._make_before()
        self._run = self._make_run()
        self._below = QStackedWidget()
        for page in (self._before, self._run, self.rates):
            self._below.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(_INNER, 12, _INNER, 12)
        column.setSpacing(12)
        column.addWidget(self._asked)
        column.addWidget(self.form)
        column.addWidget(self.bar)
        column.addWidget(self.problem)
        column.addWidget(self._below, 1)
        self.show_state(TrainingState(), can_go_on=False)

    def show_state(self, state: TrainingState, *, can_go_on: bool) -> None:
        """Show what the stage needs."""
        stage = state.stage
        self.form.setEnabled(stage not in JOBS)
        # While it runs its curves need the room more than a form that cannot be changed.
        self.form.setVisible(not state.running)
        self._asked.setVisible(state.running)
        self.bar.show_state(state)
        self.status.set_running(state.running)
        failed = stage is Stage.FAILED
        self.problem.setVisible(failed)
        if failed:
            button = self.tr("Go on from the last epoch") if can_go_on else ""
            self.problem.tell(self.tr("It ended before it was done"), state.sentence, button=button)
        if stage in _BEFORE:
            heading, hint = _BEFORE[stage]
            self._title.setText(self.tr(heading))
            self._hint.setText(self.tr(hint))
        if stage is Stage.FINDING:
            self._below.setCurrentWidget(self.rates)
        elif state.running:
            self._below.setCurrentWidget(self._run)
        elif stage in (Stage.SCANNING, Stage.PROBLEM) or self._is_empty(stage):
            self._below.setCurrentWidget(self._before)

    def show_plan(self, plan: TrainingPlan) -> None:
        """Take the epochs of the plan that is about to run."""
        settings = plan.settings
        self.status.set_planned(tuple(phase.epochs for phase in settings.phases))
        self._asked.setText(f"{settings.title}  ·  {title(settings.backbone)}")

    def show_progress(self, progress: Progress) -> None:
        """Draw the newest of the run."""
        self.status.show_progress(progress)
        self.curves.show_progress(progress)
        self.epochs.show_progress(progress)

    def show_run(self) -> None:
        """Show the curves in the place of the rates."""
        self._below.setCurrentWidget(self._run)

    def mark(self, field: str, sentence: str) -> None:
        """Mark one field of the form and no other."""
        for name, row in self.form.fields.items():
            row.mark(sentence if name == field else "")

    def _is_empty(self, stage: Stage) -> bool:
        """Whether the run ended before there was an epoch to show."""
        stopped = stage is Stage.READY and self._below.currentWidget() is self._run
        return (stopped or stage is Stage.FAILED) and not self.epochs.rowCount()

    def _make_before(self) -> QWidget:
        page = QWidget()
        self._title.setObjectName("empty_title")
        self._hint.setObjectName("muted")
        column = QVBoxLayout(page)
        column.setSpacing(12)
        column.addStretch(1)
        for label in (self._title, self._hint):
            column.addWidget(label, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return page

    def _make_run(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.status)
        column.addWidget(self.curves, 5)
        column.addWidget(self.epochs, 2)
        for part in (self.curves, self.epochs):
            # The room is shared out by the two numbers, whatever each would like.
            part.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.epochs.setMinimumHeight(_TABLE_LEAST)
        return page
