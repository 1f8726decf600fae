"""The look: one palette file and one style sheet, and icons drawn in the palette's colours."""

import json
from functools import cache
from string import Template

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from cxrviewer.core import paths

ICON_SIZE = 20

_ROLES = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Base: "panel",
    QPalette.ColorRole.AlternateBase: "raised",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.Button: "raised",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.BrightText: "text",
    QPalette.ColorRole.Highlight: "accent",
    QPalette.ColorRole.HighlightedText: "accent_text",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.PlaceholderText: "muted",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Mid: "line",
    QPalette.ColorRole.Dark: "window",
    QPalette.ColorRole.Shadow: "surround",
}
_DIMMED = (
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.Text,
    QPalette.ColorRole.ButtonText,
)


@cache
def _colours() -> dict[str, str]:
    file = paths.resources_dir() / "palette.json"
    colours: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    return colours


def colour(name: str) -> QColor:
    """Return the palette's colour with this name."""
    return QColor(_colours()[name])


def apply(app: QApplication) -> None:
    """Give the application its style, palette, font size and style sheet."""
    app.setStyle("Fusion")
    palette = QPalette()
    for role, name in _ROLES.items():
        palette.setColor(role, colour(name))
    for role in _DIMMED:
        palette.setColor(QPalette.ColorGroup.Disabled, role, colour("disabled"))
    app.setPalette(palette)
    sheet = (paths.resources_dir() / "theme.qss").read_text(encoding="utf-8")
    app.setStyleSheet(Template(sheet).substitute(_colours()))


def tabular(font: QFont, *, pixels: int = 13) -> QFont:
    """Return the font at a size, its figures all of one width."""
    made = QFont(font)
    made.setPixelSize(pixels)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


@cache
def _drawing(name: str) -> str:
    file = paths.resources_dir() / "icons" / f"{name}.svg"
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def pixmap(name: str, *, colour_name: str = "text", size: int = ICON_SIZE) -> QPixmap:
    """Draw one icon in a colour of the palette; empty where there is no such icon."""
    ratio = max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
    drawn = QPixmap(QSize(size, size) * ratio)
    drawn.setDevicePixelRatio(ratio)
    drawn.fill(Qt.GlobalColor.transparent)
    svg = _drawing(name)
    if svg:
        svg = svg.replace("currentColor", _colours()[colour_name])
        painter = QPainter(drawn)
        QSvgRenderer(QByteArray(svg.encode())).render(painter, QRectF(0, 0, size, size))
        painter.end()
    return drawn


@cache
def icon(name: str) -> QIcon:
    """Return one icon of the program's set: text colour, accent when on, dimmed when disabled."""
    made = QIcon()
    if _drawing(name):
        made.addPixmap(pixmap(name))
        made.addPixmap(pixmap(name, colour_name="accent"), QIcon.Mode.Normal, QIcon.State.On)
        made.addPixmap(pixmap(name, colour_name="disabled"), QIcon.Mode.Disabled)
    return made
