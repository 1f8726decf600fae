"""Start, pause and stop, and the ways to more settings; which of them the stage allows."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cxrviewer.core.progress import BatchDone
from cxrviewer.ui.training_state import IDLE, JOBS, Stage, TrainingState

_S = Stage
_STOPPABLE = (_S.PREPARING, _S.TRAINING, _S.PAUSED, *JOBS, _S.RESUMABLE)


class RunBar(QWidget):
    """The buttons of a run.

    Signals
    -------
    start_wanted, go_on_wanted, pause_wanted, resume_wanted, stop_wanted, rate_wanted
    advanced_toggled(bool)
    """

    start_wanted = Signal()
    go_on_wanted = Signal()
    pause_wanted = Signal()
    resume_wanted = Signal()
    stop_wanted = Signal()
    rate_wanted = Signal()
    advanced_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = Stage.EMPTY
        self.start = QPushButton(self.tr("Start"))
        self.start.setObjectName("primary")
        self.pause = QPushButton(self.tr("Pause"))
        self.stop = QPushButton(self.tr("Stop"))
        self.find_rate = QPushButton(self.tr("Find rate"))
        self.find_rate.setToolTip(
            self.tr("Learns a few batches at rising learning rates and suggests one")
        )
        self.advanced = QPushButton(self.tr("Advanced"))
        self.advanced.setCheckable(True)
        self.advanced.setToolTip(self.tr("Every setting of the recipe"))
        self._told = QLabel()
        self._told.setObjectName("muted")
        self._told.setWordWrap(True)
        self._build()
        self.show_state(TrainingState())

    @property
    def text(self) -> str:
        """What is said below the buttons."""
        return self._told.text()

    def show_state(self, state: TrainingState) -> None:
        """Offer what the stage allows, and say what it is."""
        self._stage = stage = state.stage
        resumable = stage is _S.RESUMABLE
        self.start.setEnabled(stage in IDLE)
        self.start.setText(self.tr("Go on") if resumable else self.tr("Start"))
        self.pause.setEnabled(stage in (_S.PREPARING, _S.TRAINING, _S.PAUSED))
        self.pause.setText(self.tr("Resume") if stage is _S.PAUSED else self.tr("Pause"))
        self.stop.setEnabled(stage in _STOPPABLE)
        self.stop.setText(self.tr("Start anew") if resumable else self.tr("Stop"))
        self.find_rate.setEnabled(stage in IDLE)
        # What went wrong stands elsewhere, in a box of its own.
        sentence = "" if stage in (_S.FAILED, _S.PROBLEM) else state.sentence
        self._told.setText(sentence or self.tr(_WORDS.get(stage, "")))
        self._told.setVisible(stage is not _S.FAILED)

    def show_step(self, event: BatchDone) -> None:
        """Say how far the rate finder or an evaluation is."""
        films = f"{event.done:,} / {event.total:,}" if event.total else f"{event.done:,}"
        self._told.setText(self.tr("{stage}: {films} films").format(stage=event.stage, films=films))

    def _build(self) -> None:
        # The words on two of the buttons change; their room does not.
        for button in (self.start, self.pause, self.stop):
            button.setMinimumWidth(96)
        self.start.clicked.connect(self._press_start)
        self.pause.clicked.connect(self._press_pause)
        self.stop.clicked.connect(self._press_stop)
        self.find_rate.clicked.connect(self.rate_wanted)
        self.advanced.toggled.connect(self.advanced_toggled)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.start, self.pause, self.stop):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.find_rate)
        row.addWidget(self.advanced)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._told)

    def _press_start(self) -> None:
        (self.go_on_wanted if self._stage is _S.RESUMABLE else self.start_wanted).emit()

    def _press_pause(self) -> None:
        (self.resume_wanted if self._stage is _S.PAUSED else self.pause_wanted).emit()

    def _press_stop(self) -> None:
        (self.start_wanted if self._stage is _S.RESUMABLE else self.stop_wanted).emit()


_WORDS = {
    _S.EMPTY: "Choose films at the left first.",
    _S.SCANNING: "The films are being looked through; Start comes when that is done.",
    _S.PROBLEM: "These films cannot be used; the reason stands at the left.",
    _S.FINDING: "Trying learning rates; nothing of this is kept.",
    _S.MEASURING: "The films are shown to the model; the report comes when that is done.",
    _S.PAUSED: "Paused. The processor is free; nothing is lost.",
    _S.STOPPING: "Stopping.",
    _S.RESUMABLE: "Stopped. What was learned by the last whole epoch is kept; go on when you like.",
    _S.DONE: "Done. The report is ready; the model in use is unchanged until you say so.",
}
