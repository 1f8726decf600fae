"""A part of a report: a heading over what it holds."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget


class Section(QWidget):
    """Holds widgets under a heading."""

    def __init__(self, title: str, *content: QWidget) -> None:
        super().__init__()
        heading = QLabel(title)
        heading.setObjectName("heading")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(heading)
        for widget in content:
            column.addWidget(widget)
        column.addStretch(1)


def text_label() -> QLabel:
    """Return a label for sentences, that wraps and can be copied from."""
    label = QLabel()
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
