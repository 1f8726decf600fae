"""How many films there are of each class, as bars."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cxrviewer.ui import theme

_ROW = 36
_BAR = 4
_GAP = 12


class ClassBars(QWidget):
    """Paints name, bar and count of each class; the bars are in proportion to the largest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("class_bars")
        self._counts: tuple[tuple[str, int], ...] = ()
        self._name_font = theme.tabular(self.font(), pixels=13)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """The classes and their films, as shown."""
        return self._counts

    def show_counts(self, counts: tuple[tuple[str, int], ...]) -> None:
        """Show the films of each class."""
        self._counts = counts
        self.setAccessibleName("; ".join(f"{name}: {films:,}" for name, films in counts))
        self.setToolTip("\n".join(f"{name}: {films:,}" for name, films in counts))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room of all rows."""
        return QSize(120, _ROW * len(self._counts))

    def minimumSizeHint(self) -> QSize:
        """Return the room of all rows."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the rows."""
        most = max((films for _, films in self._counts), default=0)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._name_font)
        for row, (name, films) in enumerate(self._counts):
            self._paint_row(painter, row * _ROW, name, films, most)
        painter.end()

    def _paint_row(self, painter: QPainter, top: int, name: str, films: int, most: int) -> None:
        count = f"{films:,}"
        wide = painter.fontMetrics().horizontalAdvance(count)
        line = QRectF(0, top, self.width(), _ROW - 10)
        name_room = line.adjusted(0, 0, -wide - _GAP, 0)
        elided = painter.fontMetrics().elidedText(
            name, Qt.TextElideMode.ElideRight, int(name_room.width())
        )
        painter.setPen(theme.colour("text"))
        painter.drawText(name_room, Qt.AlignmentFlag.AlignVCenter, elided)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, count)
        bar = QRectF(0, top + _ROW - 10, self.width(), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("line"))
        painter.drawRoundedRect(bar, 2, 2)
        painter.setBrush(theme.colour("accent"))
        bar.setWidth(bar.width() * films / most if most else 0)
        painter.drawRoundedRect(bar, 2, 2)
