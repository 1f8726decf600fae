"""How good a set of answers is, as plain values for a record, a card or a report.

Intervals are 95 %, from drawing patients 2,000 times; for what no draw changes, see
`cxrviewer.learning.reporting.counted`.
"""

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from cxrviewer.core import metrics
from cxrviewer.core.estimate import Estimate
from cxrviewer.core.film import Array
from cxrviewer.core.resampling import Resampling
from cxrviewer.learning.answers import Answers
from cxrviewer.learning.reporting import counted, point_measures
from cxrviewer.learning.reporting.counted import Counted
from cxrviewer.learning.reporting.label_measures import CONSTANT, LabelMeasures


def assess(answers: Answers, *, seed: int = 1) -> dict[str, Any]:
    """Measure answers against the truth.

    `majority_classifier` is true where the answers are the same for every film, or do not surely
    beat always calling the most frequent class. Of several labels the balanced accuracy is what
    has to be beaten: operating points that find a rare label cost accuracy, and "never" has much
    of it without finding anything.
    """
    draws = Resampling.of(answers.patients, seed=seed)
    labels = {name: LabelMeasures(answers, index) for index, name in enumerate(answers.classes)}
    measures = _measures(answers, labels)
    drawn = draws.estimates({name: one.measure for name, one in measures.items()})
    found = {name: one.told(drawn[name]) for name, one in measures.items()}
    accuracy, majority = found["accuracy"], _majority(answers)
    balanced = found["balanced_accuracy"]
    beaten = accuracy.low > majority if answers.exclusive else balanced.low > CONSTANT
    per_class = {name: label.values(name, found) for name, label in labels.items()}
    measured: dict[str, Any] = plain(
        {
            "films": len(answers.truth),
            "patients": draws.patients,
            "classes": answers.classes,
            "activation": answers.activation,
            "negative": None if answers.negative is None else answers.classes[answers.negative],
            "accuracy": accuracy,
            "balanced_accuracy": balanced,
            "auroc": found.get("auroc"),
            "majority_share": majority,
            "majority_classifier": not beaten or _says_one_thing(answers.called),
            "confusion": _confusion(answers),
            "per_class": per_class,
            "averages": _averages(per_class),
            "distribution": _distribution(answers),
            "positive": _positive(answers, found),
            **point_measures.values(answers, found),
            "calibration": _calibration(answers),
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


def _measures(answers: Answers, labels: dict[str, LabelMeasures]) -> dict[str, Counted]:
    of_labels = {name: label.measures() for name, label in labels.items()}
    films, owners = len(answers.truth), np.asarray(answers.patients)
    measures = {
        "accuracy": _accuracy(answers, owners),
        "balanced_accuracy": _balanced(answers, of_labels, owners),
        **{f"{name}/{key}": m for name, own in of_labels.items() for key, m in own.items()},
    }
    measures |= point_measures.measures(answers)
    areas = [own["auroc"] for own in of_labels.values() if own]
    if areas:
        measures["auroc"] = counted.mean(areas, films=films)
    if answers.exclusive and answers.negative is not None:
        own, called = (~table[:, answers.negative] for table in (answers.positive, answers.called))
        scores = 1 - answers.probabilities[:, answers.negative]
        everything = np.ones(films, dtype=bool)
        measures["positive/auroc"] = counted.auroc(own, scores, everything, owners)
        measures["positive/sensitivity"] = counted.rate(called, own, owners)
        measures["positive/specificity"] = counted.rate(~called, ~own, owners)
    return measures


def _accuracy(answers: Answers, owners: Array) -> Counted:
    right, known = answers.right, answers.known
    if answers.exclusive:
        return counted.rate(np.all(right | ~known, axis=1), np.any(known, axis=1), owners)
    labels = range(right.shape[1])
    rates = [counted.rate(right[:, i], known[:, i], owners) for i in labels]
    return counted.mean(rates, films=len(owners))


def _balanced(answers: Answers, of_labels: dict[str, dict[str, Counted]], owners: Array) -> Counted:
    """Return the mean recall of the classes; of several labels that of those measurable.

    A label of one patient is missing in a third of the draws; a mean that loses what was never
    found would have an interval above its own value.
    """
    if answers.exclusive:
        right, positive = answers.right, answers.positive
        labels = range(right.shape[1])
        recalls = [counted.rate(right[:, i], positive[:, i], owners) for i in labels]
    else:
        recalls = [own["balanced_accuracy"] for own in of_labels.values() if own]
    return counted.mean(recalls, films=len(owners))


def _majority(answers: Answers) -> float:
    if answers.exclusive:
        return metrics.majority_share(answers.truth.argmax(axis=1))
    shares = [
        metrics.majority_share(own[known].astype(np.int64))
        for own, known in zip(answers.positive.T, answers.known.T, strict=True)
    ]
    return float(np.nanmean(shares)) if np.isfinite(shares).any() else math.nan


def _says_one_thing(called: Array) -> bool:
    return bool((called == called[:1]).all())


def _confusion(answers: Answers) -> list[Any]:
    """Return films by actual (row) and called (column) class; of several labels a 2 x 2 each."""
    if answers.exclusive:
        truth, called = answers.truth.argmax(axis=1), answers.called.argmax(axis=1)
        return list(metrics.confusion(truth, called, classes=len(answers.classes)).tolist())
    columns = zip(answers.positive.T, answers.called.T, answers.known.T, strict=True)
    return [
        metrics.confusion(
            own[known].astype(np.int64), called[known].astype(np.int64), classes=2
        ).tolist()
        for own, called, known in columns
    ]


def _averages(per_class: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the means over the labels, as scikit-learn makes them: what is not defined is 0."""
    names = ("precision", "recall", "f1")
    table = np.nan_to_num([[values[name] for name in names] for values in per_class.values()])
    support = np.array([values["films"] for values in per_class.values()], dtype=np.float64)
    weighted = support @ table / support.sum() if support.sum() else np.full(3, math.nan)
    return {
        "macro": dict(zip(names, table.mean(axis=0), strict=True)),
        "weighted": dict(zip(names, weighted, strict=True)),
    }


def _distribution(answers: Answers) -> dict[str, dict[str, float]]:
    """Return the share of films each label is called of, beside the share that shows it."""
    rows = zip(answers.called.T, answers.positive.T, answers.known.T, strict=True)
    return {
        name: {
            "called": float(called[known].mean()) if known.any() else math.nan,
            "actual": float(own[known].mean()) if known.any() else math.nan,
        }
        for name, (called, own, known) in zip(answers.classes, rows, strict=True)
    }


def _positive(answers: Answers, found: dict[str, Estimate]) -> dict[str, Any] | None:
    """Return anything-but-negative against negative; None where films show several labels."""
    if "positive/auroc" not in found or answers.negative is None:
        return None
    names = ("auroc", "sensitivity", "specificity")
    return {**{name: found[f"positive/{name}"] for name in names}, "threshold": answers.decision}


def _calibration(answers: Answers) -> dict[str, Any]:
    """Return how far stated probabilities are from what is so.

    Of films with one label the likeliest one is looked at, of those with several every label
    that is known. Brier's score is summed over exclusive classes, averaged over labels.
    """
    if answers.exclusive:
        likeliest = answers.probabilities.argmax(axis=1)
        stated = answers.probabilities.max(axis=1)
        so: Array = answers.truth.argmax(axis=1) == likeliest
        brier = metrics.brier(answers.probabilities, answers.truth.argmax(axis=1))
    else:
        known = answers.known
        stated, so = answers.probabilities[known], answers.positive[known]
        brier = float(np.mean((stated - so) ** 2)) if len(stated) else math.nan
    bins: Sequence[metrics.ReliabilityBin] = metrics.reliability(stated, so)
    return {
        "expected_error": metrics.calibration_error(stated, so),
        "brier": brier,
        "bins": [asdict(part) for part in bins],
    }
