"""The picture that leaves the program: the view as on screen, with the notice burned in."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from cxrviewer.core.analysis import HEAT_MEANING, NOTICE, HeatMap
from cxrviewer.ui import theme
from cxrviewer.ui.widgets.film_view import FilmView

_CAPTION = 28


def film_picture(view: FilmView, *, opacity: float) -> QImage:
    """Return what the view shows, above a caption with the notice.

    Parameters
    ----------
    opacity
        Of the heat map as drawn, 0..1; 0 where none is drawn.
    """
    shot = view.grab().toImage()
    ratio = shot.devicePixelRatio()
    width, height = shot.width() / ratio, shot.height() / ratio
    picture = QImage(
        shot.width(), shot.height() + round(_CAPTION * ratio), QImage.Format.Format_RGB32
    )
    picture.setDevicePixelRatio(ratio)
    picture.fill(theme.colour("surround"))
    painter = QPainter(picture)
    painter.drawImage(0, 0, shot)
    painter.setFont(theme.tabular(view.font(), pixels=12))
    painter.setPen(theme.colour("text"))
    place = QRectF(12, height, width - 24, _CAPTION)
    text = caption(view.heat_map if opacity > 0 else None, opacity=opacity)
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()))
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
    painter.end()
    return picture


def caption(heat_map: HeatMap | None, *, opacity: float) -> str:
    """Return the notice, and what the heat map is if one is drawn."""
    if heat_map is None:
        return NOTICE
    return (
        f"{NOTICE}.  Heat map of {heat_map.label} ({heat_map.method}, {heat_map.layer}) "
        f"at {opacity * 100:.0f} %: {HEAT_MEANING}"
    )
