"""How good the answers are: counts, rates, areas, intervals and calibration, in numpy alone.

Sensitivity is TP / (TP + FN), specificity TN / (TN + FP), precision TP / (TP + FP). A rate
without a denominator is NaN, never 0 or 1.
"""

import math
from dataclasses import dataclass

import numpy as np

from cxrviewer.core.estimate import Estimate
from cxrviewer.core.film import Array

_Z95 = 1.959963984540054


@dataclass(frozen=True, kw_only=True)
class ReliabilityBin:
    """One bin of a reliability diagram.

    Attributes
    ----------
    probability, frequency
        Mean stated probability and observed frequency, 0..1.
    n
        Films in the bin.
    """

    probability: float
    frequency: float
    n: int


def confusion(truth: Array, called: Array, *, classes: int) -> Array:
    """Count films by actual (row) and called (column) class.

    Parameters
    ----------
    truth, called
        Integer class indices, (n,), 0 .. classes - 1.

    Returns
    -------
    int64, (classes, classes).
    """
    flat = np.bincount(np.asarray(truth) * classes + np.asarray(called), minlength=classes**2)
    return flat.reshape(classes, classes)


def majority_share(truth: Array) -> float:
    """Return the accuracy of always calling the most frequent class."""
    return _ratio(int(np.bincount(np.asarray(truth)).max(initial=0)), len(truth))


def auroc(positive: Array, scores: Array) -> float:
    """Return the area under the ROC curve; ties count half, NaN with one class only.

    Parameters
    ----------
    positive
        bool, (n,).
    scores
        Finite, (n,); higher means more positive.

    References
    ----------
    Hanley, McNeil 1982: the area is the Wilcoxon rank statistic.
    """
    positive = np.asarray(positive, dtype=bool)
    yes = int(positive.sum())
    no = len(positive) - yes
    if not yes or not no:
        return math.nan
    _, place, counts = np.unique(scores, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2
    return float((mean_rank[place][positive].sum() - yes * (yes + 1) / 2) / (yes * no))


def roc_curve(positive: Array, scores: Array) -> tuple[Array, Array, Array]:
    """Return false- and true-positive rates at every threshold, thresholds falling.

    The first threshold is infinite (nothing is called), so the curve starts at 0, 0. Both
    classes must be present.
    """
    positive = np.asarray(positive, dtype=bool)
    order = np.argsort(-np.asarray(scores, dtype=np.float64), kind="stable")
    falling = np.asarray(scores, dtype=np.float64)[order]
    last_of_tie = np.append(np.flatnonzero(np.diff(falling)), len(falling) - 1)
    hits = np.cumsum(positive[order])[last_of_tie]
    alarms = last_of_tie + 1 - hits
    return (
        np.append(0.0, alarms / alarms[-1]),
        np.append(0.0, hits / hits[-1]),
        np.append(np.inf, falling[last_of_tie]),
    )


def youden_threshold(positive: Array, scores: Array) -> float:
    """Return the threshold with the greatest sensitivity + specificity - 1.

    It lies half-way to the next lower score, so that a film a rounding error below the last
    one called is called too. Both classes must be present.
    """
    alarms, hits, thresholds = roc_curve(positive, scores)
    best = int(np.argmax(hits[1:] - alarms[1:])) + 1
    lower = thresholds[best + 1] if best + 1 < len(thresholds) else thresholds[best]
    return float((thresholds[best] + lower) / 2)


def screening_threshold(positive: Array, scores: Array, *, sensitivity: float) -> float:
    """Return the threshold with the greatest specificity that reaches a sensitivity.

    It lies half-way to the next lower score, as that of `youden_threshold`; of several it is the
    highest. Both classes must be present.
    """
    _, hits, thresholds = roc_curve(positive, scores)
    # A share such as 0.97 of 100 is not exact in binary.
    best = int(np.argmax(hits >= sensitivity - 1e-9))
    lower = thresholds[best + 1] if best + 1 < len(thresholds) else thresholds[best]
    return float((thresholds[best] + lower) / 2)


def wilson(successes: float, n: int) -> Estimate:
    """Return a proportion with its 95 % Wilson score interval.

    Parameters
    ----------
    successes
        0 .. n; a patient's films may succeed in part.

    References
    ----------
    Wilson 1927, J Am Stat Assoc 22:209.
    """
    if n == 0:
        return Estimate(value=math.nan, low=0.0, high=1.0, n=0)
    share = successes / n
    scale = 1 + _Z95**2 / n
    centre = (share + _Z95**2 / (2 * n)) / scale
    half = _Z95 / scale * math.sqrt(share * (1 - share) / n + _Z95**2 / (4 * n * n))
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    # At 0 and n successes rounding can leave the bound a hair inside the proportion itself.
    return Estimate(value=share, low=min(low, share), high=max(high, share), n=n)


def sensitivity_at(positive: Array, scores: Array, *, threshold: float) -> Estimate:
    """Return the share of positives at or above the threshold, with its interval."""
    chosen = np.asarray(scores)[np.asarray(positive, dtype=bool)]
    return wilson(int((chosen >= threshold).sum()), len(chosen))


def specificity_at(positive: Array, scores: Array, *, threshold: float) -> Estimate:
    """Return the share of negatives below the threshold, with its interval."""
    chosen = np.asarray(scores)[~np.asarray(positive, dtype=bool)]
    return wilson(int((chosen < threshold).sum()), len(chosen))


def reliability(
    probabilities: Array, outcomes: Array, *, bins: int = 15
) -> tuple[ReliabilityBin, ...]:
    """Return the bins of a reliability diagram, each of about the same number of films.

    Parameters
    ----------
    probabilities
        (n,), 0..1.
    outcomes
        bool, (n,): whether what was stated is so.
    """
    order = np.argsort(probabilities, kind="stable")
    return tuple(
        ReliabilityBin(
            probability=float(np.mean(np.asarray(probabilities)[part])),
            frequency=float(np.mean(np.asarray(outcomes)[part])),
            n=len(part),
        )
        for part in np.array_split(order, bins)
        if len(part)
    )


def calibration_error(probabilities: Array, outcomes: Array, *, bins: int = 15) -> float:
    """Return the expected calibration error over bins of equal mass, 0..1."""
    parts = reliability(probabilities, outcomes, bins=bins)
    total = sum(part.n for part in parts)
    gap = sum(part.n * abs(part.probability - part.frequency) for part in parts)
    return gap / total if total else math.nan


def brier(probabilities: Array, truth: Array) -> float:
    """Return the Brier score summed over the classes, 0 best .. 2 worst.

    Parameters
    ----------
    probabilities
        (n, classes), rows summing to 1.
    truth
        Class indices, (n,).
    """
    wanted = np.eye(probabilities.shape[1])[np.asarray(truth)]
    return float(np.mean(np.sum((probabilities - wanted) ** 2, axis=1)))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
