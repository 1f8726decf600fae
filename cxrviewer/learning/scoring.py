"""From logits to probabilities to the call, as a bundle's manifest says."""

from collections.abc import Callable

import numpy as np

from cxrviewer.core.analysis import Score
from cxrviewer.core.film import Array
from cxrviewer.core.manifest import Manifest
from cxrviewer.core.operating_points import TOGETHER

NO_FINDING = "no-finding"

_HALF = 0.5


def probabilities(logits: Array, manifest: Manifest) -> Array:
    """Calibrate logits and turn them into probabilities.

    Parameters
    ----------
    logits
        float64, (..., labels).

    Returns
    -------
    float64, (..., labels), 0..1: z' = z / T + b, then softmax or sigmoid.
    """
    return ACTIVATIONS[manifest.activation](_calibrated(logits, manifest))


def scores(logits: Array, manifest: Manifest) -> tuple[tuple[Score, ...], dict[str, str]]:
    """Turn one film's logits into scores and the calls at the operating points.

    Parameters
    ----------
    logits
        float64, (labels,), uncalibrated.

    Returns
    -------
    A score for each label in the bundle's order, and the call at each point that can be in use.
    With softmax the call is one label: the negative one unless all others together reach their
    point, then the most probable of the others. With sigmoid it is every finding that reaches
    its point (one half where it has none), joined by `|`; if none does, the negative label, or
    `no-finding` in a bundle without one.
    """
    found = tuple(
        Score(
            label=label.id,
            name=label.name,
            probability=float(probability),
            points=manifest.points_of(label.id),
            band=manifest.band(label.id),
        )
        for label, probability in zip(manifest.labels, probabilities(logits, manifest), strict=True)
    )
    call = _CALLS[manifest.activation]
    return found, {point: call(found, manifest, point) for point in manifest.point_names}


def _calibrated(logits: Array, manifest: Manifest) -> Array:
    calibration = manifest.calibration
    if calibration is None:
        return logits
    scaled: Array = logits / calibration.temperature
    return scaled + np.asarray(calibration.bias) if calibration.bias else scaled


def softmax(logits: Array) -> Array:
    """Return shares of labels that exclude each other, float64, the last axis adding up to 1."""
    powers: Array = np.exp(logits - logits.max(axis=-1, keepdims=True))
    shares: Array = powers / powers.sum(axis=-1, keepdims=True)
    return shares


def sigmoid(logits: Array) -> Array:
    """Return the probability of each label by itself, float64."""
    # Never the power of a positive number, which could overflow.
    power: Array = np.exp(-np.abs(logits))
    shares: Array = np.where(logits >= 0, 1.0, power) / (1.0 + power)
    return shares


ACTIVATIONS: dict[str, Callable[[Array], Array]] = {"softmax": softmax, "sigmoid": sigmoid}


def _negatives(manifest: Manifest) -> set[str]:
    return {label.id for label in manifest.labels if label.negative}


def highest(scores: tuple[Score, ...], manifest: Manifest) -> str:
    """Return the id of the most probable label that finds something."""
    negatives = _negatives(manifest)
    findings = [score for score in scores if score.label not in negatives]
    return max(findings or scores, key=lambda score: score.probability).label


def decision(scores: tuple[Score, ...], manifest: Manifest) -> Score | None:
    """Return all findings together against the bundle's operating points.

    Returns
    -------
    The probability of anything but the negative label, or None where the bundle decides label
    by label (sigmoid, no operating point, no negative label).
    """
    none = [score for score in scores if score.label in _negatives(manifest)]
    points = manifest.points_of(TOGETHER)
    if not points or not none:
        return None
    return Score(
        label=TOGETHER,
        name=f"not {none[0].name.lower()}",
        probability=1.0 - none[0].probability,
        points=points,
        band=manifest.band(TOGETHER),
    )


def _call_one(scores: tuple[Score, ...], manifest: Manifest, point: str) -> str:
    together = decision(scores, manifest)
    if together is None:
        return max(scores, key=lambda score: score.probability).label
    return highest(scores, manifest) if together.above(point) else next(iter(_negatives(manifest)))


def _call_several(scores: tuple[Score, ...], manifest: Manifest, point: str) -> str:
    negatives = _negatives(manifest)
    found = [
        score.label for score in scores if score.label not in negatives and _reached(score, point)
    ]
    return "|".join(found) or next(iter(negatives), NO_FINDING)


def _reached(score: Score, point: str) -> bool:
    above = score.above(point)
    return score.probability >= _HALF if above is None else above


_CALLS: dict[str, Callable[[tuple[Score, ...], Manifest, str], str]] = {
    "softmax": _call_one,
    "sigmoid": _call_several,
}
