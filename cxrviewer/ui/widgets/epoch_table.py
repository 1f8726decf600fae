"""One row an epoch, the best marked by a word; rows can be copied."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from cxrviewer.core import epochs
from cxrviewer.core.progress import EpochDone, Progress
from cxrviewer.ui import theme

_ROW = 24
_PHASE = 1
_WIDTHS = (52, 140, 56, 64, 48, 66, 58, 54, 42, 54)
# Seconds, films a second, then the rate go where the table is narrower than this.
_SPARE = {8: 660, 9: 600, 7: 560}
_BEST = "  ◆ best"


class EpochTable(QTableWidget):
    """Shows the numbers behind the curves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        titles = [
            self.tr("epoch"),
            self.tr("phase"),
            self.tr("loss"),
            self.tr("val. loss"),
            self.tr("acc."),
            self.tr("val. acc."),
            self.tr("AUROC"),
            self.tr("rate"),
            self.tr("s"),
            self.tr("films/s"),
        ]
        super().__init__(0, len(titles), parent)
        self.setObjectName("epoch_table")
        self.setAccessibleName(self.tr("Epochs"))
        self.setHorizontalHeaderLabels(titles)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        # The Tab key goes on to the next control.
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        for column, width in enumerate(_WIDTHS):
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(_PHASE, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        left = QTableWidgetItem(titles[_PHASE])
        left.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setHorizontalHeaderItem(_PHASE, left)
        self.setFont(theme.tabular(self.font(), pixels=12))
        self._titles = titles
        self._shown: tuple[EpochDone, ...] = ()
        self._following = True
        self.verticalScrollBar().actionTriggered.connect(self._scrolled)

    def show_progress(self, progress: Progress) -> None:
        """Show all epochs so far; the last stays in sight unless one scrolled away."""
        done = progress.epochs
        if done is self._shown:
            return
        if self._shown != done[: len(self._shown)]:
            self.setRowCount(0)
            self._shown, self._following = (), True
        names = {phase.index: phase.name for phase in progress.phases}
        for epoch in done[len(self._shown) :]:
            self._append(epoch, names.get(epoch.phase, ""))
        self._shown = done
        self._mark(epochs.best(done))
        if self._following:
            self.scrollToBottom()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the chosen rows, all of them where none is chosen."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.as_text())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out speed and rate where they have no room, and keep the last row in sight."""
        super().resizeEvent(event)
        for column, least in _SPARE.items():
            self.setColumnHidden(column, self.width() < least)
        if self._following:
            self.scrollToBottom()

    def as_text(self) -> str:
        """Return the chosen rows, or all, with tabs between, under the titles."""
        rows = sorted({index.row() for index in self.selectedIndexes()}) or range(self.rowCount())
        lines = [[self._cell(row, c).text() for c in range(self.columnCount())] for row in rows]
        return "\n".join("\t".join(line) for line in [self._titles, *lines])

    def _append(self, epoch: EpochDone, phase: str) -> None:
        row = self.rowCount()
        self.insertRow(row)
        rate = epoch.films / epoch.seconds if epoch.seconds > 0 and epoch.films else None
        texts = (
            str(row + 1),
            f"{phase} {epoch.epoch}",
            f"{epoch.train_loss:.4f}",
            f"{epoch.val_loss:.4f}",
            f"{epoch.train_accuracy:.3f}",
            f"{epoch.val_accuracy:.3f}",
            "-" if epoch.val_auroc is None else f"{epoch.val_auroc:.3f}",
            f"{epoch.learning_rate:.0e}",
            f"{epoch.seconds:.1f}",
            "-" if rate is None else f"{rate:,.0f}",
        )
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            side = Qt.AlignmentFlag.AlignLeft if column == _PHASE else Qt.AlignmentFlag.AlignRight
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
            self.setItem(row, column, item)

    def _scrolled(self, _action: int) -> None:
        bar = self.verticalScrollBar()
        self._following = bar.sliderPosition() == bar.maximum()

    def _cell(self, row: int, column: int) -> QTableWidgetItem:
        item = self.item(row, column)
        assert item is not None
        return item

    def _mark(self, best: int | None) -> None:
        for row in range(self.rowCount()):
            item = self._cell(row, _PHASE)
            item.setText(item.text().removesuffix(_BEST) + (_BEST if row == best else ""))
            kept = self.tr("Lowest validation loss; these weights are kept")
            item.setToolTip(kept if row == best else "")
