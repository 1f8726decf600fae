"""Measures with what they count, so that one that no draw of patients changes has an interval too.

A rate of exactly 0 or 1 is the same in every draw; an interval without width would claim to be
sure after five patients. Wilson's interval over the patients stands there instead. For an area
under the ROC curve the trials are pairs of a patient who shows the label and one who lacks it, no
patient in two pairs: each is won with a probability that is the area.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cxrviewer.core import metrics, ranking, resampling
from cxrviewer.core.estimate import Estimate
from cxrviewer.core.film import Array
from cxrviewer.core.resampling import Measure


@dataclass(frozen=True, kw_only=True, eq=False)
class Counted:
    """A measure and what it rests on.

    Attributes
    ----------
    films
        How many it is over.
    value
        On all of them; NaN where they do not define it.
    trials
        Independent ones behind it; 0 where none can be named.
    parts
        What it is the mean of, empty for a measure of its own.
    """

    measure: Measure
    films: int
    value: float
    trials: int = 0
    parts: tuple["Counted", ...] = ()

    def told(self, found: Estimate) -> Estimate:
        """Return the estimate with its films, and with ends where no draw changed it.

        The ends are NaN where there is no way to know them.
        """
        found = replace(found, n=self.films)
        if found.low < found.high or math.isnan(self.value):
            return found
        low, high = self._ends()
        return replace(found, low=low, high=high)

    def _ends(self) -> tuple[float, float]:
        if self.parts:
            ends = [part._ends() for part in self.parts if not math.isnan(part.value)]
            low, high = np.mean(ends, axis=0).tolist()
            return low, high
        if not self.trials:
            return math.nan, math.nan
        sure = metrics.wilson(self.value * self.trials, self.trials)
        return sure.low, sure.high


def rate(part: Array, whole: Array, owners: Array) -> Counted:
    """Return the share of the films in `whole` that are in `part`, bool (films,).

    Parameters
    ----------
    owners
        Patient of each film, (films,).
    """
    measure = resampling.share(part, whole)
    return Counted(
        measure=measure,
        films=int(whole.sum()),
        value=_value(measure, owners),
        trials=len(set(owners[whole])),
    )


def auroc(positive: Array, scores: Array, known: Array, owners: Array) -> Counted:
    """Return the area under the ROC curve, see `cxrviewer.core.ranking.auroc`."""
    measure = ranking.auroc(positive, scores, known=known)
    shown, lacked, asked = (
        len(set(owners[films])) for films in (positive & known, known & ~positive, known)
    )
    return Counted(
        measure=measure,
        films=int(known.sum()),
        value=_value(measure, owners),
        # A patient may have films of both kinds, and still stands in one pair only.
        trials=min(shown, lacked, asked // 2),
    )


def average_precision(positive: Array, scores: Array, known: Array, owners: Array) -> Counted:
    """Return the average precision; it hangs on the prevalence, so no trials stand behind it."""
    measure = ranking.average_precision(positive, scores, known=known)
    return Counted(measure=measure, films=int(known.sum()), value=_value(measure, owners))


def mean(parts: Sequence[Counted], *, films: int) -> Counted:
    """Return the mean of measures, over those that the films define."""
    values = [part.value for part in parts if not math.isnan(part.value)]
    return Counted(
        measure=resampling.mean([part.measure for part in parts]),
        films=films,
        value=float(np.mean(values)) if values else math.nan,
        parts=tuple(parts),
    )


def _value(measure: Measure, owners: Array) -> float:
    return float(measure(np.ones((1, len(owners))))[0])
