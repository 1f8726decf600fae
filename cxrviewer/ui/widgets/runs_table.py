"""The runs of the history, a row each; one or two are chosen."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from cxrviewer.core.run import Run
from cxrviewer.ui import theme

_ROW = 28
_WIDTHS = (136, 150, 136, 0, 96, 104, 96)
_STRETCHED = 3
_MEASURES = ("accuracy", "auroc")
_WORDS = {
    "running": "▸ running",
    "done": "done",
    "failed": "✕ failed",
    "cancelled": "stopped",
    "unfinished": "‖ can go on",
}


class RunsTable(QTableWidget):
    """Lists runs, newest first.

    Signals
    -------
    choice_changed
    opened(Run)
        A row was double-clicked.
    """

    choice_changed = Signal()
    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_WIDTHS), parent)
        self.setObjectName("runs_table")
        self.setAccessibleName(self.tr("Runs"))
        self.setHorizontalHeaderLabels(
            (
                self.tr("started"),
                self.tr("recipe"),
                self.tr("backbone"),
                self.tr("films"),
                self.tr("state"),
                self.tr("test accuracy"),
                self.tr("test AUROC"),
            )
        )
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        # The Tab key goes on to the next control.
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate(_WIDTHS):
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(_STRETCHED, QHeaderView.ResizeMode.Stretch)
        self.setFont(theme.tabular(self.font(), pixels=12))
        self._runs: tuple[Run, ...] = ()
        self.itemSelectionChanged.connect(self.choice_changed)
        self.cellDoubleClicked.connect(lambda row, _column: self.opened.emit(self._runs[row]))

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs on screen."""
        return self._runs

    @property
    def chosen(self) -> tuple[Run, ...]:
        """The chosen runs, newest first."""
        rows = sorted({index.row() for index in self.selectedIndexes()})
        return tuple(self._runs[row] for row in rows)

    def show_runs(self, runs: Sequence[Run]) -> None:
        """List these runs; what was chosen and is still there stays chosen."""
        kept = {run.id for run in self.chosen}
        self.blockSignals(True)
        self.clearSelection()
        self._runs = tuple(runs)
        self.setRowCount(len(self._runs))
        for row, run in enumerate(self._runs):
            for column, text in enumerate(_texts(run)):
                item = QTableWidgetItem(text)
                item.setToolTip(_told(run))
                self.setItem(row, column, item)
        self.setSelectionMode(QAbstractItemView.SelectionMode.MultiSelection)
        for row, run in enumerate(self._runs):
            if run.id in kept:
                self.selectRow(row)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.blockSignals(False)
        self.choice_changed.emit()


def started(run: Run) -> str:
    """Return a run's start in the person's time and way of writing."""
    try:
        moment = datetime.fromisoformat(run.created)
    except ValueError:
        return run.created
    local = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
    return QLocale().toString(local, QLocale.FormatType.ShortFormat)


def _texts(run: Run) -> tuple[str, ...]:
    measures = (run.measures.get(name) for name in _MEASURES)
    return (
        started(run),
        run.plan.recipe,
        run.plan.settings.backbone,
        run.plan.data.name,
        _WORDS.get(run.status, run.status),
        *("" if value is None else f"{value:.3f}" for value in measures),
    )


def _told(run: Run) -> str:
    return "\n".join(filter(None, (run.summary, run.verdict, str(run.out))))
