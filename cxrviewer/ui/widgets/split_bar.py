"""How the films are divided for training, validation and test, as one stacked bar."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cxrviewer.ui import theme

_BAR, _ROW, _MARK = 12, 20, 8
_COLOURS = ("accent", "muted", "edge")


class SplitBar(QWidget):
    """Paints the three parts side by side, and below what each is and how many films it has."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("split_bar")
        self._films: tuple[int, ...] = (0, 0, 0)
        self._about = False
        self._small = theme.tabular(self.font(), pixels=12)
        self._names = (self.tr("training"), self.tr("validation"), self.tr("test"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def films(self) -> tuple[int, ...]:
        """Films of training, validation and test, as shown."""
        return self._films

    def show_films(self, films: tuple[int, ...], *, about: bool) -> None:
        """Show the films of the three parts.

        Parameters
        ----------
        about
            The numbers are shares of the whole; whole patients can shift them a little.
        """
        self._films, self._about = films, about
        self.setAccessibleName(", ".join(self._words(place) for place in range(3)))
        self.update()

    def sizeHint(self) -> QSize:
        """Return the room of the bar and three rows."""
        return QSize(120, _BAR + 4 + 3 * _ROW)

    def minimumSizeHint(self) -> QSize:
        """Return the room of the bar and three rows."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint bar and rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._small)
        total = max(sum(self._films), 1)
        left = 0.0
        for place, films in enumerate(self._films):
            wide = self.width() * films / total
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(_COLOURS[place]))
            painter.drawRect(QRectF(left, 0, max(wide - 1, 0), _BAR))
            left += wide
            self._paint_row(painter, place)
        painter.end()

    def _paint_row(self, painter: QPainter, place: int) -> None:
        top = _BAR + 4 + place * _ROW
        painter.drawRect(QRectF(0, top + (_ROW - _MARK) / 2, _MARK, _MARK))
        painter.setPen(theme.colour("text"))
        room = QRectF(_MARK + 8, top, self.width() - _MARK - 8, _ROW)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, self._names[place])
        painter.drawText(
            room,
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
            self._words(place).removeprefix(f"{self._names[place]} "),
        )

    def _words(self, place: int) -> str:
        films, total = self._films[place], max(sum(self._films), 1)
        number = self.tr("about {films:,}") if self._about else "{films:,}"
        count = number.format(films=films)
        return f"{self._names[place]} {count}  ·  {films / total:.0%}"
