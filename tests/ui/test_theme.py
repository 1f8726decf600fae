"""One palette file holds every colour."""

import json
import re
from pathlib import Path

from PySide6.QtGui import QColor

from cxrviewer.core import paths
from cxrviewer.ui import theme
from cxrviewer.ui.actions import ACTIONS

UI = Path(theme.__file__).parent
LITERAL = re.compile(r"#[0-9a-fA-F]{3,8}\b|QColor\(\s*[\d\"']|GlobalColor\.(?!transparent)")


def test_no_colour_stands_outside_the_palette() -> None:
    sources = [*UI.rglob("*.py"), paths.resources_dir() / "theme.qss"]
    found = [source.name for source in sources if LITERAL.search(source.read_text("utf-8"))]
    assert found == []


def test_text_is_readable_on_every_surface() -> None:
    for text, least in (("text", 7.0), ("muted", 4.5), ("warn", 4.5), ("refuse", 4.5)):
        for surface in ("window", "panel"):
            assert contrast(theme.colour(text), theme.colour(surface)) >= least, (text, surface)


def test_chrome_is_neutral() -> None:
    palette = json.loads((paths.resources_dir() / "palette.json").read_text("utf-8"))
    for name in sorted(set(palette) - {"accent", "warn", "refuse"}):
        assert theme.colour(name).saturation() == 0, name


def test_every_named_icon_is_drawn() -> None:
    for spec in ACTIONS:
        if spec.icon:
            assert not theme.icon(spec.icon).isNull(), spec.icon


def contrast(one: QColor, other: QColor) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: QColor) -> float:
    parts = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
