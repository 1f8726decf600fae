"""The curves of a run: loss and accuracy or area, with the line where layers are unfrozen."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cxrviewer.core import epochs
from cxrviewer.core.progress import EpochDone, Progress
from cxrviewer.ui import theme
from cxrviewer.ui.widgets.line_key import LineKey
from cxrviewer.ui.widgets.plot import Plot
from cxrviewer.ui.widgets.plot_items import Line, Mark, Ring
from cxrviewer.ui.widgets.switch import Switch

_EPOCH = "epoch"
_LINE = 17
# Between the making of one diagram and of the next, ms.
_APART_MS = 50


@dataclass(frozen=True)
class Measure:
    """A value of every epoch that can be drawn.

    Attributes
    ----------
    train, val
        Take it from an epoch; `train` is None where it is not measured in training.
    """

    key: str
    title: str
    axis: str
    val: Callable[[EpochDone], float | None]
    train: Callable[[EpochDone], float | None] | None = None


LOSS = Measure("loss", "Loss", "loss (nats)", lambda e: e.val_loss, lambda e: e.train_loss)
ACCURACY = Measure(
    "accuracy",
    "Accuracy",
    "accuracy (share right)",
    lambda e: e.val_accuracy,
    lambda e: e.train_accuracy,
)
AUROC = Measure("auroc", "AUROC", "AUROC (mean of labels)", lambda e: e.val_auroc)


class CurvesView(QWidget):
    """Draws the epochs of a run as they come."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curves_view")
        self._progress = Progress()
        self._right = ACCURACY
        self.loss = Plot(self.tr("Loss of every epoch"), x=_EPOCH, y=LOSS.axis)
        self.other = Plot(self.tr("Accuracy of every epoch"), x=_EPOCH, y=ACCURACY.axis)
        self.switch = Switch(
            self.tr("Measure at the right"),
            {ACCURACY.key: ACCURACY.title, AUROC.key: self.tr("AUROC (validation)")},
        )
        self._key = LineKey(
            (
                Line(name=self.tr("validation"), x=(), y=(), symbol="s"),
                Line(name=self.tr("training"), x=(), y=(), colour="muted", dashed=True, symbol="o"),
            )
        )
        self._told = QLabel()
        self._told.setObjectName("muted")
        self._told.setFont(theme.tabular(self.font(), pixels=12))
        self._told.setWordWrap(True)
        # Two lines are kept, so that nothing jumps under the mouse.
        self._told.setMinimumHeight(2 * _LINE)
        self._build()
        self.switch.chosen.connect(self._choose)
        for plot in (self.loss, self.other):
            plot.hovered.connect(self._hover)
        self._draw()
        self._tell(-1)

    @property
    def text(self) -> str:
        """The read-out below the curves."""
        return self._told.text()

    def prepare(self) -> None:
        """Make the diagrams before they are shown, one after the other so that no frame waits."""
        for number, plot in enumerate((self.loss, self.other)):
            QTimer.singleShot(number * _APART_MS, plot, plot.make)

    def show_progress(self, progress: Progress) -> None:
        """Draw all epochs so far; between two epochs there is nothing to draw."""
        before, self._progress = self._progress, progress
        if _picture(before) != _picture(progress):
            self._draw()
            self._tell(len(progress.epochs) - 1)

    def _build(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(12)
        heading = QLabel(self.tr("CURVES"))
        heading.setObjectName("heading")
        top.addWidget(heading)
        top.addWidget(self._key)
        top.addStretch(1)
        top.addWidget(self.switch)
        pair = QHBoxLayout()
        pair.setSpacing(12)
        pair.addWidget(self.loss, 1)
        pair.addWidget(self.other, 1)
        self._told.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addLayout(pair, 1)
        column.addWidget(self._told)

    def _choose(self, key: str) -> None:
        self._right = AUROC if key == AUROC.key else ACCURACY
        self.other.set_titles(x=_EPOCH, y=self._right.axis)
        self._draw()

    def _draw(self) -> None:
        marks = self._marks()
        for plot, measure in ((self.loss, LOSS), (self.other, self._right)):
            lines = lines_of(self._progress.epochs, measure)
            plot.draw(lines, marks=marks, rings=self._rings(measure))

    def _marks(self) -> list[Mark]:
        marks = []
        for span in epochs.spans(self._progress):
            if span.first == 1:
                marks.append(Mark(x=1, text=span.name, line=False))
            else:
                marks.append(Mark(x=span.first - 0.5, text=span.name))
        return marks

    def _rings(self, measure: Measure) -> list[Ring]:
        place = epochs.best(self._progress.epochs)
        if place is None:
            return []
        value = measure.val(self._progress.epochs[place])
        return [] if value is None else [Ring(x=place + 1, y=value)]

    def _hover(self, x: float) -> None:
        count = len(self._progress.epochs)
        if not count or math.isnan(x):
            self._point_at(None)
            return
        self._point_at(min(max(round(x), 1), count) - 1)

    def _point_at(self, place: int | None) -> None:
        for plot in (self.loss, self.other):
            plot.set_cursor(None if place is None else place + 1)
        self._tell(len(self._progress.epochs) - 1 if place is None else place)

    def _tell(self, place: int) -> None:
        if place < 0:
            self._told.setText(self.tr("The curves begin with the first epoch."))
            return
        epoch = self._progress.epochs[place]
        best = epochs.best(self._progress.epochs)
        said = [
            self.tr("epoch {n}").format(n=place + 1),
            self.tr("loss {val:.3f}, training {train:.3f}").format(
                val=epoch.val_loss, train=epoch.train_loss
            ),
            self.tr("accuracy {val:.3f}, training {train:.3f}").format(
                val=epoch.val_accuracy, train=epoch.train_accuracy
            ),
        ]
        if epoch.val_auroc is not None:
            said.append(self.tr("AUROC {area:.3f}").format(area=epoch.val_auroc))
        if best is not None:
            said.append(self.tr("best (ring): epoch {n}").format(n=best + 1))
        said += [
            self.tr("{name} ended early").format(name=span.name)
            for span in epochs.spans(self._progress)
            if span.early
        ]
        self._told.setText("  ·  ".join(said))


def _picture(progress: Progress) -> tuple[object, ...]:
    """Return what of a run's progress the curves show."""
    return progress.epochs, progress.phases, progress.finished


def lines_of(done: tuple[EpochDone, ...], measure: Measure) -> list[Line]:
    """Return a measure's lines over the epochs, training first, so that validation lies on it."""
    places = tuple(float(n + 1) for n in range(len(done)))
    lines = []
    if measure.train is not None:
        values = tuple(_number(measure.train(epoch)) for epoch in done)
        lines.append(
            Line(name="training", x=places, y=values, colour="muted", dashed=True, symbol="o")
        )
    values = tuple(_number(measure.val(epoch)) for epoch in done)
    lines.append(Line(name="validation", x=places, y=values, symbol="s"))
    return lines


def _number(value: float | None) -> float:
    return math.nan if value is None else value
