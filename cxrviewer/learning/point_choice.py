"""Operating points and the band of uncertain probabilities, chosen on validation films."""

import numpy as np

from cxrviewer.core import metrics
from cxrviewer.core.film import Array
from cxrviewer.core.operating_points import (
    BALANCED,
    SCREENING,
    SCREENING_SENSITIVITY,
    WRONG_SHARE,
    OperatingPoint,
    UncertainBand,
)

# A band that holds more of the films says nothing but that the model cannot answer.
_GREATEST_INSIDE = 0.5


def points(
    label: str, truth: Array, scores: Array, *, least: int = 1
) -> tuple[OperatingPoint, ...]:
    """Choose both points of a label.

    The screening point never lies above the balanced one: where the balanced one finds enough
    already, a screening point that found fewer would mislead.

    Parameters
    ----------
    truth
        (films,): 1, 0, or NaN for unknown.
    scores
        (films,), calibrated probabilities.
    least
        Films that must show the label, and films that must lack it, for there to be any point.
    """
    positive, known = _known(truth, scores)
    if min(positive.sum(), (~positive).sum()) < least:
        return ()
    balanced = metrics.youden_threshold(positive, known)
    finds = metrics.screening_threshold(positive, known, sensitivity=SCREENING_SENSITIVITY)
    return (
        OperatingPoint(name=BALANCED, label=label, threshold=balanced),
        OperatingPoint(name=SCREENING, label=label, threshold=min(balanced, finds)),
    )


def band(
    label: str, truth: Array, scores: Array, *, threshold: float, wrong_share: float = WRONG_SHARE
) -> UncertainBand | None:
    """Choose the narrowest band around a threshold outside which few calls are wrong.

    Each side is held to the share by itself, so that a rare mistake among many plain films does
    not hide a frequent one among few; and by the upper end of Wilson's interval, because the
    share that was merely seen comes out greater on other films.

    Returns
    -------
    None where too few films are left on a side to tell (with none wrong, 73 for 5 %), or where
    the band would hold more than half of the films: then no probability of the label is to be
    relied on that far.
    """
    positive, known = _known(truth, scores)
    order = np.argsort(known, kind="stable")
    rising, shows = known[order], positive[order]
    below = int((rising < threshold).sum())
    low = _edge(rising, shows, below, threshold, wrong_share)
    high = _edge(rising[::-1], ~shows[::-1], len(rising) - below, threshold, wrong_share)
    if low is None or high is None:
        return None
    if np.mean((known >= low) & (known < high)) > _GREATEST_INSIDE:
        return None
    return UncertainBand(label=label, low=low, high=high, wrong_share=wrong_share, films=len(known))


def _known(truth: Array, scores: Array) -> tuple[Array, Array]:
    known = ~np.isnan(truth)
    return truth[known] == 1, np.asarray(scores)[known]


def _edge(
    outer_first: Array, wrong: Array, side: int, threshold: float, share: float
) -> float | None:
    """Return where the most films on one side begin of which at most a share is called wrongly.

    Parameters
    ----------
    outer_first
        Scores of all films, the one farthest on this side first.
    wrong
        bool: whether calling a film as those on this side are called would be wrong.
    side
        How many of the films lie on this side of the threshold.
    """
    if not 0 < side < len(outer_first):
        return None
    ends = (outer_first[:side] + outer_first[1 : side + 1]) / 2
    ends[-1] = threshold
    parted = outer_first[:side] != outer_first[1 : side + 1]
    counts = np.cumsum(wrong[:side])
    surely = [metrics.wilson(int(n), size).high <= share for size, n in enumerate(counts, start=1)]
    possible = np.flatnonzero(parted & surely)
    return float(ends[possible[-1]]) if len(possible) else None
