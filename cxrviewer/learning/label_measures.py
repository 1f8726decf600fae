"""The measures of one label against its absence.

It beats the majority where its balanced accuracy surely lies above one half, which the same answer
for every film reaches. A label that fewer than `LEAST_PATIENTS` patients show or lack is not
measured: nothing would be proven by its rates.
"""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from cxrviewer.core import metrics, ranking
from cxrviewer.core.film import Array
from cxrviewer.core.manifest import Estimate
from cxrviewer.core.resampling import Measure, mean, share
from cxrviewer.learning.answers import Answers

LEAST_PATIENTS = 5
# Balanced accuracy of any answer that is the same for every film.
CONSTANT = 0.5
_AREAS = {"auroc": ranking.auroc, "average_precision": ranking.average_precision}


class LabelMeasures:
    """One label of some answers.

    Attributes
    ----------
    measurable
        Whether enough patients show it and enough lack it.
    """

    def __init__(self, answers: Answers, index: int) -> None:
        self.known = answers.known[:, index]
        self.own = answers.positive[:, index]
        self.called = answers.called[:, index] & self.known
        self.scores = answers.probabilities[:, index]
        self.right = answers.right[:, index]
        owners = np.asarray(answers.patients)
        shown, lacked = (len(set(owners[films])) for films in (self.own, self.known & ~self.own))
        self.patients = shown
        self.measurable = min(shown, lacked) >= LEAST_PATIENTS
        passed = self.known & ~self.called
        # Rate -> films that count as right, films asked.
        self._rates = {
            "sensitivity": (self.right, self.own),
            "specificity": (self.right, self.known & ~self.own),
            "ppv": (self.right, self.called),
            "npv": (self.right, passed),
            "accuracy": (self.right, self.known),
        }
        self._owners = owners

    def measures(self) -> dict[str, Measure]:
        """Return what is measured of this label in each draw."""
        if not self.measurable:
            return {}
        areas = {
            name: area(self.own, self.scores, known=self.known) for name, area in _AREAS.items()
        }
        rates = {name: share(*films) for name, films in self._rates.items()}
        sides = [rates["sensitivity"], rates["specificity"]]
        return {**areas, **rates, "balanced_accuracy": mean(sides)}

    def values(self, name: str, found: dict[str, Estimate]) -> dict[str, Any]:
        """Return the measures in the order of a report."""
        hits, called = int((self.right & self.called).sum()), int(self.called.sum())
        support = int(self.own.sum())
        frequent = metrics.majority_share(self.own[self.known].astype(np.int64))
        values: dict[str, Any] = {
            "films": support,
            "others": int(self.known.sum()) - support,
            "unknown": int((~self.known).sum()),
            "patients": self.patients,
            "measurable": self.measurable,
            **{key: found.get(f"{name}/{key}") for key in _AREAS},
            **{key: self._rate(key, found.get(f"{name}/{key}")) for key in self._rates},
            "precision": hits / called if called else math.nan,
            "recall": hits / support if support else math.nan,
            "f1": 2 * hits / (called + support) if called + support else math.nan,
            "majority_share": frequent,
        }
        balanced = values["balanced_accuracy"] = found.get(f"{name}/balanced_accuracy")
        values["beats_majority"] = balanced is not None and balanced.low > CONSTANT
        return values

    def _rate(self, key: str, found: Estimate | None) -> Estimate | None:
        if found is None:
            return None
        _, asked = self._rates[key]
        return with_certain_ends(found, self._owners[asked])


def with_certain_ends(found: Estimate, owners: Array) -> Estimate:
    """Return a rate with its count, and where it is exactly 0 or 1 with Wilson's interval.

    Parameters
    ----------
    owners
        Patient of each film the rate is over, (films,).
    """
    found = replace(found, n=len(owners))
    if found.value not in (0, 1):
        return found
    patients = len(np.unique(owners))
    sure = metrics.wilson(patients if found.value else 0, patients)
    return replace(found, low=sure.low, high=sure.high)
