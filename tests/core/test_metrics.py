"""The measures, against scikit-learn and against values counted by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxrviewer.core import metrics

reference = pytest.importorskip("sklearn.metrics")


@pytest.fixture
def answers() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Truth, call and probabilities of 400 films in three classes, with many ties."""
    generator = np.random.default_rng(3)
    truth = generator.integers(3, size=400)
    logits = generator.normal(size=(400, 3)).round(1)
    logits[np.arange(400), truth] += 1
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return truth, probabilities.argmax(axis=1), probabilities


def test_confusion_agrees_with_scikit_learn(answers) -> None:
    truth, called, _ = answers
    matrix = metrics.confusion(truth, called, classes=3)
    assert (matrix == reference.confusion_matrix(truth, called)).all()


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.integers(-3, 3)), min_size=2, max_size=40))
def test_auroc_with_ties_agrees_with_scikit_learn(pairs) -> None:
    positive, scores = (np.array(column) for column in zip(*pairs, strict=True))
    found = metrics.auroc(positive, scores)
    if positive.all() or not positive.any():
        assert math.isnan(found)
    else:
        assert found == pytest.approx(reference.roc_auc_score(positive, scores))


def test_roc_curve_agrees_with_scikit_learn(answers) -> None:
    truth, _, probabilities = answers
    found = metrics.roc_curve(truth == 0, probabilities[:, 0])
    wanted = reference.roc_curve(truth == 0, probabilities[:, 0], drop_intermediate=False)
    for ours, theirs in zip(found, wanted, strict=True):
        assert ours == pytest.approx(theirs)


def test_youden_threshold_separates_what_can_be_separated() -> None:
    threshold = metrics.youden_threshold([True, True, False], np.array([0.9, 0.6, 0.2]))
    assert threshold == pytest.approx(0.4)


def test_screening_finds_nearly_all_and_no_more_alarms_than_that_needs() -> None:
    scores = np.arange(100) / 100
    truth = scores >= 0.5
    truth[[3, 40]] = True
    cut = metrics.screening_threshold(truth, scores, sensitivity=0.97)
    assert cut == pytest.approx(0.395)
    assert metrics.screening_threshold(truth, scores, sensitivity=50 / 52) == pytest.approx(0.495)
    assert metrics.screening_threshold(truth, scores, sensitivity=1) == pytest.approx(0.025)


def test_youden_threshold_reaches_the_best_sum(answers) -> None:
    truth, _, probabilities = answers
    scores = probabilities[:, 1]
    threshold = metrics.youden_threshold(truth == 1, scores)
    alarms, hits, _ = reference.roc_curve(truth == 1, scores)
    reached = (
        metrics.sensitivity_at(truth == 1, scores, threshold=threshold).value
        + metrics.specificity_at(truth == 1, scores, threshold=threshold).value
    )
    assert reached == pytest.approx(1 + (hits - alarms).max())


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_bounds_are_where_the_score_test_just_passes(counts: tuple[int, int]) -> None:
    successes, n = counts
    estimate = metrics.wilson(successes, n)
    assert estimate.value == successes / n
    assert estimate.n == n
    assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
    for bound in (estimate.low, estimate.high):
        distance = 1.959964 * math.sqrt(bound * (1 - bound) / n)
        assert abs(bound - estimate.value) == pytest.approx(distance, abs=1e-6)


def test_wilson_without_films_says_nothing() -> None:
    estimate = metrics.wilson(0, 0)
    assert math.isnan(estimate.value)
    assert (estimate.low, estimate.high) == (0, 1)


def test_calibration_error_is_the_gap_of_stated_and_observed() -> None:
    probabilities = np.full(100, 0.9)
    outcomes = np.arange(100) % 10 < 7
    assert metrics.calibration_error(probabilities, outcomes, bins=1) == pytest.approx(0.2)
    assert sum(part.n for part in metrics.reliability(probabilities, outcomes)) == 100


def test_brier_agrees_with_scikit_learn_on_two_classes() -> None:
    generator = np.random.default_rng(5)
    positive = generator.integers(2, size=50)
    probability = generator.random(50)
    found = metrics.brier(np.stack([1 - probability, probability], axis=1), positive)
    assert found == pytest.approx(2 * reference.brier_score_loss(positive, probability))


def test_majority_share() -> None:
    assert metrics.majority_share(np.array([0, 1, 1, 2])) == 0.5
