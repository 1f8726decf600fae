"""Plates of films: where the network looked, the worst errors, the first layer's filters."""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from cxrviewer.core.analysis import HEAT_MEANING, HeatMap
from cxrviewer.core.film import Array
from cxrviewer.imaging.colormap import inferno
from cxrviewer.imaging.overlay import blend, heat_in_film
from cxrviewer.learning.reporting.looks import Look
from cxrviewer.learning.reporting.material import Material

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_OPACITY = 0.45
_CELL = 2.1  # inch
_PAIRS_A_ROW = 3
_MOST_FILTERS = 64
_LETTERS = 34  # of a line above a picture


def draw_examples(figure: "Figure", material: Material) -> bool:
    """Draw films in columns: the film, its heat map, both superimposed."""
    chosen = material.examples
    if not chosen:
        return False
    figure.set_size_inches(_CELL * len(chosen) + 0.8, 3 * _CELL + 1.1)
    axes = figure.subplots(3, len(chosen), squeeze=False)
    for column, look in enumerate(chosen):
        heat = _in_film(look)
        _show(axes[0, column], _grey(look))
        _show(axes[1, column], inferno()[_levels(heat)])
        _show(axes[2, column], blend(look.sight.grey, heat, opacity=_OPACITY))
        _say(axes[1, column], look)
        head = f"{look.label} {look.probability:.2f}"
        _entitle(axes[0, column], head, f"film {look.row}, patient {look.patient}")
    for row, words in enumerate(("film", "heat map", "superimposed")):
        axes[row, 0].set_ylabel(words, fontsize=9)
    figure.suptitle(f"Called rightly: {HEAT_MEANING}", fontsize=10)
    return True


def draw_errors(figure: "Figure", material: Material) -> bool:
    """Draw the worst errors first, each film with its heat map beside it."""
    chosen = material.errors
    if not chosen:
        return False
    rows = -(-len(chosen) // _PAIRS_A_ROW)
    columns = 2 * min(_PAIRS_A_ROW, len(chosen))
    figure.set_size_inches(_CELL * columns, (_CELL + 0.55) * rows + 0.5)
    axes = figure.subplots(rows, columns, squeeze=False).reshape(-1)
    for place, look in enumerate(chosen):
        film, map_ = axes[2 * place], axes[2 * place + 1]
        _show(film, _grey(look))
        _show(map_, blend(look.sight.grey, _in_film(look), opacity=_OPACITY))
        _say(map_, look)
        head = f"film {look.row}, patient {look.patient}"
        _entitle(film, head, f"actual {look.actual}")
        _entitle(map_, f"called {look.called}", f"map of {look.label} {look.probability:.2f}")
    for empty in axes[2 * len(chosen) :]:
        empty.set_axis_off()
    figure.suptitle("The surest errors first", fontsize=10)
    return True


def draw_filters(figure: "Figure", material: Material) -> bool:
    """Draw the first layer's filters before and after the training."""
    if material.filters is None:
        return False
    before, after = material.filters
    figure.set_size_inches(9, 4.9)
    left, right = figure.subplots(1, 2)
    change = float(np.abs(after - before).max())
    for axes, weights, words in ((left, before, "before"), (right, after, "after")):
        _show(axes, _mosaic(weights[:_MOST_FILTERS]))
        axes.set_title(f"{words} the training", fontsize=10)
    said = "unchanged: the layer was frozen" if not change else f"greatest change {change:.2g}"
    figure.suptitle(f"Filters of the first layer ({said})", fontsize=10)
    return True


def _grey(look: Look) -> Array:
    return np.repeat(look.sight.grey[:, :, None], 3, axis=2)


def _in_film(look: Look) -> Array:
    """Return the map at the film's size, nothing where it has a flaw."""
    rows, columns = look.sight.grey.shape
    if look.sight.flaw:
        return np.zeros((rows, columns), dtype=np.float32)
    whole = HeatMap(
        values=look.sight.heat,
        region=(0.0, 0.0, float(rows), float(columns)),
        label=look.label,
        method="",
        layer="",
    )
    return heat_in_film(whole, rows=rows, columns=columns)


def _levels(heat: Array) -> Array:
    return np.asarray(np.rint(np.clip(heat, 0, 1) * 255), dtype=np.uint8)


def _entitle(axes: Any, *lines: str) -> None:
    """Put lines above a picture, cut to its width: several labels would push the next away."""
    text = "\n".join(textwrap.shorten(line.replace("|", ", "), _LETTERS) for line in lines)
    axes.set_title(text, fontsize=8, loc="left")


def _say(axes: Any, look: Look) -> None:
    if look.sight.flaw:
        words = textwrap.fill("no map: " + look.sight.flaw, _LETTERS)
        axes.set_xlabel(words, fontsize=7)


def _show(axes: Any, picture: Array) -> None:
    axes.imshow(picture, interpolation="bilinear" if min(picture.shape[:2]) > 40 else "nearest")
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set_visible(False)


def _mosaic(weights: Sequence[Array] | Array) -> Array:
    """Lay filters side by side, each scaled from its least to its greatest weight."""
    filters = np.asarray(weights, dtype=np.float64)
    if filters.shape[1] != 3:
        filters = np.repeat(filters.mean(axis=1, keepdims=True), 3, axis=1)
    low = filters.min(axis=(1, 2, 3), keepdims=True)
    high = filters.max(axis=(1, 2, 3), keepdims=True)
    filters = (filters - low) / np.maximum(high - low, 1e-12)
    side = int(np.ceil(np.sqrt(len(filters))))
    height, width = filters.shape[2] + 1, filters.shape[3] + 1
    sheet = np.ones((side * height + 1, side * width + 1, 3))
    for place, weight in enumerate(filters):
        top, left = (place // side) * height + 1, (place % side) * width + 1
        sheet[top : top + height - 1, left : left + width - 1] = weight.transpose(1, 2, 0)
    return sheet
