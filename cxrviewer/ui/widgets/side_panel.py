"""The panel at the right: sections one below the other, parted by lines."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLineEdit, QScrollArea, QVBoxLayout, QWidget

_WIDTH = 320
_INNER = 12


class SidePanel(QFrame):
    """Holds the sections; scrolls where the window is low."""

    def __init__(self, *sections: QWidget) -> None:
        super().__init__()
        self.setObjectName("side_panel")
        self.setFixedWidth(_WIDTH)
        content = QWidget()
        content.setObjectName("side_content")
        column = QVBoxLayout(content)
        column.setContentsMargins(_INNER, _INNER, _INNER, _INNER)
        column.setSpacing(_INNER)
        for place, section in enumerate(sections):
            if place:
                line = QFrame()
                line.setObjectName("section_line")
                column.addWidget(line)
            column.addWidget(section)
        column.addStretch(1)
        for control in content.findChildren(QWidget):
            # A click leaves the keyboard where it was, with the film's keys; only a field to type
            # in takes it.
            clicked = control.focusPolicy() & Qt.FocusPolicy.ClickFocus
            if clicked and not isinstance(control, QLineEdit):
                control.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        scroll = QScrollArea()
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidgetResizable(True)
        scroll.setWidget(content)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        frame = QVBoxLayout(self)
        frame.setContentsMargins(1, 0, 0, 0)
        frame.addWidget(scroll)
