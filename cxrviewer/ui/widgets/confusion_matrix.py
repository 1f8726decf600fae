"""The confusion matrix: counts and shares of each row, every cell a button to its films."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.ui import theme
from cxrviewer.ui.run_results import CellTable

_CELL = QSize(88, 56)
_STRONGEST = 0.45
# More labels than this get lower cells, so that most are in sight together.
_MANY, _LOW = 6, 40


class MatrixCell(QAbstractButton):
    """One cell: a count, its share of the row, shaded by that share."""

    def __init__(self, *, count: int, share: float | None, words: str, right: bool) -> None:
        super().__init__()
        self._count, self._share, self._right = count, share, right
        self.setCheckable(True)
        self.setEnabled(count > 0)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(44, 40)
        self.setAccessibleName(words)
        self.setToolTip(words)

    @property
    def count(self) -> int:
        """Films in the cell."""
        return self._count

    def sizeHint(self) -> QSize:
        """Return a size that holds a count and a share."""
        return _CELL

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the shade, the numbers, and a frame around what was called rightly."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        shade = theme.colour("accent")
        shade.setAlphaF(_STRONGEST * (self._share or 0.0))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(shade)
        painter.drawRoundedRect(area, 3, 3)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._right:
            painter.setPen(QPen(theme.colour("muted"), 1, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(area.adjusted(3, 3, -3, -3), 2, 2)
        if self.isChecked() or self.hasFocus() or self.underMouse():
            strong = self.isChecked() or self.hasFocus()
            painter.setPen(QPen(theme.colour("accent" if strong else "muted"), 2))
            painter.drawRoundedRect(area, 3, 3)
        self._paint_numbers(painter, area)
        painter.end()

    def _paint_numbers(self, painter: QPainter, area: QRectF) -> None:
        middle = area.center().y()
        painter.setFont(theme.tabular(self.font(), pixels=16))
        painter.setPen(theme.colour("text" if self._count else "disabled"))
        upper = QRectF(area.left(), middle - 20, area.width(), 22)
        painter.drawText(upper, Qt.AlignmentFlag.AlignCenter, f"{self._count:,}")
        painter.setFont(theme.tabular(self.font(), pixels=12))
        painter.setPen(theme.colour("text" if self._share and self._share > 0.5 else "muted"))
        lower = QRectF(area.left(), middle + 2, area.width(), 16)
        told = "-" if self._share is None else f"{100 * self._share:.0f} %"
        painter.drawText(lower, Qt.AlignmentFlag.AlignCenter, told)


class ConfusionMatrix(QWidget):
    """Shows which label was called on films of which.

    Signals
    -------
    cell_chosen(row, column)
    """

    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("confusion_matrix")
        self._cells: dict[tuple[int, int], MatrixCell] = {}
        self._group = QButtonGroup(self)
        heading = QLabel(self.tr("CONFUSION"))
        heading.setObjectName("heading")
        self._about = QLabel()
        self._about.setObjectName("muted")
        self._about.setWordWrap(True)
        self._place = QWidget()
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(heading)
        column.addWidget(self._place)
        column.addWidget(self._about)
        column.addStretch(1)

    @property
    def cells(self) -> dict[tuple[int, int], MatrixCell]:
        """The buttons by row and column."""
        return dict(self._cells)

    def show_table(self, table: CellTable) -> None:
        """Show counts and shares of every cell."""
        fresh = QWidget()
        self._cells = {}
        self._group = QButtonGroup(fresh)
        grid = QGridLayout(fresh)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        above = _muted(self.tr("called") if table.exclusive else self.tr("films of each label"))
        grid.addWidget(above, 0, 1, 1, len(table.columns), Qt.AlignmentFlag.AlignHCenter)
        for place, name in enumerate(table.columns):
            grid.addWidget(_muted(name, wrap=True), 1, place + 1, Qt.AlignmentFlag.AlignHCenter)
        for place, name in enumerate(table.rows):
            grid.addWidget(_muted(name, wrap=True), place + 2, 0)
            self._add_row(grid, table, place)
        self._column.replaceWidget(self._place, fresh)
        self._place.deleteLater()
        self._place = fresh
        self._about.setText(self._words(table))

    def _add_row(self, grid: QGridLayout, table: CellTable, row: int) -> None:
        counts = [table.count(row, column) for column in range(len(table.columns))]
        total = sum(counts)
        for column, count in enumerate(counts):
            share = count / total if total else None
            words = self.tr("{count} films: {row}, {column}").format(
                count=count, row=table.rows[row], column=table.columns[column]
            )
            if table.exclusive:
                words = self.tr("{count} films of {row}, called {column}").format(
                    count=count, row=table.rows[row], column=table.columns[column]
                )
            cell = MatrixCell(count=count, share=share, words=words, right=table.right(row, column))
            cell.clicked.connect(
                lambda _=False, row=row, column=column: self.cell_chosen.emit(row, column)
            )
            if len(table.rows) > _MANY:
                cell.setFixedHeight(_LOW)
            self._group.addButton(cell)
            self._cells[row, column] = cell
            grid.addWidget(cell, row + 2, column + 1)

    def _words(self, table: CellTable) -> str:
        if table.exclusive:
            return self.tr(
                "Rows: what the film shows. Columns: what it was called. Shares are of the row; "
                "dashed frames are right calls. Choose a cell to see its films."
            )
        return self.tr(
            "Each label by itself, on the films it is known of; shares are of the row. Choose a "
            "cell to see its films."
        )


def _muted(text: str, *, wrap: bool = False) -> QLabel:
    label = QLabel(text)
    label.setObjectName("muted")
    label.setWordWrap(wrap)
    return label
