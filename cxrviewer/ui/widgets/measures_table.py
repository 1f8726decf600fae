"""How well each label is called: a row a label, every number with its interval."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from cxrviewer.ui import theme

_ROW = 40
_NONE = "too few films"
# Key in the report -> title.
_COLUMNS = {
    "films": "films",
    "auroc": "AUROC",
    "sensitivity": "sensitivity",
    "specificity": "specificity",
    # At the share of films with the label in this very set.
    "ppv": "PPV here",
    "npv": "NPV here",
    "f1": "F1",
}


class MeasuresTable(QTableWidget):
    """Shows the measures of the labels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("measures_table")
        self.setAccessibleName(self.tr("Measures of each label, with 95 % intervals"))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setShowGrid(False)
        # The Tab key goes on to the next control.
        self.setTabKeyNavigation(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setHighlightSections(False)
        self.setFont(theme.tabular(self.font(), pixels=12))

    def show_measures(
        self, per_class: dict[str, dict[str, Any]], averages: dict[str, dict[str, Any]]
    ) -> None:
        """Show a row a label, then the means over the labels."""
        keys = [key for key in _COLUMNS if any(key in found for found in per_class.values())]
        rows = {**per_class, **{f"{kind} mean": _mean(found) for kind, found in averages.items()}}
        self.setColumnCount(len(keys) + 1)
        self.setHorizontalHeaderLabels(["", *(_COLUMNS[key] for key in keys)])
        self.setRowCount(len(rows))
        for row, (name, found) in enumerate(rows.items()):
            self._set(row, 0, name)
            for column, key in enumerate(keys):
                self._set(row, column + 1, measure_text(found[key]) if key in found else "")
        head = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(head + _ROW * len(rows) + 4)

    def _set(self, row: int, column: int, text: str) -> None:
        item = QTableWidgetItem(text)
        side = Qt.AlignmentFlag.AlignLeft if column == 0 else Qt.AlignmentFlag.AlignHCenter
        item.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self.setItem(row, column, item)


def _mean(found: dict[str, Any]) -> dict[str, Any]:
    """Give precision and recall the names they have in medicine."""
    return {"ppv": found["precision"], "sensitivity": found["recall"], "f1": found["f1"]}


def measure_text(found: Any) -> str:
    """Return a number with its interval below it; words where it cannot be measured."""
    if isinstance(found, dict):
        if found.get("value") is None:
            return _NONE
        value = f"{found['value']:.3f}"
        if found.get("low") is None or found.get("high") is None:
            return value
        return f"{value}\n{found['low']:.3f} to {found['high']:.3f}"
    if found is None:
        return _NONE
    return f"{found:,}" if isinstance(found, int) else f"{found:.3f}"
