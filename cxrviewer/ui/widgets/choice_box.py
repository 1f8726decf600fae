"""A combo box with an arrow in the palette's colours."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QComboBox, QWidget

from cxrviewer.ui import theme

_FROM_RIGHT = 14.0
_HALF = 4.0


class ChoiceBox(QComboBox):
    """Offers one of a few things."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, and the arrow that a style sheet cannot colour."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.colour("muted" if self.isEnabled() else "disabled"), 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        x, y = self.width() - _FROM_RIGHT, self.height() / 2
        painter.drawPolyline(
            QPolygonF(
                [
                    QPointF(x - _HALF, y - _HALF / 2),
                    QPointF(x, y + _HALF / 2),
                    QPointF(x + _HALF, y - _HALF / 2),
                ]
            )
        )
        painter.end()
