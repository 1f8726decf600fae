"""Figures of a report, looked at as they are drawn."""

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from cxrviewer.learning.reporting import figures


def _confusion(classes: int) -> Figure:
    table = np.full((classes, classes), 3) + np.diag(np.full(classes, 500))
    values = {
        "classes": [f"finding {number:02}" for number in range(classes)],
        "activation": "softmax",
        "confusion": table.tolist(),
    }
    figure = Figure(figsize=(5.2, 5.2), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    figures._confusion(figure, SimpleNamespace(values=values))  # type: ignore[arg-type]
    figure.canvas.draw()
    return figure


def _box(text: Any) -> Any:
    return text.get_window_extent()


@pytest.mark.parametrize("classes", [2, 3, 12, 13, 70])
def test_no_text_of_the_confusion_covers_another(classes: int) -> None:
    (axes,) = _confusion(classes).axes
    rows = axes.get_yticklabels()
    assert all(_box(lower).y1 <= _box(upper).y0 for upper, lower in pairwise(rows))
    if classes > 12:
        columns = axes.get_xticklabels()
        assert all(_box(left).x1 <= _box(right).x0 for left, right in pairwise(columns))
        assert not axes.texts
        return
    cells = np.array(axes.texts).reshape(classes, classes)
    for row in cells:
        assert all(_box(left).x1 <= _box(right).x0 for left, right in pairwise(row))
    for column in cells.T:
        assert all(_box(lower).y1 <= _box(upper).y0 for upper, lower in pairwise(column))
