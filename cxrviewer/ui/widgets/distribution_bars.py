"""How many films show each label, and on how many it was called: two bars a label."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cxrviewer.ui import theme

_ROW = 44
_LONGEST_NAME, _NUMBER = 112, 80
_BAR = 10


class DistributionBars(QWidget):
    """Draws the distribution of the outputs beside that of the truth."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._counts: dict[str, tuple[int, int]] = {}

    @property
    def counts(self) -> dict[str, tuple[int, int]]:
        """Label -> films that show it, films it was called on."""
        return dict(self._counts)

    def show_counts(self, counts: dict[str, tuple[int, int]]) -> None:
        """Draw these."""
        self._counts = dict(counts)
        self.setAccessibleName(
            ", ".join(
                self.tr("{name}: {actual} films, called on {called}").format(
                    name=name, actual=actual, called=called
                )
                for name, (actual, called) in counts.items()
            )
        )
        self.setFixedHeight(max(len(counts), 1) * _ROW)
        self.update()

    def sizeHint(self) -> QSize:
        """Return a size with all labels."""
        return QSize(320, max(len(self._counts), 1) * _ROW)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint name, both bars, and their numbers."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.tabular(self.font(), pixels=12))
        named = max((painter.fontMetrics().horizontalAdvance(n) for n in self._counts), default=0)
        left = min(named + 12, _LONGEST_NAME)
        most = max((max(pair) for pair in self._counts.values()), default=1) or 1
        for row, (name, pair) in enumerate(self._counts.items()):
            top = row * _ROW
            painter.setPen(theme.colour("text"))
            place = QRectF(0, top, left - 8, _ROW - 8)
            shown = painter.fontMetrics().elidedText(
                name, Qt.TextElideMode.ElideRight, int(place.width())
            )
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)
            for line, count in enumerate(pair):
                place = QRectF(left, top + 4 + line * (_BAR + 6), self.width() - left, _BAR)
                self._paint_bar(painter, place, line, count, count / most)
        painter.end()

    def _paint_bar(
        self, painter: QPainter, place: QRectF, line: int, count: int, share: float
    ) -> None:
        bar = QRectF(place)
        bar.setWidth(max((place.width() - _NUMBER) * share, 1))
        # Hollow is the truth, filled what was called: told apart without colour.
        if line == 0:
            painter.setPen(QPen(theme.colour("muted"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(bar.adjusted(0.5, 0.5, -0.5, -0.5))
        else:
            painter.fillRect(bar, theme.colour("accent"))
        painter.setPen(theme.colour("muted"))
        words = self.tr("{count:,} are") if line == 0 else self.tr("{count:,} called")
        painter.drawText(
            QRectF(bar.right() + 8, place.top() - 3, _NUMBER, _BAR + 6),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            words.format(count=count),
        )
