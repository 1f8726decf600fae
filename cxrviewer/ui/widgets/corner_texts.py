"""What stands in the four corners of a film view, and the drawing of it."""

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from cxrviewer.core.film import Film, SpacingTrust, Table, Voi
from cxrviewer.ui import theme

Corners = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]

_MARGIN = 12
_AROUND = tuple((dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy)
_LEAST_WIDTH, _LEAST_HEIGHT = 480, 360
# DICOM PS3.3 C.7.6.1.1.1: the letters of opposite directions.
_OPPOSITE = str.maketrans("LRAPHF", "RLPAFH")


def _tr(text: str) -> str:
    return QCoreApplication.translate("CornerTexts", text)


def _present(parts: Iterable[str], *, between: str = "  ") -> str:
    return between.join(part for part in parts if part)


def readable_name(name: str) -> str:
    """Return a DICOM person name as words.

    References
    ----------
    DICOM PS3.5 6.2 (PN): groups parted by `=`, components by `^`; the last given group is the
    one in the person's own script.
    """
    group = next((part for part in name.split("=") if part.strip("^ ")), "")
    family, *others = (part.strip() for part in group.split("^"))
    return _present((family, _present(others, between=" ")), between=", ")


def readable_time(time: str) -> str:
    """Return a DICOM time (PS3.5 6.2, TM) as hours and minutes."""
    digits = time.replace(":", "")[:4]
    return f"{digits[:2]}:{digits[2:]}" if len(digits) == 4 and digits.isdigit() else time


def window_text(voi: Voi) -> str:
    """Return what the film is shown with, in words."""
    if isinstance(voi, Table):
        return _present(("VOI LUT", voi.explanation))
    digits = 0 if abs(voi.width) >= 10 else 2
    return f"W {voi.width:.{digits}f}  L {voi.centre:.{digits}f}"


def corner_texts(film: Film, *, voi: Voi, zoom: float) -> Corners:
    """Return the lines of each corner: top left, top right, bottom left, bottom right.

    A value the film does not have leaves no line and no label.
    """
    who, facts = film.identity, film.facts
    spacing = film.spacing
    known = spacing.trust is not SpacingTrust.NONE
    top_left = (
        readable_name(who.name),
        who.patient_id,
        _present((who.birth_date, who.sex)),
        film.path.name if not (who.name or who.patient_id) else "",
    )
    top_right = (
        who.institution,
        _present((who.study_date, readable_time(who.study_time))),
        who.study_description,
        who.series_description if who.series_description != who.study_description else "",
    )
    bottom_left = (
        _present((facts.body_part, facts.view, facts.laterality)),
        _tr("lossy {ratio:.0f} : 1").format(ratio=facts.lossy_ratio) if facts.lossy_ratio else "",
        _tr("pixels damaged") if facts.damaged else "",
    )
    bottom_right = (
        window_text(voi),
        _tr("zoom {percent:.0f} %").format(percent=zoom * 100),
        _tr("pixel {size:.3g} {unit}").format(size=spacing.column, unit=spacing.unit)
        if known
        else _tr("no spacing, lengths in px"),
    )
    return (
        tuple(filter(None, top_left)),
        tuple(filter(None, top_right)),
        tuple(filter(None, bottom_left)),
        tuple(filter(None, bottom_right)),
    )


def orientation_letters(film: Film) -> tuple[str, str, str, str]:
    """Return the letters at the left, top, right and bottom edge; empty where unknown."""
    if len(film.facts.orientation) != 2:
        return ("", "", "", "")
    right, bottom = film.facts.orientation
    return right.translate(_OPPOSITE), bottom.translate(_OPPOSITE), right, bottom


def top_edge(area: QRectF, covered: QRectF) -> float:
    """Return where the texts at the top begin: below what covers the view's top edge."""
    return covered.bottom() if covered.intersects(area) else area.top()


def draw_corners(
    painter: QPainter, area: QRectF, corners: Corners, font: QFont, *, top: float
) -> None:
    """Draw the corners into a view; one too small for all of them keeps whose film it is.

    Parameters
    ----------
    top
        Where the two corners at the top begin: see `top_edge`.
    """
    small = area.width() < _LEAST_WIDTH or area.height() < _LEAST_HEIGHT
    share = 0.8 if small else 0.4
    metrics = QFontMetricsF(font)
    line = round(metrics.height() * 1.15)
    for index, lines in enumerate(corners[:1] if small else corners):
        for row, text in enumerate(lines):
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width() * share)
            if index % 2:
                x = area.right() - _MARGIN - metrics.horizontalAdvance(shown)
            else:
                x = area.left() + _MARGIN
            if index < 2:
                y = top + _MARGIN + metrics.ascent() + row * line
            else:
                y = area.bottom() - _MARGIN - metrics.descent() - (len(lines) - 1 - row) * line
            draw_outlined(painter, x, y, shown, font)


def draw_letters(
    painter: QPainter, area: QRectF, film: Film, font: QFont, *, top_of_view: float
) -> None:
    """Draw the orientation letters at the middle of the view's edges."""
    metrics = QFontMetricsF(font)
    left, top, right, bottom = orientation_letters(film)
    middle, centre = area.center().y() + metrics.ascent() / 2, area.center().x()
    high = top_of_view + _MARGIN + metrics.ascent()
    low = area.bottom() - _MARGIN - metrics.descent()
    for text, x, y in (
        (left, area.left() + _MARGIN, middle),
        (top, centre - metrics.horizontalAdvance(top) / 2, high),
        (right, area.right() - _MARGIN - metrics.horizontalAdvance(right), middle),
        (bottom, centre - metrics.horizontalAdvance(bottom) / 2, low),
    ):
        if text:
            draw_outlined(painter, x, y, text, font)


def draw_outlined(painter: QPainter, x: float, y: float, text: str, font: QFont) -> None:
    """Draw a line of text that stays readable where it lies over the film."""
    painter.setFont(font)
    painter.setPen(theme.colour("surround"))
    for dx, dy in _AROUND:
        painter.drawText(QPointF(x + dx, y + dy), text)
    painter.setPen(theme.colour("text"))
    painter.drawText(QPointF(x, y), text)
