"""The key to a diagram's lines: each drawn as in the diagram, with its name."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cxrviewer.ui import theme
from cxrviewer.ui.widgets.plot_items import Line

_SAMPLE = 28
_GAP = 6
_BETWEEN = 16
_HEIGHT = 20


class LineKey(QWidget):
    """Paints line samples and names side by side."""

    def __init__(self, lines: tuple[Line, ...] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._font = theme.tabular(self.font(), pixels=12)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_lines(lines)

    def set_lines(self, lines: tuple[Line, ...]) -> None:
        """Show the samples of these lines."""
        self._lines = lines
        self.setAccessibleName(", ".join(line.name for line in lines))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the width of all samples and names."""
        measure = QFontMetrics(self._font)
        names = sum(measure.horizontalAdvance(line.name) for line in self._lines)
        return QSize(names + len(self._lines) * (_SAMPLE + _GAP + _BETWEEN), _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the samples."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        x, middle = 0.0, self.height() / 2
        for line in self._lines:
            _paint_sample(painter, line, x, middle)
            x += _SAMPLE + _GAP
            painter.setPen(theme.colour("muted"))
            wide = painter.fontMetrics().horizontalAdvance(line.name)
            place = QRectF(x, 0, wide + 2, self.height())
            painter.drawText(
                place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, line.name
            )
            x += wide + _BETWEEN
        painter.end()


def _paint_sample(painter: QPainter, line: Line, x: float, y: float) -> None:
    colour = theme.colour(line.colour)
    style = Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine
    painter.setPen(QPen(colour, 1.5, style))
    painter.drawLine(QPointF(x, y), QPointF(x + _SAMPLE, y))
    if not line.symbol:
        return
    painter.setPen(QPen(colour, 1))
    painter.setBrush(theme.colour("window") if line.dashed else colour)
    box = QRectF(x + _SAMPLE / 2 - 3, y - 3, 6, 6)
    if line.symbol == "o":
        painter.drawEllipse(box)
    else:
        painter.drawRect(box)
