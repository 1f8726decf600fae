"""Probabilities that mean what they say, and the points at which a film is called.

Both are fitted on validation patients only, never on training or test ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from cxrviewer.core.film import Array
from cxrviewer.core.manifest import Calibration, Manifest
from cxrviewer.core.operating_points import (
    BALANCED,
    TOGETHER,
    OperatingPoint,
    UncertainBand,
    point_of,
)
from cxrviewer.learning import point_choice
from cxrviewer.learning.scoring import ACTIVATIONS

_COLDEST, _HOTTEST = 0.05, 20.0
_STEPS = 48
_NEWTON_STEPS = 25
# Spread of a label's shift before any film was seen, in logits. It keeps the shift of a label
# that no validation film shows finite and hardly matters to any other.
_PRIOR_SPREAD = 5.0
_HALF = 0.5
_LEAST_FILMS = {"softmax": 1, "sigmoid": 5}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How logits become probabilities and calls.

    Attributes
    ----------
    classes
        Label ids, in the order of the columns.
    activation
        `softmax` or `sigmoid`.
    negative
        Index of the label that means "nothing found", or None.
    temperature, bias
        z' = z / temperature + bias; the bias is empty or one value a label.
    points, uncertain
        As in a manifest, see `cxrviewer.core.operating_points`.
    point
        Name of the operating point in use.
    """

    classes: tuple[str, ...]
    activation: str
    negative: int | None
    temperature: float = 1.0
    bias: tuple[float, ...] = ()
    points: tuple[OperatingPoint, ...] = ()
    uncertain: tuple[UncertainBand, ...] = ()
    point: str = BALANCED

    @classmethod
    def of(cls, manifest: Manifest, point: str = BALANCED) -> Self:
        """Take the reading that travels with a bundle."""
        calibration = manifest.calibration or Calibration()
        return cls(
            classes=tuple(label.id for label in manifest.labels),
            activation=manifest.activation,
            negative=negative_index([label.negative for label in manifest.labels]),
            temperature=calibration.temperature,
            bias=calibration.bias,
            points=manifest.points,
            uncertain=manifest.uncertain,
            point=point,
        )

    @property
    def thresholds(self) -> tuple[float | None, ...]:
        """Threshold of each label at the point in use, None where it has none."""
        return tuple(self._threshold(name) for name in self.classes)

    @property
    def decision(self) -> float | None:
        """Probability of anything but the negative label from which a film is called positive.

        None calls the likeliest label.
        """
        return self._threshold(TOGETHER)

    def probabilities(self, logits: Array) -> Array:
        """Return calibrated probabilities, float64, (films, labels)."""
        scaled = np.asarray(logits, dtype=np.float64) / self.temperature
        return ACTIVATIONS[self.activation](scaled + np.asarray(self.bias or 0.0))

    def called(self, probabilities: Array) -> Array:
        """Return what is called of each film, bool, (films, labels); see `scoring.scores`."""
        return _CALLS[self.activation](probabilities, self)

    def _threshold(self, label: str) -> float | None:
        found = point_of(self.points, label, self.point)
        return None if found is None else found.threshold


def fit(
    logits: Array,
    truth: Array,
    *,
    classes: tuple[str, ...],
    activation: str,
    negative: int | None,
) -> Reading:
    """Fit calibration, then choose the operating points and bands.

    A label has no operating point where the films do not both show it and lack it; one of several
    labels needs five films of each, because a point chosen by a film or two calls the finding
    anywhere. The negative label is what is left and has none.

    Parameters
    ----------
    logits
        (views, films, labels), of validation films; the first view is the film as it is, others
        are films as other machines would give them. Calibration and points are fitted on all
        views, so that they hold for films of elsewhere; the bands, which count films, are not.
    truth
        (films, labels): 1, 0, or NaN for unknown.
    classes
        Label ids, in the order of the columns.

    References
    ----------
    Tomani et al. 2021, Post-hoc Uncertainty Calibration for Domain Drift Scenarios.
    """
    views = np.asarray(logits, dtype=np.float64)
    seen = np.tile(truth, (len(views), 1))
    temperature, bias = _FITS[activation](views.reshape(seen.shape), seen)
    fitted = Reading(
        classes=classes,
        activation=activation,
        negative=negative,
        temperature=temperature,
        bias=bias,
    )
    asked = _asked(fitted, truth, fitted.probabilities(views[0]))
    all_views = _asked(fitted, seen, fitted.probabilities(views.reshape(seen.shape)))
    # Films, not views of them.
    least = _LEAST_FILMS[activation] * len(views)
    points = {name: point_choice.points(name, *on, least=least) for name, on in all_views.items()}
    bands = [
        point_choice.band(name, *asked[name], threshold=chosen[0].threshold)
        for name, chosen in points.items()
        if chosen
    ]
    return replace(
        fitted,
        points=tuple(point for chosen in points.values() for point in chosen),
        uncertain=tuple(band for band in bands if band is not None),
    )


