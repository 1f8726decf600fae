"""How well scores put positive films above negative ones, of weighted films and many draws."""

import numpy as np

from cxrviewer.core.film import Array
from cxrviewer.core.resampling import Measure, ratio


def auroc(positive: Array, scores: Array, *, known: Array | None = None) -> Measure:
    """Return the measure: area under the ROC curve, ties counting half; NaN with one class only.

    Parameters
    ----------
    positive
        bool, (films,).
    scores
        Finite, (films,); higher means more positive.
    known
        bool, (films,): films that count, all where omitted.

    References
    ----------
    Hanley, McNeil 1982: the area is the Wilcoxon rank statistic.
    """
    ranked = _Ranked(positive, scores, known)

    def measure(weights: Array) -> Array:
        hits, alarms = ranked.counts(weights)
        below = alarms.sum(axis=1, keepdims=True) - np.cumsum(alarms, axis=1)
        won = (hits * (below + alarms / 2)).sum(axis=1)
        return ratio(won, hits.sum(axis=1) * alarms.sum(axis=1))

    return measure


def average_precision(positive: Array, scores: Array, *, known: Array | None = None) -> Measure:
    """Return the measure: precision averaged over the recall gained at each score.

    This is the area under the precision-recall curve in steps, not by the trapezoidal rule,
    which would flatter. Parameters as for `auroc`.
    """
    ranked = _Ranked(positive, scores, known)

    def measure(weights: Array) -> Array:
        hits, alarms = ranked.counts(weights)
        found = np.cumsum(hits, axis=1)
        called = found + np.cumsum(alarms, axis=1)
        precision = found / np.maximum(called, 1e-12)
        return ratio((hits * precision).sum(axis=1), hits.sum(axis=1))

    return measure


class _Ranked:
    """Films from the highest score to the lowest, those of one score together."""

    def __init__(self, positive: Array, scores: Array, known: Array | None) -> None:
        used = np.flatnonzero(np.ones(len(positive), bool) if known is None else known)
        self._order = used[np.argsort(-np.asarray(scores, np.float64)[used], kind="stable")]
        falling = np.asarray(scores, np.float64)[self._order]
        self._starts = np.append(0, np.flatnonzero(np.diff(falling)) + 1)[: len(falling)]
        self._positive = np.asarray(positive, dtype=bool)[self._order]

    def counts(self, weights: Array) -> tuple[Array, Array]:
        """Return the weight of positive and of negative films at each score, falling."""
        ordered = weights[:, self._order]
        if not len(self._order):
            nothing = np.zeros((len(weights), 1))
            return nothing, nothing
        hits = np.add.reduceat(ordered * self._positive, self._starts, axis=1)
        return hits, np.add.reduceat(ordered, self._starts, axis=1) - hits
