"""A table that is read and not used, as high as its rows."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from cxrviewer.ui import theme

_Mode = QHeaderView.ResizeMode
# Two lines of text.
_ROW = 40


class PlainTable(QTableWidget):
    """Shows rows of texts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setShowGrid(False)
        # The Tab key goes on to the next control.
        self.setTabKeyNavigation(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.setFont(theme.tabular(self.font(), pixels=12))

    def show_rows(
        self, head: Sequence[str], rows: Sequence[Sequence[str]], *, narrow: Collection[int] = ()
    ) -> None:
        """Show rows below a head; the first column names them.

        Parameters
        ----------
        narrow
            Columns that are as wide as their texts; the others share the room that is left.
        """
        self.setColumnCount(len(head))
        self.setRowCount(len(rows))
        for column, text in enumerate(head):
            self.setHorizontalHeaderItem(column, _item(column, text))
            mode = _Mode.ResizeToContents if column in narrow else _Mode.Stretch
            self.horizontalHeader().setSectionResizeMode(column, mode)
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                self.setItem(row, column, _item(column, text))
        height = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(height + _ROW * len(rows) + 4)


def _item(column: int, text: str) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignHCenter
    item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    return item
