"""The strip of films at the left: thumbnail, name, and a state dot that has a shape too."""

from pathlib import Path

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.ui import theme
from cxrviewer.ui.widgets.film_list import FilmEntry, FilmList, FilmState

_TILE = QSize(112, 132)
_PICTURE = 88
_DOT = 10.0

# State -> colour of the palette; the shape is drawn by `_shape`.
_DOT_COLOURS = {
    FilmState.WAITING: "disabled",
    FilmState.READ: "muted",
    FilmState.ANALYSED: "text",
    FilmState.WARNED: "warn",
    FilmState.REFUSED: "refuse",
}


def _shape(state: FilmState, centre: QPointF) -> QPainterPath:
    """Ring, half disc, disc, triangle, cross."""
    path, r = QPainterPath(), _DOT / 2
    box = QRectF(centre.x() - r, centre.y() - r, _DOT, _DOT)
    if state is FilmState.WARNED:
        top, left = QPointF(centre.x(), box.top()), box.bottomLeft()
        path.addPolygon(QPolygonF([top, box.bottomRight(), left, top]))
    elif state is FilmState.REFUSED:
        path.moveTo(box.topLeft())
        path.lineTo(box.bottomRight())
        path.moveTo(box.topRight())
        path.lineTo(box.bottomLeft())
    elif state is FilmState.READ:
        path.moveTo(centre)
        path.arcTo(box, 90, 180)
        path.closeSubpath()
        path.addEllipse(box)
        path.setFillRule(Qt.FillRule.OddEvenFill)
    else:
        path.addEllipse(box)
    return path


class _Tile(QStyledItemDelegate):
    """Paints one film of the strip."""

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Return the one size of all tiles."""
        return _TILE

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Paint thumbnail, name and state."""
        entry: FilmEntry = index.data(FilmList.EntryRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        frame = QRect(area.left() + 8, area.top() + 8, area.width() - 16, _PICTURE)
        read = entry.thumbnail is not None
        painter.fillRect(frame, theme.colour("surround" if read else "window"))
        if read:
            _paint_thumbnail(painter, frame, entry)
        # The accent marks the film in the view; a film asked for but not shown is only outlined.
        colour = "accent" if entry.on_screen else "muted" if selected else "line"
        painter.setPen(QPen(theme.colour(colour), 2 if entry.on_screen else 1))
        painter.drawRect(QRectF(frame).adjusted(0.5, 0.5, -0.5, -0.5))
        self._paint_caption(
            painter, option, entry, QRect(frame.left(), frame.bottom() + 6, frame.width(), 20)
        )
        painter.restore()

    def _paint_caption(
        self, painter: QPainter, option: QStyleOptionViewItem, entry: FilmEntry, place: QRect
    ) -> None:
        dot = theme.colour(_DOT_COLOURS[entry.state])
        path = _shape(entry.state, QPointF(place.left() + 6, place.center().y() + 0.5))
        painter.setPen(QPen(dot, 1.5))
        painter.setBrush(
            dot
            if entry.state not in (FilmState.WAITING, FilmState.REFUSED)
            else Qt.BrushStyle.NoBrush
        )
        painter.drawPath(path)
        painter.setFont(theme.tabular(option.font, pixels=12))
        painter.setPen(theme.colour("text" if entry.state is not FilmState.WAITING else "muted"))
        text = place.adjusted(18, 0, 0, 0)
        shown = painter.fontMetrics().elidedText(
            entry.path.stem, Qt.TextElideMode.ElideLeft, text.width()
        )
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _paint_thumbnail(painter: QPainter, frame: QRect, entry: FilmEntry) -> None:
    picture = entry.thumbnail
    if picture is None:
        return
    size = picture.size().scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(0, 0, size.width(), size.height())
    place.moveCenter(frame.center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(place, picture)


class FilmStrip(QListView):
    """The list of films.

    Signals
    -------
    chosen(Path)
        The user asked for this film.
    """

    chosen = Signal(object)

    def __init__(self, films: FilmList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("film_strip")
        self.setAccessibleName(self.tr("Films"))
        self.setModel(films)
        self.setItemDelegate(_Tile(self))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedWidth(_TILE.width() + 8)
        self._films = films
        self.selectionModel().currentChanged.connect(self._choose)

    @property
    def current(self) -> Path | None:
        """File of the selected film."""
        index = self.currentIndex()
        return self._films.entries[index.row()].path if index.isValid() else None

    def select(self, path: Path) -> None:
        """Select a film, which asks for it; selecting it again asks again."""
        row = self._films.row_of(path)
        if row < 0:
            return
        if row == self.currentIndex().row():
            self.chosen.emit(path)
        else:
            self.setCurrentIndex(self._films.index(row))

    def step(self, by: int) -> None:
        """Go to the film so many places on, if there is one."""
        row = self.currentIndex().row() + by
        if 0 <= row < self._films.rowCount():
            self.setCurrentIndex(self._films.index(row))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave single letters to the window's shortcuts instead of searching for names."""
        if event.text() and event.text().isprintable():
            event.ignore()
            return
        super().keyPressEvent(event)

    def _choose(self, current: QModelIndex) -> None:
        if current.isValid():
            self.chosen.emit(self._films.entries[current.row()].path)


class StripPanel(QFrame):
    """The strip at the window's edge, set off from the film."""

    def __init__(self, strip: FilmStrip) -> None:
        super().__init__()
        self.setObjectName("strip_panel")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.addWidget(strip)
