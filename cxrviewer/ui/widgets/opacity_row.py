"""How strong a heat map lies over a film: a slider with its number, over the scale."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from cxrviewer.ui import theme
from cxrviewer.ui.widgets.colour_bar import ColourBar

_START = 40


class OpacityRow(QWidget):
    """Sets an opacity.

    Signals
    -------
    moved(float)
        0..1.
    """

    moved = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName(self.tr("Opacity of the heat map, per cent"))
        self._slider.setRange(0, 100)
        self._percent = QLabel()
        self._percent.setFont(theme.tabular(self.font(), pixels=12))
        self._percent.setFixedWidth(40)
        self._percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._bar = ColourBar()
        name = QLabel(self.tr("opacity"))
        name.setObjectName("muted")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(name)
        row.addWidget(self._slider, 1)
        row.addWidget(self._percent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._bar)
        self._slider.valueChanged.connect(self._move)
        self._slider.setValue(_START)

    @property
    def opacity(self) -> float:
        """0..1."""
        return self._slider.value() / 100

    @opacity.setter
    def opacity(self, opacity: float) -> None:
        self._slider.setValue(round(opacity * 100))

    def _move(self, percent: int) -> None:
        self._percent.setText(f"{percent} %")
        self._bar.set_opacity(percent / 100)
        self.moved.emit(percent / 100)
