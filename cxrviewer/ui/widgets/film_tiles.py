"""Films as thumbnails, each with what it shows, what it was called and how surely."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QListView, QListWidget, QListWidgetItem, QWidget

from cxrviewer.ui import theme
from cxrviewer.ui.run_results import Prediction

# Room for a label of two lines.
_TILE = QSize(152, 180)
_PICTURE = QSize(88, 88)
# Qt breaks the words below a picture at the picture's width, so it gets clear margins.
_FRAME = QSize(136, 88)
_MOST = 200


class FilmTiles(QListWidget):
    """Shows the films of a cell; thumbnails come as they are drawn.

    Signals
    -------
    film_chosen(Prediction)
    thumbnails_wanted(tuple of Path)
    """

    film_chosen = Signal(object)
    thumbnails_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("film_tiles")
        self.setAccessibleName(self.tr("Films"))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setWordWrap(True)
        self.setIconSize(_FRAME)
        self.setGridSize(_TILE)
        self.setFont(theme.tabular(self.font(), pixels=12))
        self._films: tuple[Prediction, ...] = ()
        self._rows: dict[Path, int] = {}
        self._blank = QPixmap(_PICTURE)
        self._blank.fill(theme.colour("surround"))
        # Keys that only come by make a film the current one and choose none.
        self.itemSelectionChanged.connect(self._choose)

    @property
    def films(self) -> tuple[Prediction, ...]:
        """The films on screen."""
        return self._films

    def show_films(self, films: Sequence[Prediction]) -> None:
        """Show these films, at most as many as one would look through."""
        self.blockSignals(True)
        self.clear()
        self._films = tuple(films[:_MOST])
        self._rows = {film.path: row for row, film in enumerate(self._films)}
        for film in self._films:
            self.addItem(self._item(film))
        self.blockSignals(False)
        self.thumbnails_wanted.emit(tuple(film.path for film in self._films))

    def set_thumbnail(self, path: Path, image: QImage | None) -> None:
        """Put a film's picture in its place; without one its place stays black."""
        row = self._rows.get(path)
        if row is None:
            return
        item = self.item(row)
        if image is None:
            item.setText(self.tr("{text}\ncannot be read").format(text=item.text()))
            return
        picture = QPixmap.fromImage(image)
        item.setIcon(_plain_icon(picture))

    def _item(self, film: Prediction) -> QListWidgetItem:
        item = QListWidgetItem(_plain_icon(self._blank), tile_text(film))
        told = [str(film.path)]
        told += [f"{name}  {value:.3f}" for name, value in film.probabilities.items()]
        item.setToolTip("\n".join(told))
        item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
        return item

    def _choose(self) -> None:
        for item in self.selectedItems():
            self.film_chosen.emit(self._films[self.row(item)])


def tile_text(film: Prediction) -> str:
    """Return what a film shows, what it was called and the probability of the call.

    Of several labels a film only those are named that were called wrongly.
    """
    if len(film.actual) == 1 == len(film.called):
        number = film.probabilities.get(film.called[0])
        told = "" if number is None else f"{number:.2f}"
        return f"is {film.actual[0]}\ncalled {film.called[0]}\n{told}"
    known = set(film.probabilities) - set(film.unknown)
    missed = sorted(known & (set(film.actual) - set(film.called)))
    alarms = sorted(known & (set(film.called) - set(film.actual)))
    wrong = [("missed", missed), ("alarm", alarms)]
    return (
        "\n".join(f"{word} {_first(names)}" for word, names in wrong if names) or "called rightly"
    )


def _first(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} +{len(names) - 1}"


def _plain_icon(picture: QPixmap) -> QIcon:
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    framed = QPixmap(_FRAME * ratio)
    framed.setDevicePixelRatio(ratio)
    framed.fill(Qt.GlobalColor.transparent)
    fitted = picture.size().scaled(_PICTURE, Qt.AspectRatioMode.KeepAspectRatio)
    place = QRect(QPoint(), fitted)
    place.moveCenter(QRect(QPoint(), _FRAME).center())
    painter = QPainter(framed)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawPixmap(place, picture)
    painter.end()
    icon = QIcon(framed)
    # A film is not tinted where it is selected: its greys are judged.
    icon.addPixmap(framed, QIcon.Mode.Selected)
    return icon
