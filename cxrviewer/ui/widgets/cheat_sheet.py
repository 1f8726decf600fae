"""The cheat sheet: every key and what the mouse does."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cxrviewer.ui.actions import ACTIONS


class CheatSheet(QDialog):
    """Lists the actions with their keys by group, and the mouse."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("cheat_sheet")
        self.setWindowTitle(self.tr("Keys and mouse"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(32)
        grid.setVerticalSpacing(4)
        groups = dict.fromkeys(spec.group for spec in ACTIONS)
        half = (len(groups) + 1) // 2
        for place, group in enumerate(groups):
            rows = [(spec.text, _keys(spec.keys)) for spec in ACTIONS if spec.group == group]
            section = _section(self.tr(group), rows)
            grid.addWidget(section, place % half, place // half, Qt.AlignmentFlag.AlignTop)
        mouse = (
            (self.tr("Tool in use (window: right wider, down brighter)"), self.tr("left drag")),
            (self.tr("Fine, coarse"), self.tr("Shift, Ctrl")),
            (self.tr("Pan"), self.tr("middle drag")),
            (self.tr("Zoom at the cursor"), self.tr("wheel")),
        )
        grid.addWidget(_section(self.tr("Mouse"), list(mouse)), half, 0, 1, 2)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addLayout(grid)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)


def _keys(keys: tuple[str, ...]) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(QKeySequence(key).toString(native) for key in keys)


def _section(heading: str, rows: list[tuple[str, str]]) -> QWidget:
    section = QWidget()
    grid = QGridLayout(section)
    grid.setContentsMargins(0, 0, 0, 12)
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(0, 1)
    title = QLabel(heading.upper())
    title.setObjectName("heading")
    grid.addWidget(title, 0, 0, 1, 2)
    for row, (text, keys) in enumerate(((t, k) for t, k in rows if k), start=1):
        key = QLabel(keys)
        key.setObjectName("muted")
        grid.addWidget(QLabel(text), row, 0)
        grid.addWidget(key, row, 1, Qt.AlignmentFlag.AlignRight)
    return section
