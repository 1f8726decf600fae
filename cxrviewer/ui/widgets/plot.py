"""One diagram with axes, lines and marks, drawn by pyqtgraph in the palette's colours."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QPen, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cxrviewer.ui import theme

if TYPE_CHECKING:
    import pyqtgraph

_HEADROOM = 0.16
_MARGIN = 0.04
_HEIGHT = 150


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


class Plot(QWidget):
    """Draws what it was last given; pyqtgraph is imported when it is first shown.

    Signals
    -------
    hovered(float)
        Place on the x axis under the mouse, not a number when it has left.
    """

    hovered = Signal(float)

    def __init__(
        self, name: str, *, x: str, y: str, log_x: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setMinimumHeight(_HEIGHT)
        self._titles = (x, y)
        self._log_x = log_x
        self._canvas: pyqtgraph.PlotWidget | None = None
        self._cursor: Any = None
        self._lines: tuple[Line, ...] = ()
        self._marks: tuple[Mark, ...] = ()
        self._rings: tuple[Ring, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The series on screen."""
        return self._lines

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The vertical lines on screen."""
        return self._marks

    @property
    def rings(self) -> tuple[Ring, ...]:
        """The rings on screen."""
        return self._rings

    @property
    def canvas(self) -> "pyqtgraph.PlotWidget | None":
        """The drawing, None before the diagram was shown."""
        return self._canvas

    def draw(
        self, lines: Sequence[Line], *, marks: Sequence[Mark] = (), rings: Sequence[Ring] = ()
    ) -> None:
        """Draw these in place of what was there."""
        self._lines, self._marks, self._rings = tuple(lines), tuple(marks), tuple(rings)
        if self._canvas is not None:
            self._redraw(self._canvas)

    def set_titles(self, *, x: str, y: str) -> None:
        """Name the axes."""
        self._titles = (x, y)
        if self._canvas is not None:
            self._name_axes(self._canvas)

    def set_cursor(self, x: float | None) -> None:
        """Draw a thin line at a place of the x axis, or none."""
        if self._cursor is not None:
            self._cursor.setVisible(x is not None)
            if x is not None:
                self._cursor.setValue(self._place(x))

    def showEvent(self, event: QShowEvent) -> None:
        """Make the drawing at the first time."""
        super().showEvent(event)
        if self._canvas is None:
            self._canvas = self._made()
            self._redraw(self._canvas)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell that the mouse has left."""
        if event.type() == QEvent.Type.Leave:
            self.hovered.emit(math.nan)
        return super().eventFilter(watched, event)

    def _made(self) -> "pyqtgraph.PlotWidget":
        import pyqtgraph

        canvas = pyqtgraph.PlotWidget(background=None)
        canvas.setFrameShape(canvas.Shape.NoFrame)
        canvas.setAntialiasing(True)
        canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        item = canvas.getPlotItem()
        item.setMenuEnabled(False)
        item.hideButtons()
        item.setMouseEnabled(x=False, y=False)
        item.setLogMode(x=self._log_x, y=False)
        for side in ("left", "bottom"):
            axis = item.getAxis(side)
            axis.setPen(QPen(theme.colour("edge"), 1))
            axis.setTextPen(theme.colour("muted"))
            axis.setStyle(
                tickFont=theme.tabular(self.font(), pixels=12), tickLength=-4, maxTickLevel=1
            )
            axis.enableAutoSIPrefix(False)
        item.getAxis("left").setWidth(56)
        if self._log_x:
            item.getAxis("bottom").logTickStrings = _powers
        canvas.viewport().installEventFilter(self)
        canvas.scene().sigMouseMoved.connect(self._moved)
        self._name_axes(canvas)
        self._column.addWidget(canvas)
        return canvas

    def _name_axes(self, canvas: "pyqtgraph.PlotWidget") -> None:
        style = {"color": theme.colour("muted").name(), "font-size": "12px"}
        for side, title in zip(("bottom", "left"), self._titles, strict=True):
            canvas.getPlotItem().setLabel(side, title, **style)

    def _redraw(self, canvas: "pyqtgraph.PlotWidget") -> None:
        import pyqtgraph

        item = canvas.getPlotItem()
        item.clear()
        for line in self._lines:
            item.addItem(_curve(line))
        self._cursor = pyqtgraph.InfiniteLine(angle=90, pen=_pen("edge"))
        self._cursor.setVisible(False)
        item.addItem(self._cursor, ignoreBounds=True)
        top = self._fit(item)
        for mark in self._marks:
            self._add_mark(item, mark, top)
        for ring in self._rings:
            item.addItem(_ring(self._place(ring.x), ring.y))

    def _fit(self, item: Any) -> float:
        """Show all points with room above them for words; returns the top of the axis."""
        xs = [self._place(x) for line in self._lines for x in line.x]
        ys = [y for line in self._lines for y in line.y if math.isfinite(y)]
        if not xs or not ys:
            item.setRange(xRange=(0, 1), yRange=(0, 1), padding=0)
            return 1.0
        wide = max(max(xs) - min(xs), 1.0 if not self._log_x else 0.1)
        high = max(max(ys) - min(ys), 1e-3)
        room = _HEADROOM if self._marks else _MARGIN
        top = max(ys) + room * high
        item.setXRange(min(xs) - _MARGIN * wide, max(xs) + _MARGIN * wide, padding=0)
        item.setYRange(min(ys) - _MARGIN * high, top, padding=0)
        return top

    def _add_mark(self, item: Any, mark: Mark, top: float) -> None:
        import pyqtgraph

        x = self._place(mark.x)
        if mark.line:
            pen = _pen(mark.colour, style=Qt.PenStyle.DashLine)
            item.addItem(pyqtgraph.InfiniteLine(x, angle=90, pen=pen), ignoreBounds=True)
        words = pyqtgraph.TextItem(mark.text, color=theme.colour("muted"), anchor=(0, 0))
        words.setFont(theme.tabular(self.font(), pixels=12))
        words.setPos(x, top)
        item.addItem(words, ignoreBounds=True)

    def _place(self, x: float) -> float:
        return math.log10(x) if self._log_x else x

    def _moved(self, position: Any) -> None:
        canvas = self._canvas
        if canvas is None:
            return
        box = canvas.getPlotItem().getViewBox()
        if not box.sceneBoundingRect().contains(position):
            self.hovered.emit(math.nan)
            return
        x = float(box.mapSceneToView(position).x())
        self.hovered.emit(10**x if self._log_x else x)


def _pen(colour: str, *, width: float = 1.0, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    pen = QPen(theme.colour(colour), width, style)
    # Its width is that of the screen, not of the axes.
    pen.setCosmetic(True)
    return pen


def _curve(line: Line) -> Any:
    import pyqtgraph

    style = Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine
    return pyqtgraph.PlotDataItem(
        list(line.x),
        list(line.y),
        name=line.name,
        pen=_pen(line.colour, width=1.5, style=style),
        symbol=line.symbol or None,
        symbolSize=6,
        symbolPen=_pen(line.colour),
        symbolBrush=theme.colour("window" if line.dashed else line.colour),
        connect="finite",
    )


def _ring(x: float, y: float) -> Any:
    import pyqtgraph

    return pyqtgraph.ScatterPlotItem(
        [x], [y], size=14, symbol="o", pen=_pen("text", width=1.5), brush=None
    )


def _powers(values: Sequence[float], _scale: float, _spacing: float) -> list[str]:
    """Name the ticks of a logarithmic axis, all in one way."""
    return [f"{10**value:.0e}" if value == round(value) else "" for value in values]
