"""One label of the findings: its name, number, bar, operating point, and above or below."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from cxrviewer.core.analysis import Score
from cxrviewer.ui import theme

_HEIGHT = 48
_BAR = 6
_WORD = 48


class ScoreRow(QAbstractButton):
    """A row to read and to choose; empty until it is given a score."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._score: Score | None = None
        self._name = ""
        self._calibrated = True

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

    def set_score(self, score: Score, *, calibrated: bool) -> None:
        """Show a label's score."""
        self._score, self._name, self._calibrated = score, score.name, calibrated
        self.setEnabled(True)
        kind = self.tr("probability") if calibrated else self.tr("score")
        told = [f"{score.name}: {kind} {score.probability:.2f}"]
        if score.threshold is not None:
            told.append(
                self.tr("operating point {threshold:.2f}").format(threshold=score.threshold)
            )
        if score.measured:
            told.append(score.measured)
        self.setToolTip("\n".join(told))
        self.setAccessibleName(", ".join([*told, self.verdict]))
        self.update()

    @property
    def verdict(self) -> str:
        """The word beside the bar."""
        above = self._score.above if self._score else None
        if above is None:
            return ""
        return self.tr("above") if above else self.tr("below")

    def sizeHint(self) -> QSize:
        """Return a size that holds a label's name and number."""
        return QSize(240, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint name and number over the bar with its tick."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isChecked() or self.underMouse():
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
        painter.setPen(theme.colour("text" if self._score.above else "muted"))
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
        if self._score.threshold is not None:
            x = place.left() + place.width() * self._score.threshold
            painter.fillRect(QRectF(x - 2, place.top() - 3, 4, _BAR + 6), theme.colour("panel"))
            painter.fillRect(QRectF(x - 1, place.top() - 3, 2, _BAR + 6), theme.colour("text"))
