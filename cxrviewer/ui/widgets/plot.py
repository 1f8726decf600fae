"""One diagram with axes, lines and marks, drawn by pyqtgraph in the palette's colours."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from cxrviewer.ui import theme
from cxrviewer.ui.widgets import plot_items
from cxrviewer.ui.widgets.plot_items import Line, Mark, Ring

if TYPE_CHECKING:
    import pyqtgraph

_HEADROOM = 0.16
# Share of the axis that the words of a mark may take.
_WORDS_MOST = 0.6
_MARGIN = 0.04
_HEIGHT = 150
_ABOVE = 7
# Room at the left for the title and a number of six characters, px.
_LEFT = 64


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
        self._shape: object = None
        self._curves: list[Any] = []
        self._words: list[Any] = []
        self._cursor: Any = None
        self._circles: Any = None
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
        """The drawing, None before it was made."""
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
        """Make the drawing at the first time, once the window has done what waits."""
        super().showEvent(event)
        if self._canvas is None:
            QTimer.singleShot(0, self, self.make)

    def make(self) -> None:
        """Make the drawing if there is none yet, which takes about as long as two frames."""
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

        canvas = pyqtgraph.PlotWidget(background=None, enableMenu=False)
        canvas.setFrameShape(canvas.Shape.NoFrame)
        canvas.setObjectName("diagram")
        # It would like to be 480 high, and leave no room for what stands below it.
        canvas.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        canvas.setAntialiasing(True)
        canvas.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        item = canvas.getPlotItem()
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
        item.getAxis("left").setWidth(_LEFT)
        if self._log_x:
            item.getAxis("bottom").logTickStrings = plot_items.powers
        else:
            item.getAxis("bottom").tickSpacing = plot_items.whole_steps
        # The number at the very top reaches above its tick.
        item.layout.setContentsMargins(1, _ABOVE, 1, 1)
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
        item = canvas.getPlotItem()
        # Making items costs more than a frame has, so an epoch more only moves those there are.
        shape = (tuple(replace(line, x=(), y=()) for line in self._lines), self._marks)
        if shape != self._shape:
            self._shape = shape
            self._make_items(item)
        tops = self._fit(item)
        for line, curve in zip(self._lines, self._curves, strict=True):
            curve.setData(list(line.x), list(line.y))
        for mark, words, top in zip(self._marks, self._words, tops, strict=True):
            words.setPos(self._place(mark.x), top)
        rings = [(self._place(ring.x), ring.y) for ring in self._rings]
        self._circles.setData([x for x, _ in rings], [y for _, y in rings])

    def _make_items(self, item: Any) -> None:
        item.clear()
        self._curves = [plot_items.curve(line) for line in self._lines]
        self._words = [plot_items.words(mark, self.font()) for mark in self._marks]
        self._cursor, self._circles = plot_items.cursor(), plot_items.circles()
        lines = [plot_items.upright(m, self._place(m.x)) for m in self._marks if m.line]
        # Words hide the lines they stand on, and nothing of the curves.
        for below in (self._cursor, *lines, *self._words):
            item.addItem(below, ignoreBounds=True)
        for curve in self._curves:
            item.addItem(curve)
        item.addItem(self._circles, ignoreBounds=True)

    def _fit(self, item: Any) -> list[float]:
        """Show all points with room above them for words; returns the top of each mark's words."""
        xs = [self._place(x) for line in self._lines for x in line.x]
        ys = [y for line in self._lines for y in line.y if math.isfinite(y)]
        if not xs or not ys:
            item.setRange(xRange=(0, 1), yRange=(0, 1), padding=0)
            return [1.0] * len(self._marks)
        wide = max(max(xs) - min(xs), 1.0 if not self._log_x else 0.1)
        high = max(max(ys) - min(ys), 1e-3)
        left = min(xs) - _MARGIN * wide
        right = self._room_for_words(item, left, max(xs) + _MARGIN * wide)
        rows = self._rows_of_words(item, right - left)
        row_high = _HEADROOM * high
        top = max(ys) + (row_high * (1 + max(rows)) if rows else _MARGIN * high)
        item.setRange(
            xRange=(left, right),
            yRange=(min(ys) - _MARGIN * high, top),
            padding=0,
        )
        return [top - row * row_high for row in rows]

    def _room_for_words(self, item: Any, left: float, right: float) -> float:
        """Return the right end of the axis at which no words of a mark are cut."""
        for mark, words in zip(self._marks, self._words, strict=True):
            share = words.textItem.boundingRect().width() / max(item.getViewBox().width(), 1.0)
            share = min(share, _WORDS_MOST)
            right = max(right, (self._place(mark.x) - share * left) / (1 - share))
        return right

    def _rows_of_words(self, item: Any, wide: float) -> list[int]:
        """Return the row of each mark's words, the first in which they lie over no others."""
        ends: list[float] = []
        rows = []
        for mark, words in zip(self._marks, self._words, strict=True):
            x = self._place(mark.x)
            row = next((n for n, end in enumerate(ends) if end <= x), len(ends))
            share = words.textItem.boundingRect().width() / max(item.getViewBox().width(), 1.0)
            ends[row : row + 1] = [x + share * wide]
            rows.append(row)
        return rows

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
