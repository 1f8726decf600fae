"""How a model of several findings tells them among the films that show any."""

from pathlib import Path

import numpy as np
from tables import estimated, table

from cxrviewer.core.resampling import Resampling
from cxrviewer.learning.reporting import counted, predictions


def areas(run: Path, negative: str) -> str:
    """Return the AUROC of each finding among the test films not of the negative label, as a table.

    A finding that every film of does also show another is found by whoever finds the other;
    among the ill films that no longer helps. A finding that all of them show has no AUROC here
    and is left out.
    """
    found = predictions.read(run)
    ill = found.truth[:, found.classes.index(negative)] == 0
    owners = np.array(found.patients)[ill].tolist()
    draws = Resampling.of(owners)
    rows = []
    for index, label in enumerate(found.classes):
        truth = found.truth[ill, index]
        shown, known = truth == 1, ~np.isnan(truth)
        if label == negative or shown[known].all():
            continue
        area = counted.auroc(shown, found.probabilities[ill, index], known, np.array(owners))
        value = area.told(draws.estimate(area.measure, films=area.films))
        rows.append((label, f"{shown.sum()} of {known.sum()}", estimated(value)))
    return table(("finding", "shown by", "AUROC among films with any finding"), rows)
