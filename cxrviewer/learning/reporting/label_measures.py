"""The measures of one label against its absence.

It beats the majority where its balanced accuracy surely lies above one half, which the same answer
for every film reaches. A label that fewer than `LEAST_PATIENTS` patients show or lack is not
measured: nothing would be proven by its rates.
"""

import math
from typing import Any

import numpy as np

from cxrviewer.core import metrics
from cxrviewer.core.estimate import Estimate
from cxrviewer.core.film import Array
from cxrviewer.learning.answers import Answers
from cxrviewer.learning.reporting import counted
from cxrviewer.learning.reporting.counted import Counted

LEAST_PATIENTS = 5
# Balanced accuracy of any answer that is the same for every film.
CONSTANT = 0.5
_AREAS = {"auroc": counted.auroc, "average_precision": counted.average_precision}


def enough(shown: Array, lacked: Array, owners: Array) -> bool:
    """Return whether at least `LEAST_PATIENTS` patients show a label and as many lack it.

    Parameters
    ----------
    shown, lacked
        bool, (films,).
    owners
        Patient of each film, (films,).
    """
    return min(len(set(owners[films])) for films in (shown, lacked)) >= LEAST_PATIENTS


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
        self.patients = len(set(owners[self.own]))
        self.measurable = enough(self.own, self.known & ~self.own, owners)
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

    def measures(self) -> dict[str, Counted]:
        """Return what is measured of this label."""
        if not self.measurable:
            return {}
        areas = {
            name: area(self.own, self.scores, self.known, self._owners)
            for name, area in _AREAS.items()
        }
        rates = {name: counted.rate(*films, self._owners) for name, films in self._rates.items()}
        sides = [rates["sensitivity"], rates["specificity"]]
        balanced = counted.mean(sides, films=int(self.known.sum()))
        return {**areas, **rates, "balanced_accuracy": balanced}

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
            **{key: found.get(f"{name}/{key}") for key in (*_AREAS, *self._rates)},
            "precision": hits / called if called else math.nan,
            "recall": hits / support if support else math.nan,
            "f1": 2 * hits / (called + support) if called + support else math.nan,
            "majority_share": frequent,
        }
        balanced = values["balanced_accuracy"] = found.get(f"{name}/balanced_accuracy")
        values["beats_majority"] = balanced is not None and balanced.low > CONSTANT
        return values
