"""What a diagram is made of: values that say what to draw, and the items that draw it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPen

from cxrviewer.ui import theme

# Least distance of two ticks of an axis that counts, px.
_TICK_ROOM = 40


@dataclass(frozen=True, kw_only=True)
class Line:
    """One series of a diagram.

    Attributes
    ----------
    x, y
        Of its points; a value that is not a number leaves a gap.
    colour
        Name in the palette.
    symbol
        Shape of the points: `o` round, `s` square, `t` triangle, or empty for none.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    colour: str = "accent"
    dashed: bool = False
    symbol: str = ""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A vertical line with words at its top; without `line` only the words."""

    x: float
    text: str
    line: bool = True
    colour: str = "muted"


@dataclass(frozen=True, kw_only=True)
class Ring:
    """A ring around one point, for the one that counts."""

    x: float
    y: float


def curve(line: Line) -> Any:
    """Return the item of a series, still without points."""
    import pyqtgraph

    style = Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine
    return pyqtgraph.PlotDataItem(
        name=line.name,
        pen=_pen(line.colour, width=1.5, style=style),
        symbol=line.symbol or None,
        symbolSize=6,
        symbolPen=_pen(line.colour),
        symbolBrush=theme.colour("window" if line.dashed else line.colour),
        connect="finite",
    )


def circles() -> Any:
    """Return the item of the rings, still without any."""
    import pyqtgraph

    return pyqtgraph.ScatterPlotItem(size=14, symbol="o", pen=_pen("text", width=1.5), brush=None)


def cursor() -> Any:
    """Return the thin line under the mouse, hidden."""
    import pyqtgraph

    line = pyqtgraph.InfiniteLine(angle=90, pen=_pen("edge"))
    line.setVisible(False)
    return line


def upright(mark: Mark, x: float) -> Any:
    """Return the line of a mark at this place of the axis."""
    import pyqtgraph

    return pyqtgraph.InfiniteLine(x, angle=90, pen=_pen(mark.colour, style=Qt.PenStyle.DashLine))


def words(mark: Mark, font: QFont) -> Any:
    """Return the words of a mark, to be placed by their upper left corner."""
    import pyqtgraph

    item = pyqtgraph.TextItem(
        mark.text, color=theme.colour("muted"), anchor=(0, 0), fill=theme.colour("window")
    )
    item.setFont(theme.tabular(font, pixels=12))
    return item


def powers(values: Sequence[float], _scale: float, _spacing: float) -> list[str]:
    """Name the ticks of a logarithmic axis, all in one way."""
    return [f"{10**value:.0e}" if value == round(value) else "" for value in values]


def whole_steps(low: float, high: float, size: float) -> list[tuple[float, float]]:
    """Space the ticks of an axis that counts, so that each stands at a whole number.

    Parameters
    ----------
    low, high
        Ends of the axis.
    size
        Its length, px.

    Returns
    -------
    list of (float, float)
        One level of ticks: the step of 1, 2, 5, 10, ... and where it begins.
    """
    most = max(size / _TICK_ROOM, 1.0)
    steps = (n * 10**power for power in count() for n in (1, 2, 5))
    return [(next(step for step in steps if (high - low) / step <= most), 0.0)]


def _pen(colour: str, *, width: float = 1.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(theme.colour(colour), width, style)
    # Its width is that of the screen, not of the axes.
    pen.setCosmetic(True)
    return pen
