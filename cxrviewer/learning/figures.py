"""The figures of a report, as PNG files; matplotlib is imported when the first one is drawn."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cxrviewer.core import metrics, paths
from cxrviewer.core.analysis import NOTICE
from cxrviewer.learning.assess import Answers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIDE = 5.0  # inch
_DPI = 110


def draw_all(answers: Answers, values: dict[str, Any], folder: Path) -> tuple[str, ...]:
    """Draw confusion, ROC and reliability; returns the names of the files.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    for name, draw in _FIGURES.items():
        figure = Figure(figsize=(_SIDE, _SIDE), dpi=_DPI, layout="constrained")
        FigureCanvasAgg(figure)
        draw(figure.add_subplot(), answers, values)
        figure.supxlabel(NOTICE, fontsize=7, color="0.4")
        with paths.replacing(folder / name) as temporary:
            figure.savefig(temporary, format="png", metadata={"Comment": NOTICE})
    return tuple(_FIGURES)


def _confusion(axes: "Axes", answers: Answers, values: dict[str, Any]) -> None:
    matrix = np.asarray(values["confusion"])
    rows = np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    axes.imshow(matrix / rows, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(matrix):
        colour = "white" if count > rows[row, 0] / 2 else "black"
        axes.text(column, row, str(count), ha="center", va="center", color=colour)
    places = range(len(answers.classes))
    axes.set_xticks(places, answers.classes)
    axes.set_yticks(places, answers.classes)
    axes.set_xlabel("called")
    axes.set_ylabel("actual")
    axes.set_title("Films, called against actual")


def _roc(axes: "Axes", answers: Answers, values: dict[str, Any]) -> None:
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    for index, name in enumerate(answers.classes):
        area = values["per_class"][name]["auroc"]["value"]
        if area is None:
            continue
        alarms, hits, _ = metrics.roc_curve(answers.truth == index, answers.probabilities[:, index])
        axes.plot(alarms, hits, label=f"{name}, area {area:.3f}")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="lower right")
    axes.set_xlabel("1 - specificity")
    axes.set_ylabel("sensitivity")
    axes.set_title("Each label against the others")


def _reliability(axes: "Axes", answers: Answers, values: dict[str, Any]) -> None:
    found = values["calibration"]
    axes.set_title(f"{len(answers.truth)} films, expected error {found['expected_error']:.3f}")
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    stated = [part["probability"] for part in found["bins"]]
    axes.plot(stated, [part["frequency"] for part in found["bins"]], "o-")
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.02)
    axes.set_xlabel("stated probability of the likeliest label")
    axes.set_ylabel("share that is so")


_FIGURES = {"confusion.png": _confusion, "roc.png": _roc, "reliability.png": _reliability}