def _asked(fitted: Reading, truth: Array, probabilities: Array) -> dict[str, tuple[Array, Array]]:
    """Return truth and probabilities, (films,), of each finding, and of all together."""
    negative = fitted.negative
    asked = {
        name: (truth[:, index], probabilities[:, index])
        for index, name in enumerate(fitted.classes)
        if index != negative
    }
    if fitted.activation == "softmax" and negative is not None:
        asked = {TOGETHER: (1 - truth[:, negative], 1 - probabilities[:, negative]), **asked}
    return asked


def cross_entropy(logits: Array, truth: Array) -> float:
    """Return the mean negative log-likelihood of the true classes, nats.

    Parameters
    ----------
    truth
        Class indices, (films,).
    """
    shifted = np.asarray(logits, dtype=np.float64)
    shifted = shifted - shifted.max(axis=1, keepdims=True)
    own = np.take_along_axis(shifted, np.asarray(truth)[:, None], axis=1)[:, 0]
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - own))


def fit_one_label(logits: Array, truth: Array) -> tuple[float, tuple[float, ...]]:
    """Return the temperature with the least cross-entropy, 0.05 .. 20, and no bias.

    References
    ----------
    Guo et al. 2017, On Calibration of Modern Neural Networks.
    """
    classes = truth.argmax(axis=1)
    return _least(lambda temperature: cross_entropy(logits / temperature, classes)), ()


def fit_several_labels(logits: Array, truth: Array) -> tuple[float, tuple[float, ...]]:
    """Return one temperature and a bias for each label (Platt's scaling with a common slope).

    Labels have their own prevalence and so their own shift; they share the slope, because a
    rare label's few films could not tell it. Unknown labels take no part.

    References
    ----------
    Platt 1999, Probabilistic Outputs for Support Vector Machines.
    """
    known = ~np.isnan(truth)
    wanted = np.nan_to_num(truth)

    def loss(temperature: float) -> float:
        return _several_loss(logits / temperature, wanted, known)[0]

    best = _least(loss)
    return best, tuple(float(shift) for shift in _several_loss(logits / best, wanted, known)[1])


def negative_index(negatives: Sequence[bool]) -> int | None:
    """Return the index of the one negative label, None if there is none or more than one."""
    found = [index for index, negative in enumerate(negatives) if negative]
    return found[0] if len(found) == 1 else None


def _several_loss(scaled: Array, wanted: Array, known: Array) -> tuple[float, Array]:
    """Return the loss with the best shift of each label, and those shifts (Newton's method)."""
    shift = np.zeros(scaled.shape[1])
    sigmoid = ACTIVATIONS["sigmoid"]
    for _ in range(_NEWTON_STEPS):
        likely = sigmoid(scaled + shift)
        slope = ((likely - wanted) * known).sum(axis=0) + shift / _PRIOR_SPREAD**2
        bend = (likely * (1 - likely) * known).sum(axis=0) + 1 / _PRIOR_SPREAD**2
        # A full step overshoots where the curve is flat.
        step = np.clip(slope / bend, -1, 1)
        shift = shift - step
        if np.abs(step).max(initial=0) < 1e-9:
            break
    shifted = scaled + shift
    losses = (np.logaddexp(0, shifted) - wanted * shifted) * known
    return float(losses.sum() + (shift**2).sum() / 2 / _PRIOR_SPREAD**2), shift


def _least(loss: Callable[[float], float]) -> float:
    """Return the temperature with the least loss, which has one minimum (golden section)."""
    ratio = (np.sqrt(5) - 1) / 2
    low, high = np.log(_COLDEST), np.log(_HOTTEST)
    for _ in range(_STEPS):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if loss(float(np.exp(left))) < loss(float(np.exp(right))):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def _call_one(probabilities: Array, reading: Reading) -> Array:
    likeliest = probabilities.argmax(axis=1)
    if reading.negative is not None and reading.decision is not None:
        others = probabilities.copy()
        others[:, reading.negative] = -1
        positive = 1 - probabilities[:, reading.negative] >= reading.decision
        likeliest = np.where(positive, others.argmax(axis=1), reading.negative)
    called: Array = np.eye(probabilities.shape[1], dtype=bool)[likeliest]
    return called


def _call_several(probabilities: Array, reading: Reading) -> Array:
    points = [_HALF if point is None else point for point in reading.thresholds]
    called: Array = probabilities >= np.asarray(points or _HALF)
    if reading.negative is not None:
        called[:, reading.negative] = False
        called[:, reading.negative] = ~called.any(axis=1)
    return called


_FITS = {"softmax": fit_one_label, "sigmoid": fit_several_labels}
_CALLS: dict[str, Callable[[Array, Reading], Array]] = {
    "softmax": _call_one,
    "sigmoid": _call_several,
}
