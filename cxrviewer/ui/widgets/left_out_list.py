"""The films a run could not use, each with the reason."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from cxrviewer.ui import theme

_ROW = 24
_MOST_ROWS = 8


class LeftOutList(QTableWidget):
    """Lists film and reason; one line says that there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 2, parent)
        self.setObjectName("left_out")
        self.setAccessibleName(self.tr("Films left out"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        # The Tab key goes on to the next control.
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setStretchLastSection(True)
        self.setColumnWidth(0, 280)
        self.setFont(theme.tabular(self.font(), pixels=12))

    def show_films(self, films: Sequence[tuple[str, str]]) -> None:
        """Show films with their reasons."""
        rows = list(films) or [(self.tr("none"), "")]
        self.setRowCount(len(rows))
        for row, pair in enumerate(rows):
            for column, text in enumerate(pair):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
                self.setItem(row, column, item)
        self.setFixedHeight(_ROW * min(len(rows), _MOST_ROWS) + 4)
