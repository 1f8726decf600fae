"""What the foot of the window says of a film: its size and view, and one pixel's value."""

from PySide6.QtCore import QCoreApplication

from cxrviewer.core.film import Film, Voi
from cxrviewer.ui.widgets.corner_texts import window_text


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
