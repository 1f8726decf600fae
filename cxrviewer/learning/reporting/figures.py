"""The figures of a report, as PNG files; matplotlib is imported when the first one is drawn."""

import math
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from cxrviewer.core import metrics, paths
from cxrviewer.core.analysis import NOTICE
from cxrviewer.core.progress import BatchDone
from cxrviewer.learning.reporting import curves, plates
from cxrviewer.learning.reporting.material import Material
from cxrviewer.learning.reporting.report_html import span

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SIDE = 5.2  # inch
_DPI = 110
_MOST_LINES = 10
# In a table of more classes numbers cover each other.
_MOST_NUMBERED = 12
_INCH_PER_CLASS = 0.14
_STYLES = ("-", "--", "-.", ":")


def draw_all(material: Material, folder: Path) -> Generator[BatchDone, None, tuple[str, ...]]:
    """Draw what the material has something for; returns the names of the files.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    drawn = []
    for done, (name, draw) in enumerate(_FIGURES.items()):
        yield BatchDone(stage="drawing", done=done, total=len(_FIGURES))
        figure = Figure(figsize=(_SIDE, _SIDE), dpi=_DPI, layout="constrained")
        FigureCanvasAgg(figure)
        if not draw(figure, material):
            continue
        figure.supxlabel(NOTICE, fontsize=7, color="0.4")
        with paths.replacing(folder / name) as temporary:
            figure.savefig(temporary, format="png", metadata={"Comment": NOTICE})
        drawn.append(name)
    return tuple(drawn)


def _confusion(figure: "Figure", material: Material) -> bool:
    values = material.values
    classes: list[str] = values["classes"]
    if values["activation"] == "softmax":
        many = len(classes) > _MOST_NUMBERED
        title = "Share of the films, dark for all" if many else "Films, called against actual"
        tables = [(title, classes, values["confusion"])]
    else:
        names = ["absent", "shown"]
        tables = [
            (name, names, table) for name, table in zip(classes, values["confusion"], strict=True)
        ]
    columns = min(4, len(tables))
    rows = math.ceil(len(tables) / columns)
    if len(tables) > 1:
        figure.set_size_inches(2.6 * columns, 2.7 * rows)
    elif len(classes) > _MOST_NUMBERED:
        side = max(_SIDE, _INCH_PER_CLASS * len(classes))
        figure.set_size_inches(side, side)
    for place, (title, names, table) in enumerate(tables, start=1):
        axes = figure.add_subplot(rows, columns, place)
        _draw_table(axes, np.asarray(table), names, small=len(tables) > 1)
        axes.set_title(title, fontsize=10 if len(tables) > 1 else 12)
    return True


def _draw_table(axes: Any, table: Any, names: list[str], *, small: bool) -> None:
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    many = len(names) > _MOST_NUMBERED
    for (row, column), count in () if many else np.ndenumerate(table):
        axes.text(
            column,
            row,
            f"{count}\n{100 * shares[row, column]:.0f} %",
            ha="center",
            va="center",
            fontsize=8 if small or len(names) > 6 else 11,
            color="white" if shares[row, column] > 0.5 else "black",
        )
    places = range(len(names))
    slant = 45 if max(map(len, names)) * len(names) > 36 else 0
    slant = 90 if many else slant
    axes.set_xticks(places, names, rotation=slant, ha="right" if slant else "center")
    axes.set_yticks(places, names)
    axes.tick_params(labelsize=6 if many else None)
    axes.set_xlabel("called")
    axes.set_ylabel("actual")


def _roc(figure: "Figure", material: Material) -> bool:
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    for name, own, scores, style in _ranked(material, "auroc"):
        alarms, hits, _ = metrics.roc_curve(own, scores)
        axes.plot(alarms, hits, style, label=_named(material, name, "auroc"))
    _finish(axes, "1 - specificity", "sensitivity", "Each label against its absence", "lower right")
    return True


def _precision_recall(figure: "Figure", material: Material) -> bool:
    axes = figure.add_subplot()
    for name, own, scores, style in _ranked(material, "average_precision"):
        order = np.argsort(-scores, kind="stable")
        last_of_tie = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)
        hits = np.cumsum(own[order])[last_of_tie]
        label = _named(material, name, "average_precision")
        (line,) = axes.step(
            np.append(0, hits / own.sum()),
            np.append(1, hits / (last_of_tie + 1)),
            style,
            where="pre",
            label=label,
        )
        axes.axhline(own.mean(), color=line.get_color(), linewidth=0.7, linestyle=":")
    title = "Precision and recall (dotted: what chance gives)"
    _finish(axes, "recall (sensitivity)", "precision (PPV)", title, "lower left")
    return True


def _ranked(material: Material, measure: str) -> list[tuple[str, Any, Any, str]]:
    """Return the measurable labels with their films, those with most films first."""
    answers = material.answers
    per_class = material.values["per_class"]
    found = []
    for index, name in enumerate(answers.classes):
        if per_class[name][measure] is not None:
            known = answers.known[:, index]
            scores = answers.probabilities[known, index]
            found.append((name, answers.positive[known, index], scores))
    found.sort(key=lambda entry: -int(entry[1].sum()))
    return [
        (*entry, _STYLES[place % len(_STYLES)]) for place, entry in enumerate(found[:_MOST_LINES])
    ]


def _named(material: Material, name: str, measure: str) -> str:
    found = material.values["per_class"][name][measure]
    return f"{name} {found['value']:.3f} ({span(found)})"


def _finish(axes: Any, across: str, up: str, title: str, place: str) -> None:
    axes.set_xlim(-0.01, 1.01)
    axes.set_ylim(-0.01, 1.02)
    axes.set_xlabel(across)
    axes.set_ylabel(up)
    axes.set_title(title)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc=place, fontsize=8)
    else:
        axes.text(0.5, 0.5, "not measurable on so few patients", ha="center")


def _reliability(figure: "Figure", material: Material) -> bool:
    found = material.values["calibration"]
    axes, below = figure.subplots(2, 1, height_ratios=(4, 1), sharex=True)
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    stated = [part["probability"] for part in found["bins"]]
    so = [part["frequency"] for part in found["bins"]]
    counts = [part["n"] for part in found["bins"]]
    sure = [metrics.wilson(round(s * n), n) for s, n in zip(so, counts, strict=True)]
    spans = [
        [max(0.0, s - e.low) for s, e in zip(so, sure, strict=True)],
        [max(0.0, e.high - s) for s, e in zip(so, sure, strict=True)],
    ]
    axes.errorbar(stated, so, yerr=spans, fmt="o-", capsize=2, linewidth=1, markersize=4)
    below.plot(stated, counts, "|", markersize=12)
    below.set_ylim(0, max(counts) * 1.3)
    below.set_ylabel("films")
    below.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    several = material.values["activation"] == "sigmoid"
    which = "of every known label" if several else "of the likeliest label"
    below.set_xlabel(f"stated probability {which}")
    axes.set_ylabel("share that is so (95 %, Wilson)")
    axes.set_title(f"Calibration: expected error {found['expected_error']:.3f}")
    return True


def _distribution(figure: "Figure", material: Material) -> bool:
    rows = material.values["distribution"]
    figure.set_size_inches(_SIDE, 1.6 + 0.45 * len(rows))
    axes = figure.add_subplot()
    places = np.arange(len(rows))
    for shift, key, words in ((-0.2, "actual", "shown by the films"), (0.2, "called", "called")):
        shares = [100 * (row[key] or 0) for row in rows.values()]
        bars = axes.barh(places + shift, shares, 0.38, label=words)
        axes.bar_label(bars, fmt="%.0f %%", fontsize=8, padding=2)
    axes.set_yticks(places, list(rows))
    axes.invert_yaxis()
    axes.set_xlim(0, 112)
    several = material.values["activation"] == "sigmoid"
    axes.set_xlabel(f"per cent of the films{' the label is known of' if several else ''}")
    axes.set_title("What is called, beside what is there")
    figure.legend(fontsize=8, ncols=2, loc="outside upper center")
    return True


_FIGURES: dict[str, Callable[["Figure", Material], bool]] = {
    "curves.png": curves.draw,
    "classes.png": curves.draw_classes,
    "confusion.png": _confusion,
    "roc.png": _roc,
    "precision_recall.png": _precision_recall,
    "reliability.png": _reliability,
    "distribution.png": _distribution,
    "gradcam.png": plates.draw_examples,
    "errors.png": plates.draw_errors,
    "filters.png": plates.draw_filters,
}
