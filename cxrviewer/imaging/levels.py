"""Windows measured from the pixels, and whether a stated window shows anything."""

from dataclasses import dataclass

import cv2
import numpy as np

from cxrviewer.core.film import Array, DisplayChain, Modality, Window, WindowShape
from cxrviewer.imaging.display import apply_modality, code_values, codes, unit_table

_LOW, _HIGH = 0.005, 0.995
_ONE_LEVEL = 0.9


@dataclass(frozen=True, kw_only=True)
class Levels:
    """How often each code occurs, padding left out.

    Attributes
    ----------
    counts
        float64, (256,) or (65536,), index as `display.codes`.
    dtype
        Of the stored values.
    padding
        Stored values left out, as an inclusive range, or None.
    """

    counts: Array
    dtype: np.dtype[np.generic]
    padding: tuple[int, int] | None = None


def count(stored: Array, padding: tuple[int, int] | None) -> Levels:
    """Count the codes of a film; if all of it is padding, none is left out."""
    bins = 1 << stored.dtype.itemsize * 8
    histogram = cv2.calcHist([codes(stored)], [0], None, [bins], [0, bins])
    counts = histogram.ravel().astype(np.float64)
    if padding is not None:
        values = code_values(stored.dtype)
        kept = np.where((values >= padding[0]) & (values <= padding[1]), 0.0, counts)
        if kept.any():
            return Levels(counts=kept, dtype=stored.dtype, padding=padding)
    return Levels(counts=counts, dtype=stored.dtype)


def measured_windows(levels: Levels, modality: Modality) -> tuple[Window, Window]:
    """Return the window from the 0.5 to the 99.5 percentile, and the one over all values."""
    present = np.flatnonzero(levels.counts)
    values = apply_modality(code_values(levels.dtype)[present], modality)
    order = np.argsort(values, kind="stable")
    values, share = values[order], np.cumsum(levels.counts[present][order])
    low, high = np.searchsorted(share, np.array([_LOW, _HIGH]) * share[-1])
    full = _between(float(values[0]), float(values[-1]), "Full range")
    if values[low] == values[high]:
        return _between(float(values[0]), float(values[-1]), "Auto"), full
    return _between(float(values[low]), float(values[high]), "Auto"), full


def _between(low: float, high: float, name: str) -> Window:
    return Window(
        centre=(low + high) / 2,
        width=high - low or 1.0,
        shape=WindowShape.LINEAR_EXACT,
        explanation=name,
    )


def shows_nothing(levels: Levels, chain: DisplayChain) -> bool:
    """Whether the chain draws nearly all of the film in one grey although `auto` would not."""
    stated = _largest_share(levels, unit_table(chain, levels.dtype))
    if stated < _ONE_LEVEL:
        return False
    return _largest_share(levels, unit_table(chain, levels.dtype, voi=chain.auto)) < stated


def _largest_share(levels: Levels, table: Array) -> float:
    greys = np.rint(table * 255).astype(np.intp)
    per_grey = np.bincount(greys, weights=levels.counts, minlength=256)
    return float(per_grey.max() / levels.counts.sum())
