"""A frame around the place where films would land."""

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QFrame, QWidget


class DropFrame(QFrame):
    """Lies over a part of its parent while films are held over the window."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("drop_frame")
        self.hide()

    def frame(self, place: QRect, *, shown: bool) -> None:
        """Frame a place in the parent, or stop."""
        self.setGeometry(place)
        self.setVisible(shown)
        self.raise_()
