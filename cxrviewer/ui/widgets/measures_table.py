"""How well each label is called: a row a label, every number with its interval."""

from typing import Any

from PySide6.QtWidgets import QWidget

from cxrviewer.ui.widgets.plain_table import PlainTable

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
# Those without an interval.
_BARE = ("films", "f1")


class MeasuresTable(PlainTable):
    """Shows the measures of the labels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("measures_table")
        self.setAccessibleName(self.tr("Measures of each label, with 95 % intervals"))

    def show_measures(
        self, per_class: dict[str, dict[str, Any]], averages: dict[str, dict[str, Any]]
    ) -> None:
        """Show a row a label, then the means over the labels."""
        keys = [key for key in _COLUMNS if any(key in found for found in per_class.values())]
        rows = {**per_class, **{f"{kind} mean": _mean(found) for kind, found in averages.items()}}
        texts = [
            [name, *(measure_text(found[key]) if key in found else "" for key in keys)]
            for name, found in rows.items()
        ]
        narrow = [column for column, key in enumerate(keys, start=1) if key in _BARE]
        self.show_rows(["", *(_COLUMNS[key] for key in keys)], texts, narrow=narrow)


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
