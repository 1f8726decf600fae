"""A film under the hand: zoom, pan and window by wheel and drag."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from cxrviewer.ui.widgets.film_canvas import FilmCanvas
from cxrviewer.ui.widgets.film_layers import FilmLayers
from cxrviewer.ui.widgets.film_tools import CURSORS, Drag, Tool, speed
from cxrviewer.ui.widgets.window_drag import dragged

_WHEEL_STEP = 1.2
_DRAG_ZOOM_STEP = 1.01


class FilmView(FilmCanvas):
    """Shows one film and lets the mouse change how.

    Signals
    -------
    probed(column, row)
        The mouse is over this film pixel; -1, -1 when it left the film.
    """

    probed = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self._tool = Tool.WINDOW
        self._drag: Drag | None = None

    @property
    def tool(self) -> Tool:
        """What the left button does."""
        return self._tool

    def show_film(self, layers: FilmLayers) -> None:
        """Put a film on screen as its file says; a drag under way ends."""
        self._drag = None
        super().show_film(layers)

    def set_tool(self, tool: Tool) -> None:
        """Choose what the left button does."""
        self._tool = tool
        self.setCursor(CURSORS[tool])

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the cursor."""
        if self._view is None:
            event.ignore()
            return
        at = event.position() * self.devicePixelRatioF()
        factor = _WHEEL_STEP ** (event.angleDelta().y() / 120)
        self._move(self._view.zoomed(at.x(), at.y(), factor=factor))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag: the tool's with the left button, a pan with the middle one."""
        tools = {Qt.MouseButton.LeftButton: self._tool, Qt.MouseButton.MiddleButton: Tool.PAN}
        tool = tools.get(event.button())
        if self._film is None or tool is None:
            event.ignore()
            return
        at = event.position()
        self._drag = Drag(tool=tool, begun=at, last=at, voi=self._voi, view=self._view)
        if tool is Tool.PAN:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the drag, or tell which film pixel the mouse is over."""
        if self._drag is None:
            self._probe(event.position())
            return
        way = event.position() - self._drag.last
        self._drag = replace(self._drag, last=event.position())
        self._drag_by(self._drag, way, rate=speed(event.modifiers()))

    def _drag_by(self, drag: Drag, way: QPointF, *, rate: float) -> None:
        if self._film is None or self._view is None or self._voi is None:
            return
        ratio = self.devicePixelRatioF()
        if drag.tool is Tool.WINDOW:
            self.set_voi(dragged(self._film, self._voi, dx=way.x(), dy=way.y(), speed=rate))
        elif drag.tool is Tool.PAN:
            self._move(self._view.panned(way.x() * ratio, way.y() * ratio))
        else:
            at, factor = drag.begun * ratio, _DRAG_ZOOM_STEP ** -way.y()
            self._move(self._view.zoomed(at.x(), at.y(), factor=factor))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """End the drag."""
        self._drag = None
        self.setCursor(CURSORS[self._tool])

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the mouse is over no pixel."""
        self.probed.emit(-1, -1)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a drag back with Esc."""
        if event.key() == Qt.Key.Key_Escape and self._drag is not None:
            self._voi, self._view, self._drag = self._drag.voi, self._drag.view, None
            self._changed()
            return
        super().keyPressEvent(event)

    def _probe(self, position: QPointF) -> None:
        if self._view is None or self._film is None:
            return
        at = position * self.devicePixelRatioF()
        column, row = self._view.to_film(at.x(), at.y())
        inside = 0 <= column < self._film.columns and 0 <= row < self._film.rows
        self.probed.emit(*((int(column), int(row)) if inside else (-1, -1)))
