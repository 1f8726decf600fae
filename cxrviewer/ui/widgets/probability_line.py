"""A small line of one probability over the epochs, with the shown epoch marked."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from cxrviewer.ui import theme

_HEIGHT = 44
_LEFT, _END = 24, 8


class ProbabilityLine(QWidget):
    """Draws probabilities 0..1, one an epoch, as wide as the slider below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._values: tuple[float, ...] = ()
        self._at = -1

    @property
    def values(self) -> tuple[float, ...]:
        """The probabilities on screen."""
        return self._values

    def show_values(self, values: Sequence[float], *, at: int) -> None:
        """Draw these, the one at this place marked."""
        self._values, self._at = tuple(values), at
        self.setAccessibleName(
            self.tr("Probability over the epochs: {values}").format(
                values=", ".join(f"{value:.2f}" for value in self._values)
            )
        )
        self.update()

    def sizeHint(self) -> QSize:
        """Return the line's size."""
        return QSize(200, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the frame from 0 to 1, the line and the mark."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(_LEFT, 6, -_END, -6)
        painter.setFont(theme.tabular(self.font(), pixels=12))
        painter.setPen(theme.colour("muted"))
        scale = QRectF(0, 0, _LEFT - 8, self.height())
        painter.drawText(scale, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, "1")
        painter.drawText(scale, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, "0")
        painter.setPen(QPen(theme.colour("line"), 1))
        for y in (area.top(), area.bottom()):
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        points = self._points(area)
        painter.setPen(QPen(theme.colour("accent"), 1.5))
        painter.drawPolyline(QPolygonF(points))
        if 0 <= self._at < len(points):
            painter.setBrush(theme.colour("text"))
            painter.setPen(QPen(theme.colour("panel"), 2))
            painter.drawEllipse(points[self._at], 5, 5)
        painter.end()

    def _points(self, area: QRectF) -> list[QPointF]:
        steps = max(len(self._values) - 1, 1)
        return [
            QPointF(
                area.left() + area.width() * place / steps,
                area.bottom() - area.height() * min(max(value, 0.0), 1.0),
            )
            for place, value in enumerate(self._values)
        ]
