"""The curve of the learning-rate finder, with its suggestion."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cxrviewer.core.progress import RateFound, RateTried
from cxrviewer.ui import theme
from cxrviewer.ui.widgets.plot import Plot
from cxrviewer.ui.widgets.plot_items import Line, Mark


class RatePlot(QWidget):
    """Draws loss against learning rate.

    Signals
    -------
    rate_wanted(float)
        The suggestion is to be used.
    """

    rate_wanted = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rate_plot")
        self._found: RateFound | None = None
        self.plot = Plot(
            self.tr("Loss at every learning rate"),
            x=self.tr("learning rate (logarithmic)"),
            y=self.tr("loss, smoothed (nats)"),
            log_x=True,
        )
        self._told = QLabel()
        self._told.setFont(theme.tabular(self.font()))
        self._told.setWordWrap(True)
        self._use = QPushButton(self.tr("Use this rate"))
        self._use.clicked.connect(self._want)
        heading = QLabel(self.tr("LEARNING RATE"))
        heading.setObjectName("heading")
        foot = QHBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self._told, 1)
        foot.addWidget(self._use)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(heading)
        column.addWidget(self.plot, 1)
        column.addLayout(foot)
        self.show_rates((), None)

    @property
    def text(self) -> str:
        """What is said below the curve."""
        return self._told.text()

    @property
    def use_button(self) -> QPushButton:
        """Takes the suggestion over."""
        return self._use

    def show_rates(self, tried: Sequence[RateTried], found: RateFound | None) -> None:
        """Draw the rates tried so far, and the suggestion once there is one."""
        self._found = found
        line = Line(
            name="loss", x=tuple(t.rate for t in tried), y=tuple(t.loss for t in tried), symbol=""
        )
        marks = [] if found is None else [Mark(x=found.suggestion, text=f"{found.suggestion:.1e}")]
        self.plot.draw([line] if tried else [], marks=marks)
        self._use.setEnabled(found is not None)
        self._told.setText(self._sentence(len(tried)))

    def _sentence(self, count: int) -> str:
        if self._found is not None:
            return self.tr(
                "Suggested: {rate:.1e}, where the loss falls steepest. A start, no promise."
            ).format(rate=self._found.suggestion)
        if count:
            return self.tr("{count} rates tried").format(count=count)
        return self.tr("The finder learns a few batches at rising rates and shows the loss.")

    def _want(self) -> None:
        if self._found is not None:
            self.rate_wanted.emit(self._found.suggestion)
