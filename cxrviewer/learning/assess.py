"""How good a set of answers is, as plain values for a record, a card or a report."""

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from cxrviewer.core import metrics
from cxrviewer.core.film import Array
from cxrviewer.core.manifest import Estimate


@dataclass(frozen=True, kw_only=True, eq=False)
class Answers:
    """What a model said of labelled films.

    Attributes
    ----------
    classes
        Label ids, in the order of the columns.
    probabilities
        float64, (films, classes), rows summing to 1.
    called, truth
        Class indices, (films,).
    patients
        Patient of each film.
    negative
        Index of the label that means "nothing found", or None.
    decision
        Probability of anything else from which a film is called positive, or None.
    """

    classes: tuple[str, ...]
    probabilities: Array
    called: Array
    truth: Array
    patients: tuple[str, ...]
    negative: int | None = None
    decision: float | None = None


def assess(answers: Answers, *, seed: int = 1) -> dict[str, Any]:
    """Measure answers against the truth.

    Accuracy and areas carry 95 % intervals from drawing patients, sensitivity and specificity
    Wilson's. `majority_classifier` is true where the answers do not surely beat always calling
    the most frequent class, or name one class only.
    """
    matrix = metrics.confusion(answers.truth, answers.called, classes=len(answers.classes))
    right = answers.called == answers.truth
    accuracy = _bootstrap(lambda films: float(right[films].mean()), answers, seed=seed)
    majority = metrics.majority_share(answers.truth)
    likeliest = answers.probabilities.argmax(axis=1)
    top = answers.probabilities.max(axis=1)
    measured: dict[str, Any] = plain(
        {
            "films": len(answers.truth),
            "patients": len(set(answers.patients)),
            "classes": answers.classes,
            "accuracy": accuracy,
            "majority_share": majority,
            "majority_classifier": accuracy.low <= majority or len(set(answers.called)) < 2,
            "confusion": matrix.tolist(),
            "per_class": {
                name: _one_class(answers, index, matrix, seed=seed)
                for index, name in enumerate(answers.classes)
            },
            "positive": _positive(answers, seed=seed),
            "calibration": {
                "expected_error": metrics.calibration_error(top, likeliest == answers.truth),
                "brier": metrics.brier(answers.probabilities, answers.truth),
                "bins": [
                    asdict(part) for part in metrics.reliability(top, likeliest == answers.truth)
                ],
            },
        }
    )
    return measured


def plain(value: Any) -> Any:
    """Turn values into what JSON can hold; a number that is none becomes null."""
    if isinstance(value, Estimate):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _one_class(answers: Answers, index: int, matrix: Array, *, seed: int) -> dict[str, Any]:
    own = answers.truth == index
    hits, support = int(matrix[index, index]), int(matrix[index].sum())
    others = len(own) - support
    alarms = int(matrix[:, index].sum()) - hits
    measures = metrics.class_measures(matrix)[index]
    return {
        "auroc": _area(own, answers.probabilities[:, index], answers, seed=seed),
        "sensitivity": metrics.wilson(hits, support),
        "specificity": metrics.wilson(others - alarms, others),
        "precision": measures.precision,
        "f1": measures.f1,
        "films": support,
    }


def _positive(answers: Answers, *, seed: int) -> dict[str, Any] | None:
    """Measure anything-but-negative against negative; None without a negative label."""
    if answers.negative is None:
        return None
    own = answers.truth != answers.negative
    called = answers.called != answers.negative
    return {
        "auroc": _area(own, 1 - answers.probabilities[:, answers.negative], answers, seed=seed),
        "sensitivity": metrics.wilson(int((called & own).sum()), int(own.sum())),
        "specificity": metrics.wilson(int((~called & ~own).sum()), int((~own).sum())),
        "threshold": answers.decision,
    }


def _area(own: Array, scores: Array, answers: Answers, *, seed: int) -> Estimate:
    def area(films: Array) -> float:
        return metrics.auroc(own[films], scores[films])

    return _bootstrap(area, answers, seed=seed)


def _bootstrap(measure: Callable[[Array], float], answers: Answers, *, seed: int) -> Estimate:
    groups: Sequence[str] = answers.patients
    return metrics.cluster_bootstrap(measure, groups, seed=seed)
