"""The paired test: better, worse, no evidence, and what cannot be compared."""

import numpy as np
import pytest

from cxrviewer.core import ranking
from cxrviewer.core.paired import Comparison, HeldOut, Said, compare
from cxrviewer.core.resampling import Resampling, share

reference = pytest.importorskip("sklearn.metrics")

FILMS, LABELS = 300, 3
PATIENTS = tuple(str(film // 2) for film in range(FILMS))


def _truth(seed: int = 1) -> np.ndarray:
    return np.eye(LABELS)[np.random.default_rng(seed).integers(LABELS, size=FILMS)]


def _said(truth: np.ndarray, *, skill: float, seed: int) -> Said:
    logits = np.random.default_rng(seed).normal(size=truth.shape) + skill * truth
    powers = np.exp(logits)
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    return Said(
        probabilities=probabilities, called=np.eye(LABELS, dtype=bool)[logits.argmax(axis=1)]
    )


def _compared(new: Said, used: Said, truth: np.ndarray, *, films: int = FILMS) -> Comparison:
    return compare(
        Said(probabilities=new.probabilities[:films], called=new.called[:films]),
        Said(probabilities=used.probabilities[:films], called=used.called[:films]),
        HeldOut(
            truth=truth[:films],
            patients=PATIENTS[:films],
            labels=("normal", "bacterial", "viral"),
            exclusive=True,
        ),
    )


def test_a_more_skilled_model_is_better_and_the_reverse_is_worse() -> None:
    truth = _truth()
    skilled, poor = _said(truth, skill=2.5, seed=2), _said(truth, skill=1.0, seed=3)
    better, worse = _compared(skilled, poor, truth), _compared(poor, skilled, truth)
    assert (better.verdict, worse.verdict) == ("better", "worse")
    assert (better.films, better.patients) == (300, 150)
    assert "better than the one in use" in better.sentence
    assert "300 held-out films of 150 patients" in better.sentence
    assert better.differences[0].low == pytest.approx(-worse.differences[0].high)


def test_the_same_model_twice_is_no_evidence() -> None:
    truth = _truth()
    said = _said(truth, skill=1.0, seed=2)
    found = _compared(said, said, truth)
    assert found.verdict == "no evidence"
    assert all((d.low, d.high) == (0, 0) for d in found.differences)


def test_a_model_as_skilled_by_other_chance_is_no_evidence() -> None:
    truth = _truth()
    one, other = _said(truth, skill=1.5, seed=2), _said(truth, skill=1.5, seed=3)
    assert _compared(one, other, truth).verdict == "no evidence"


def test_the_same_scores_with_a_spoiled_operating_point_are_worse() -> None:
    truth = _truth()
    used = _said(truth, skill=1.5, seed=2)
    always = np.zeros_like(used.called)
    always[:, 0] = True
    found = _compared(Said(probabilities=used.probabilities, called=always), used, truth)
    assert found.verdict == "worse"
    assert found.differences[0].sign == 0


def test_one_measure_up_and_the_other_down_is_no_evidence() -> None:
    truth = _truth()
    skilled, poor = _said(truth, skill=2.5, seed=2), _said(truth, skill=1.0, seed=3)
    always = np.zeros_like(poor.called)
    always[:, 0] = True
    found = _compared(Said(probabilities=skilled.probabilities, called=always), poor, truth)
    assert found.verdict == "no evidence"
    assert "One measure rose and the other fell" in found.sentence


def test_few_patients_or_one_class_cannot_be_compared() -> None:
    truth = _truth()
    said = _said(truth, skill=1.0, seed=2)
    assert _compared(said, said, truth, films=18).verdict == "not comparable"
    alone = np.tile([1.0, 0, 0], (FILMS, 1))
    assert _compared(said, said, alone).verdict == "not comparable"


def test_the_measures_agree_with_scikit_learn() -> None:
    truth = _truth()
    said = _said(truth, skill=1.0, seed=2)
    found = {d.measure: d.new for d in _compared(said, said, truth).differences}
    labels, calls = truth.argmax(axis=1), said.called.argmax(axis=1)
    assert found["auroc"] == pytest.approx(
        reference.roc_auc_score(truth, said.probabilities, average="macro")
    )
    assert found["balanced_accuracy"] == pytest.approx(
        reference.balanced_accuracy_score(labels, calls)
    )
    assert found["accuracy"] == pytest.approx(reference.accuracy_score(labels, calls))
    assert found["log_loss"] == pytest.approx(reference.log_loss(labels, said.probabilities))


def test_unknown_labels_of_several_take_no_part() -> None:
    generator = np.random.default_rng(5)
    truth = (generator.random((FILMS, 2)) < 0.4).astype(float)
    truth[generator.random((FILMS, 2)) < 0.3] = np.nan
    scores = generator.random((FILMS, 2)) * 0.5 + 0.3 * np.nan_to_num(truth)
    said = Said(probabilities=scores, called=scores > 0.5)
    spoiled = np.where(np.isnan(truth), 1 - scores, scores)
    found = [
        compare(
            Said(probabilities=values, called=np.where(np.isnan(truth), True, values > 0.5)),
            said,
            HeldOut(truth=truth, patients=PATIENTS, labels=("a", "b"), exclusive=False),
        )
        for values in (scores, spoiled)
    ]
    assert found[0].differences == found[1].differences
    known = ~np.isnan(truth[:, 0])
    areas = [
        reference.roc_auc_score(truth[k, i], scores[k, i])
        for i, k in enumerate((known, ~np.isnan(truth[:, 1])))
    ]
    assert found[0].differences[0].new == pytest.approx(np.mean(areas))


@pytest.mark.parametrize("seed", range(5))
def test_weighted_areas_agree_with_scikit_learn(seed: int) -> None:
    generator = np.random.default_rng(seed)
    positive = generator.random(60) < 0.4
    scores = generator.random(60).round(1)
    weights = generator.integers(0, 4, size=(2, 60)).astype(float)
    area = ranking.auroc(positive, scores)(weights)
    precision = ranking.average_precision(positive, scores)(weights)
    for row, found, averaged in zip(weights, area, precision, strict=True):
        assert found == pytest.approx(reference.roc_auc_score(positive, scores, sample_weight=row))
        assert averaged == pytest.approx(
            reference.average_precision_score(positive, scores, sample_weight=row)
        )


def test_patients_are_drawn_not_films() -> None:
    right = np.repeat(np.arange(40) % 4 != 0, 10)
    whole = np.ones(400, dtype=bool)
    clustered = Resampling.of([str(i // 10) for i in range(400)]).estimate(share(right, whole))
    single = Resampling.of([str(i) for i in range(400)]).estimate(share(right, whole))
    assert clustered.value == single.value == 0.75
    assert clustered.high - clustered.low > 2 * (single.high - single.low)
