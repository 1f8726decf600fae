"""One finding: its name, number, bar with operating points, and above, below or uncertain."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from cxrviewer.core.analysis import Score
from cxrviewer.core.operating_points import BALANCED
from cxrviewer.ui import theme
from cxrviewer.ui.widgets import score_words

_HEIGHT = 48
_BAR = 6
_WORD = 64
_FAINT = 0.3


class ScoreRow(QAbstractButton):
    """A row to read, and to choose unless told otherwise; empty until it is given a score."""

    def __init__(self, parent: QWidget | None = None, *, choosable: bool = True) -> None:
        super().__init__(parent)
        self.setCheckable(choosable)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if choosable:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        else:
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._score: Score | None = None
        self._name = ""
        self._point = BALANCED

    @property
    def score(self) -> Score | None:
        """What the row shows."""
        return self._score

    def clear(self, name: str = "") -> None:
        """Keep the row's place, with at most the label's name in it."""
        self._score, self._name = None, name
        self.setEnabled(False)
        self.setChecked(False)
        self.setToolTip("")
        self.setAccessibleName(name)
        self.update()

    def set_score(self, score: Score, *, calibrated: bool, point: str = BALANCED) -> None:
        """Show a score; `point` is the name of the operating point in use."""
        self._score, self._name, self._point = score, score.name, point
        self.setEnabled(True)
        told = score_words.tip(score, point, calibrated=calibrated)
        self.setToolTip(told)
        self.setAccessibleName(", ".join([*told.splitlines(), self.verdict]))
        self.update()

    @property
    def verdict(self) -> str:
        """The word beside the bar."""
        return score_words.verdict(self._score, self._point) if self._score else ""

    def sizeHint(self) -> QSize:
        """Return a size that holds a label's name and number."""
        return QSize(240, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint name and number over the bar with its tick."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isChecked() or (self.isCheckable() and self.underMouse()):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("raised" if self.isChecked() else "hover"))
            painter.drawRoundedRect(area, 4, 4)
        inner = area.adjusted(10, 6, -8, -6)
        self._paint_text(painter, QRectF(inner.left(), inner.top(), inner.width(), 18))
        self._paint_bar(painter, QRectF(inner.left(), inner.bottom() - 10, inner.width(), _BAR))
        if self.isChecked():
            painter.fillRect(
                QRectF(area.left(), area.top() + 8, 3, area.height() - 16), theme.colour("accent")
            )
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRoundedRect(area, 4, 4)

    def _paint_text(self, painter: QPainter, place: QRectF) -> None:
        painter.setPen(theme.colour("text" if self._score else "muted"))
        name = place.adjusted(0, 0, -_WORD - 44, 0)
        painter.setFont(theme.tabular(self.font()))
        shown = painter.fontMetrics().elidedText(
            self._name, Qt.TextElideMode.ElideRight, int(name.width())
        )
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(name, middle | Qt.AlignmentFlag.AlignLeft, shown)
        if self._score is None:
            return
        number = place.adjusted(0, 0, -_WORD, 0)
        painter.drawText(
            number, middle | Qt.AlignmentFlag.AlignRight, f"{self._score.probability:.2f}"
        )
        painter.setFont(theme.tabular(self.font(), pixels=12))
        stands_out = self._score.uncertain or self._score.above(self._point)
        painter.setPen(theme.colour("text" if stands_out else "muted"))
        painter.drawText(place, middle | Qt.AlignmentFlag.AlignRight, self.verdict)

    def _paint_bar(self, painter: QPainter, place: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("line"))
        painter.drawRoundedRect(place, 2, 2)
        if self._score is None:
            return
        filled = QRectF(place)
        filled.setWidth(place.width() * min(max(self._score.probability, 0.0), 1.0))
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(filled, 2, 2)
        self._paint_band(painter, place)
        for point in sorted(self._score.points, key=lambda each: each.name == self._point):
            x = place.left() + place.width() * point.threshold
            used = point.name == self._point
            thick, reach = (2, 3) if used else (1, 1)
            tall = QRectF(x - thick / 2, place.top() - reach, thick, _BAR + 2 * reach)
            painter.fillRect(tall.adjusted(-1, 0, 1, 0), theme.colour("panel"))
            painter.fillRect(tall, theme.colour("text" if used else "muted"))

    def _paint_band(self, painter: QPainter, place: QRectF) -> None:
        band = self._score.band if self._score else None
        if band is None or band.low == band.high:
            return
        left, width = (
            place.left() + place.width() * band.low,
            place.width() * (band.high - band.low),
        )
        faint = theme.colour("text")
        faint.setAlphaF(_FAINT)
        painter.fillRect(QRectF(left, place.top() - 3, width, _BAR + 6), faint)
