"""Whether a new model is better than the one in use: both on the same films, drawn together."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from cxrviewer.core import ranking
from cxrviewer.core.film import Array
from cxrviewer.core.resampling import Measure, Resampling, interval, mean, ratio, share

Verdict = Literal["better", "no evidence", "worse", "not comparable"]

LEAST_PATIENTS = 10
_LEAST_PROBABILITY = 1e-7
_WORDS = {
    "auroc": "AUROC",
    "balanced_accuracy": "balanced accuracy",
    "accuracy": "accuracy",
    "log_loss": "log loss",
}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One measure of both models on the same films.

    Attributes
    ----------
    measure
        `auroc` (mean over the labels), `balanced_accuracy`, `accuracy` or `log_loss` (nats).
    new, used
        Its value for the new model and for the one in use.
    low, high
        95 % interval of new - used.
    """

    measure: str
    new: float
    used: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """1 or -1 where the interval lies on one side of 0, else 0."""
        return int(self.low > 0) - int(self.high < 0)

    def __str__(self) -> str:
        return (
            f"{_WORDS[self.measure]} {self.new:.3f} against {self.used:.3f} "
            f"({self.new - self.used:+.3f}, {self.low:+.3f} to {self.high:+.3f})"
        )


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What a paired test said.

    Attributes
    ----------
    verdict
        See `compare`.
    sentence
        The verdict in words, with its numbers.
    differences
        AUROC first; empty where nothing is comparable.
    labels
        What both were asked about.
    films, patients
        Held-out films both answered, and whose they are.
    """

    verdict: Verdict
    sentence: str
    differences: tuple[Difference, ...] = ()
    labels: tuple[str, ...] = ()
    films: int = 0
    patients: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Said:
    """What one model said of the films.

    Attributes
    ----------
    probabilities
        float64, (films, labels).
    called
        bool, (films, labels): what the model calls at its own operating points; one label a
        film where it gives one.
    """

    probabilities: Array
    called: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class HeldOut:
    """The films both models were asked about.

    Attributes
    ----------
    truth
        float, (films, labels): 1, 0, or NaN for unknown.
    patients
        Patient of each film.
    exclusive
        Whether each film has exactly one label.
    """

    truth: Array
    patients: tuple[str, ...]
    labels: tuple[str, ...]
    exclusive: bool


def not_comparable(reason: str) -> Comparison:
    """Return the comparison that cannot be made, for this reason (a sentence)."""
    return Comparison(verdict="not comparable", sentence=reason)


def compare(new: Said, used: Said, films: HeldOut, *, seed: int = 1) -> Comparison:
    """Compare two models on the same held-out films.

    Whole patients are drawn 2,000 times; in each draw both models are measured on the same
    films and the difference new - used is kept. Its 2.5 and 97.5 percentiles make the interval.
    Two measures decide: the mean AUROC over the labels (how well films are told apart) and the
    balanced accuracy (what is called at each model's own operating points).

    - worse: the interval of at least one of them lies below 0, and that of none above 0.
    - better: the interval of the AUROC lies above 0, and that of the balanced accuracy not
      below 0.
    - not comparable: fewer than 10 patients, or no label with both positive and negative films.
    - no evidence: anything else, also where one measure rose and the other fell.

    Accuracy and log loss are told but do not decide: the one follows the share of the classes,
    the other the calibration.
    """
    owners = len(set(films.patients))
    if owners < LEAST_PATIENTS:
        return not_comparable(
            f"The models have only {owners} held-out patients in common; a paired test needs "
            f"{LEAST_PATIENTS}."
        )
    draws = Resampling.of(films.patients, seed=seed)
    ours, theirs = (draws.measured(_measures(said, films)) for said in (new, used))
    differences = tuple(
        Difference(
            measure=name,
            new=ours[name][0],
            used=theirs[name][0],
            **interval(ours[name][1] - theirs[name][1]),
        )
        for name in _WORDS
    )
    if not np.isfinite(differences[0].new - differences[0].used):
        return not_comparable(
            "None of the labels has both positive and negative films among the held-out ones, so "
            "the models cannot be compared."
        )
    verdict = _verdict(differences[0].sign, differences[1].sign)
    return Comparison(
        verdict=verdict,
        sentence=_sentence(verdict, differences, films=len(films.truth), patients=owners),
        differences=differences,
        labels=films.labels,
        films=len(films.truth),
        patients=owners,
    )


def _verdict(area: int, calls: int) -> Verdict:
    if min(area, calls) < 0 and max(area, calls) <= 0:
        return "worse"
    return "better" if area > 0 and calls >= 0 else "no evidence"


def _sentence(
    verdict: Verdict, differences: tuple[Difference, ...], *, films: int, patients: int
) -> str:
    area, calls, *_ = differences
    words = {
        "better": "The new model is better than the one in use",
        "worse": "The new model is worse than the one in use",
        "no evidence": "There is no evidence that the new model is better than the one in use",
        "not comparable": "",
    }[verdict]
    mixed = " One measure rose and the other fell." if area.sign * calls.sign < 0 else ""
    return (
        f"{words}: {area} and {calls}, 95 % intervals, on {films} held-out films of {patients} "
        f"patients.{mixed}"
    )


def _measures(said: Said, films: HeldOut) -> dict[str, Measure]:
    truth, exclusive = films.truth, films.exclusive
    known: Array = ~np.isnan(truth)
    positive: Array = np.asarray(truth == 1)
    right = (said.called == positive) & known
    columns = range(truth.shape[1])
    areas = [
        ranking.auroc(positive[:, i], said.probabilities[:, i], known=known[:, i]) for i in columns
    ]
    recalls = [share(right[:, i], positive[:, i]) for i in columns]
    if not exclusive:
        refusals = [share(right[:, i], known[:, i] & ~positive[:, i]) for i in columns]
        recalls = [mean(pair) for pair in zip(recalls, refusals, strict=True)]
    hits = (
        share(np.all(right | ~known, axis=1), np.any(known, axis=1))
        if exclusive
        else mean([share(right[:, i], known[:, i]) for i in columns])
    )
    return {
        "auroc": mean(areas),
        "balanced_accuracy": mean(recalls),
        "accuracy": hits,
        "log_loss": _log_loss(said.probabilities, truth, exclusive),
    }


def _log_loss(probabilities: Array, truth: Array, exclusive: bool) -> Measure:
    likely = np.clip(probabilities, _LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY)
    positive, known = truth == 1, ~np.isnan(truth)
    counted = positive if exclusive else known
    losses = -np.log(np.where(positive, likely, 1 - likely))
    sums, counts = (losses * counted).sum(axis=1), counted.sum(axis=1).astype(np.float64)

    def measure(weights: Array) -> Array:
        return ratio(weights @ sums, weights @ counts)

    return measure
