"""How a model of several findings tells them among the films that show any."""

from pathlib import Path

import numpy as np
from tables import estimated, table

from cxrviewer.core.estimate import Estimate
from cxrviewer.core.resampling import Resampling
from cxrviewer.learning.reporting import counted, predictions


def areas(run: Path, negative: str) -> dict[str, tuple[Estimate, int]]:
    """Return the AUROC of each finding among the test films not of the negative label.

    A finding that every film of does also show another is found by whoever finds the other;
    among the ill films that no longer helps. A finding that all of them show has no AUROC here
    and is left out.

    Returns
    -------
    Finding -> its AUROC, and how many of the ill films show it.
    """
    found = predictions.read(run)
    ill = found.truth[:, found.classes.index(negative)] == 0
    owners = np.array(found.patients)[ill]
    draws = Resampling.of(owners.tolist())
    values = {}
    for index, label in enumerate(found.classes):
        truth = found.truth[ill, index]
        shown, known = truth == 1, ~np.isnan(truth)
        if label == negative or shown[known].all():
            continue
        area = counted.auroc(shown, found.probabilities[ill, index], known, owners)
        told = area.told(draws.estimate(area.measure, films=area.films))
        values[label] = (told, int(shown.sum()))
    return values


def words(values: dict[str, tuple[Estimate, int]]) -> str:
    """Return the areas as a table."""
    rows = [
        (label, f"{shown} of {area.n}", estimated(area)) for label, (area, shown) in values.items()
    ]
    return table(("finding", "shown by", "AUROC among films with any finding"), rows)
