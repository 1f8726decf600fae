"""The picture that leaves the program: the view as on screen, with notice and warning burned in."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter

from cxrviewer.core.analysis import HEAT_MEANING, NOTICE, HeatMap
from cxrviewer.ui import theme
from cxrviewer.ui.widgets.film_view import FilmView

_MARGIN = 12
_PAD = 6
_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap


def film_picture(view: FilmView, *, opacity: float, warning: str = "") -> QImage:
    """Return what the view shows, above a caption with the notice.

    Parameters
    ----------
    opacity
        Of the heat map as drawn, 0..1; 0 where none is drawn.
    warning
        What speaks against the answer that the heat map is of; stands above the notice.
    """
    shot = view.grab().toImage()
    ratio = shot.devicePixelRatio()
    drawn = view.heat_map if opacity > 0 else None
    lines = [(warning, "warn")] if warning and drawn is not None else []
    lines.append((caption(drawn, opacity=opacity), "text"))
    font = theme.tabular(view.font(), pixels=12)
    room = QRect(0, 0, round(shot.width() / ratio) - 2 * _MARGIN, shot.height())
    tall = [QFontMetrics(font).boundingRect(room, _WRAPPED, text).height() for text, _ in lines]
    foot = sum(tall) + _PAD * (len(tall) + 1)
    picture = QImage(shot.width(), shot.height() + round(foot * ratio), QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(ratio)
    picture.fill(theme.colour("surround"))
    painter = QPainter(picture)
    painter.drawImage(0, 0, shot)
    painter.setFont(font)
    top = shot.height() / ratio
    for (text, colour), height in zip(lines, tall, strict=True):
        painter.setPen(theme.colour(colour))
        place = QRectF(_MARGIN, top + _PAD, room.width(), height)
        painter.drawText(place, _WRAPPED, text)
        top += _PAD + height
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
