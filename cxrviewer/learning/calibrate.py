"""Probabilities that mean what they say, and the points at which a film is called.

Both are fitted on validation patients only, never on training or test ones.
"""

from collections.abc import Sequence

import numpy as np

from cxrviewer.core import metrics
from cxrviewer.core.film import Array

_COLDEST, _HOTTEST = 0.05, 20.0
_STEPS = 80


def softmax(logits: Array) -> Array:
    """Return probabilities of logits, float64, (n, classes), rows summing to 1."""
    shifted = np.asarray(logits, dtype=np.float64)
    powers = np.exp(shifted - shifted.max(axis=1, keepdims=True))
    probabilities: Array = powers / powers.sum(axis=1, keepdims=True)
    return probabilities


def cross_entropy(logits: Array, truth: Array) -> float:
    """Return the mean negative log-likelihood of the true classes, nats."""
    shifted = np.asarray(logits, dtype=np.float64)
    shifted = shifted - shifted.max(axis=1, keepdims=True)
    own = np.take_along_axis(shifted, np.asarray(truth)[:, None], axis=1)[:, 0]
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - own))


def fit_temperature(logits: Array, truth: Array) -> float:
    """Return the temperature with the least cross-entropy, 0.05 .. 20.

    The loss has one minimum in the temperature, so a golden-section search on its logarithm
    finds it.

    Parameters
    ----------
    logits
        (n, classes), of validation films.
    truth
        Class indices, (n,).

    References
    ----------
    Guo et al. 2017, On Calibration of Modern Neural Networks.
    """
    ratio = (np.sqrt(5) - 1) / 2
    low, high = np.log(_COLDEST), np.log(_HOTTEST)

    def loss(position: float) -> float:
        return cross_entropy(np.asarray(logits) / np.exp(position), truth)

    for _ in range(_STEPS):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def operating_points(
    probabilities: Array, truth: Array, *, negative: int | None
) -> tuple[tuple[float, ...], float | None]:
    """Choose the balanced operating points (greatest sensitivity + specificity - 1).

    Parameters
    ----------
    probabilities
        Calibrated, (n, classes), of validation films.
    truth
        Class indices, (n,).
    negative
        Index of the label that means "nothing found", or None.

    Returns
    -------
    Each label's threshold against all others, and the probability of anything but the negative
    label from which a film is called positive (None without a negative label).
    """
    thresholds = tuple(
        metrics.youden_threshold(truth == index, probabilities[:, index])
        for index in range(probabilities.shape[1])
    )
    if negative is None:
        return thresholds, None
    decision = metrics.youden_threshold(truth != negative, 1 - probabilities[:, negative])
    return thresholds, decision


def call(probabilities: Array, *, negative: int | None, decision: float | None) -> Array:
    """Return the called class of each film at the operating point, int64, (n,)."""
    if negative is None or decision is None:
        best: Array = probabilities.argmax(axis=1)
        return best
    others = probabilities.copy()
    others[:, negative] = -1
    return np.where(
        1 - probabilities[:, negative] >= decision, others.argmax(axis=1), negative
    ).astype(np.int64)


def negative_index(negatives: Sequence[bool]) -> int | None:
    """Return the index of the one negative label, None if there is none or more than one."""
    found = [index for index, negative in enumerate(negatives) if negative]
    return found[0] if len(found) == 1 else None
