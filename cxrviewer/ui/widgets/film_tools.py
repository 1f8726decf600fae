"""What the mouse does in a film view."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QPointF, Qt

from cxrviewer.core.film import Voi
from cxrviewer.ui.widgets.view_transform import ViewTransform
from cxrviewer.ui.widgets.window_drag import COARSE, FINE, NORMAL


class Tool(StrEnum):
    """What the left button does."""

    WINDOW = "window"
    PAN = "pan"
    ZOOM = "zoom"


CURSORS = {
    Tool.WINDOW: Qt.CursorShape.ArrowCursor,
    Tool.PAN: Qt.CursorShape.OpenHandCursor,
    Tool.ZOOM: Qt.CursorShape.SizeVerCursor,
}


@dataclass(frozen=True, kw_only=True)
class Drag:
    """A drag under way: what it began with, and where the mouse was last."""

    tool: Tool
    begun: QPointF
    last: QPointF
    voi: Voi | None
    view: ViewTransform | None


def speed(modifiers: Qt.KeyboardModifier) -> float:
    """Return the speed of a drag with these keys held."""
    if modifiers & Qt.KeyboardModifier.ShiftModifier:
        return FINE
    if modifiers & Qt.KeyboardModifier.ControlModifier:
        return COARSE
    return NORMAL
