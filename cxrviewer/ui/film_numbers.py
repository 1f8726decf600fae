"""What the foot of the window says of a film: its size and view, and one pixel's value."""

from PySide6.QtCore import QCoreApplication, QObject

from cxrviewer.core.film import Film, Voi
from cxrviewer.ui.widgets.corner_texts import window_text
from cxrviewer.ui.widgets.film_view import FilmView
from cxrviewer.ui.widgets.status_line import StatusLine


class FilmNumbers(QObject):
    """Keeps the numbers of a view in the status line."""

    def __init__(self, view: FilmView, status: StatusLine) -> None:
        super().__init__(view)
        self._view, self._status = view, status
        view.changed.connect(self._tell_view)
        view.probed.connect(self._tell_pixel)

    def _tell_view(self) -> None:
        film, voi = self._view.film, self._view.voi
        if film is not None and voi is not None:
            self._status.set_film(view_text(film, voi, zoom=self._view.zoom))

    def _tell_pixel(self, column: int, row: int) -> None:
        film = self._view.film
        text = "" if film is None or column < 0 else pixel_text(film, column, row)
        self._status.set_probe(text)


def view_text(film: Film, voi: Voi, *, zoom: float) -> str:
    """Return size, window and zoom (1 is one screen pixel a pixel)."""
    shown = QCoreApplication.translate("FilmNumbers", "zoom {percent:.0f} %")
    size = f"{film.columns} x {film.rows}"
    return f"{size}   {window_text(voi)}   {shown.format(percent=zoom * 100)}"


def pixel_text(film: Film, column: int, row: int) -> str:
    """Return a pixel's place and its modality value."""
    from cxrviewer.imaging import display

    value = display.modality_values(film, film.stored[row : row + 1, column : column + 1])
    return f"({column}, {row}) = {float(value.flat[0]):g}"
