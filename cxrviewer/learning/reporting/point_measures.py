"""What every operating point and every uncertain band does on the films at hand."""

from dataclasses import replace
from typing import Any

import numpy as np

from cxrviewer.core import metrics
from cxrviewer.core.estimate import Estimate
from cxrviewer.core.film import Array
from cxrviewer.core.operating_points import (
    BALANCED,
    OperatingPoint,
    UncertainBand,
    point_of,
)
from cxrviewer.learning.answers import Answers
from cxrviewer.learning.reporting import counted
from cxrviewer.learning.reporting.counted import Counted
from cxrviewer.learning.reporting.label_measures import enough

# Name of a rate -> films that count, films asked; bool, (films,).
Rates = dict[str, tuple[Array, Array]]


def measures(answers: Answers) -> dict[str, Counted]:
    """Return the rates of all points and bands, each under a key of its own."""
    owners = np.asarray(answers.patients)
    judged: tuple[OperatingPoint | UncertainBand, ...] = (*answers.points, *answers.uncertain)
    return {
        _key(one, name): counted.rate(part & whole, whole, owners)
        for one in judged
        for name, (part, whole) in _rates(answers, one).items()
    }


def values(answers: Answers, found: dict[str, Estimate]) -> dict[str, list[dict[str, Any]]]:
    """Return points and bands in the order of a report: what was measured, and the counts.

    Parameters
    ----------
    found
        What `measures` came to.
    """
    return {
        "points": [
            {
                "name": point.name,
                "label": point.label,
                "threshold": point.threshold,
                **_told(point, ("sensitivity", "specificity"), found),
                **_counts(answers, point),
            }
            for point in answers.points
        ],
        "uncertain": [
            {
                "label": band.label,
                "low": band.low,
                "high": band.high,
                "wrong_share": band.wrong_share,
                **_told(band, ("inside", "wrong"), found),
            }
            for band in answers.uncertain
        ],
    }


def measured_points(answers: Answers) -> tuple[OperatingPoint, ...]:
    """Return the points with what was measured on the films, with Wilson's intervals."""

    def measured(point: OperatingPoint) -> OperatingPoint:
        found = _wilson(_rates(answers, point))
        return replace(
            point,
            sensitivity=found.get("sensitivity"),
            specificity=found.get("specificity"),
        )

    return tuple(measured(point) for point in answers.points)


def measured_bands(answers: Answers) -> tuple[UncertainBand, ...]:
    """Return the bands with what was measured on the films, with Wilson's intervals."""

    def measured(band: UncertainBand) -> UncertainBand:
        found = _wilson(_rates(answers, band))
        return replace(band, inside=found.get("inside"), wrong=found.get("wrong"))

    return tuple(measured(band) for band in answers.uncertain)


def _rates(answers: Answers, one: OperatingPoint | UncertainBand) -> Rates:
    """Return the rates of a point or a band; none where too few patients show or lack it."""
    shows, known, scores = answers.of(one.label)
    lacks = known & ~shows
    if not enough(shows, lacks, np.asarray(answers.patients)):
        return {}
    if isinstance(one, OperatingPoint):
        called = scores >= one.threshold
        return {"sensitivity": (called, shows), "specificity": (~called, lacks)}
    balanced = point_of(answers.points, one.label, BALANCED)
    assert balanced is not None
    called = scores >= balanced.threshold
    inside = (scores >= one.low) & (scores < one.high)
    return {"inside": (inside, known), "wrong": (called != shows, known & ~inside)}


def _key(one: OperatingPoint | UncertainBand, rate: str) -> str:
    kind = one.name if isinstance(one, OperatingPoint) else "band"
    return f"{kind}|{one.label}|{rate}"


def _told(
    one: OperatingPoint | UncertainBand, rates: tuple[str, ...], found: dict[str, Estimate]
) -> dict[str, Estimate | None]:
    return {name: found.get(_key(one, name)) for name in rates}


def _counts(answers: Answers, point: OperatingPoint) -> dict[str, int]:
    shows, known, scores = answers.of(point.label)
    called = scores >= point.threshold
    return {
        "true_positive": int((called & shows).sum()),
        "false_negative": int((~called & shows).sum()),
        "true_negative": int((~called & known & ~shows).sum()),
        "false_positive": int((called & known & ~shows).sum()),
    }


def _wilson(rates: Rates) -> dict[str, Estimate]:
    return {
        name: metrics.wilson(int((part & whole).sum()), int(whole.sum()))
        for name, (part, whole) in rates.items()
        if whole.any()
    }
