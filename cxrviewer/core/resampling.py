"""Intervals by drawing whole patients again and again, for any measure of weighted films.

A draw is a weight for each film: how often its patient was drawn. A measure that takes weights
is computed for many draws at once, and two measures on the same draws make a paired interval.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cxrviewer.core.estimate import Estimate
from cxrviewer.core.film import Array

REPEATS = 2000
_CHUNK_BYTES = 32 << 20

# Weights float64, (draws, films) -> float64, (draws,); NaN where a draw does not define it.
Measure = Callable[[Array], Array]


@dataclass(frozen=True, eq=False)
class Resampling:
    """Draws of patients.

    Attributes
    ----------
    groups
        Patient of each film, int64, (films,), 0 .. patients - 1.
    patients
        Their number.
    """

    groups: Array
    patients: int
    seed: int = 1
    repeats: int = REPEATS

    @classmethod
    def of(cls, owners: Sequence[str], *, seed: int = 1, repeats: int = REPEATS) -> "Resampling":
        """Prepare draws of the patients of films."""
        names, groups = np.unique(np.asarray(owners, dtype=np.str_), return_inverse=True)
        return cls(groups=groups, patients=len(names), seed=seed, repeats=repeats)

    def draws(self) -> Iterator[Array]:
        """Yield the weights of the films, float64, (draws, films), some draws at a time."""
        generator = np.random.default_rng(self.seed)
        films = len(self.groups)
        chunk = max(1, min(self.repeats, _CHUNK_BYTES // (8 * max(films, 1))))
        for start in range(0, self.repeats, chunk):
            count = min(chunk, self.repeats - start)
            drawn = generator.integers(self.patients, size=(count, self.patients))
            rows = np.arange(count)[:, None] * self.patients
            times = np.bincount((drawn + rows).ravel(), minlength=count * self.patients)
            yield times.reshape(count, self.patients)[:, self.groups].astype(np.float64)

    def estimate(self, measure: Measure, *, films: int | None = None) -> Estimate:
        """Return a measure with its 95 % percentile interval.

        Draws that do not define the measure are left out.

        Parameters
        ----------
        films
            How many films the measure rests on, all of them where omitted.
        """
        return self.estimates({"": measure}, films=films)[""]

    def estimates(
        self, measures: dict[str, Measure], *, films: int | None = None
    ) -> dict[str, Estimate]:
        """Return several measures with their intervals, all on the same draws."""
        count = len(self.groups) if films is None else films
        return {
            name: Estimate(value=value, **interval(drawn), n=count)
            for name, (value, drawn) in self.measured(measures).items()
        }

    def measured(self, measures: dict[str, Measure]) -> dict[str, tuple[float, Array]]:
        """Return each measure's value on all films, and in each draw, float64, (repeats,)."""
        found: dict[str, list[Array]] = {name: [] for name in measures}
        for weights in self.draws():
            for name, measure in measures.items():
                found[name].append(measure(weights))
        whole = np.ones((1, len(self.groups)))
        return {
            name: (float(measure(whole)[0]), np.concatenate(found[name]))
            for name, measure in measures.items()
        }


def interval(drawn: Array) -> dict[str, float]:
    """Return the 2.5 and 97.5 percentiles of draws as `low` and `high`; NaN draws are left out."""
    kept = drawn[~np.isnan(drawn)]
    low, high = np.percentile(kept, (2.5, 97.5)) if len(kept) else (np.nan, np.nan)
    return {"low": float(low), "high": float(high)}


def share(part: Array, whole: Array) -> Measure:
    """Return the measure: weight of the films in `part` over that in `whole`, bool (films,)."""
    inside, among = (np.asarray(one & whole, dtype=np.float64) for one in (part, whole))

    def measure(weights: Array) -> Array:
        return ratio(weights @ inside, weights @ among)

    return measure


def ratio(part: Array, whole: Array) -> Array:
    """Return `part` / `whole`, NaN where there is no whole."""
    with np.errstate(invalid="ignore", divide="ignore"):
        shares: Array = np.where(whole > 0, part / whole, np.nan)
    return shares


def mean(measures: Sequence[Measure]) -> Measure:
    """Return the mean of measures, over those that a draw defines; NaN of none."""

    def measure(weights: Array) -> Array:
        rows = np.array([one(weights) for one in measures]).reshape(len(measures), len(weights))
        known = ~np.isnan(rows)
        return ratio(np.where(known, rows, 0).sum(axis=0), known.sum(axis=0))

    return measure
