"""Calibration and operating points on answers whose right values are known."""

from dataclasses import replace

import numpy as np
import pytest

from cxrviewer.core.operating_points import OperatingPoint
from cxrviewer.learning import calibrate
from cxrviewer.learning.calibrate import Reading, fit_one_label, fit_several_labels
from cxrviewer.learning.scoring import sigmoid, softmax

reference = pytest.importorskip("sklearn.linear_model")


def _sample(films: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose softmax is the true probability, and one-hot classes drawn from it."""
    generator = np.random.default_rng(7)
    logits = generator.normal(scale=2, size=(films, 3))
    odds = softmax(logits).cumsum(axis=1)
    return logits, np.eye(3)[(generator.random((films, 1)) > odds).sum(axis=1)]


def _several(films: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose sigmoid is the true probability, labels drawn from it, a fifth unknown."""
    generator = np.random.default_rng(8)
    logits = generator.normal(scale=1.5, size=(films, 3)) - np.array([0, 1, 2])
    truth = (generator.random((films, 3)) < sigmoid(logits)).astype(np.float32)
    truth[generator.random((films, 3)) < 0.2] = np.nan
    return logits, truth


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_put_on_is_found(temperature: float) -> None:
    logits, truth = _sample()
    found, bias = fit_one_label(logits * temperature, truth)
    assert found == pytest.approx(temperature, rel=0.06)
    assert bias == ()


def test_the_fitted_temperature_is_the_best_of_its_neighbours() -> None:
    logits, truth = _sample(200)
    best, _ = fit_one_label(logits, truth)
    classes = truth.argmax(axis=1)
    losses = [calibrate.cross_entropy(logits / (best * f), classes) for f in (0.97, 1, 1.03)]
    assert losses[1] == min(losses)


def test_faultless_answers_keep_a_finite_temperature() -> None:
    found, _ = fit_one_label(np.eye(3) * 50, np.eye(3))
    assert found >= 0.05
    assert np.isfinite(softmax(np.eye(3) * 50 / found)).all()


def test_temperature_and_shifts_of_several_labels_are_found() -> None:
    logits, truth = _several()
    shifts = np.array([0.5, -1.0, 1.5])
    temperature, bias = fit_several_labels((logits - shifts) * 2, truth)
    assert temperature == pytest.approx(2, rel=0.08)
    assert bias == pytest.approx(tuple(shifts), abs=0.2)


def test_one_label_of_several_is_calibrated_as_logistic_regression_does() -> None:
    logits, truth = _several()
    known = ~np.isnan(truth[:, 1])
    temperature, (bias,) = fit_several_labels(logits[:, 1:2], truth[:, 1:2])
    model = reference.LogisticRegression(C=1e9, tol=1e-10).fit(logits[known, 1:2], truth[known, 1])
    assert 1 / temperature == pytest.approx(model.coef_[0, 0], rel=1e-3)
    assert bias == pytest.approx(model.intercept_[0], abs=1e-3)


def test_a_label_that_no_validation_film_shows_stays_finite_and_has_no_operating_point() -> None:
    logits, truth = _several(300)
    truth[:, 2] = np.where(np.isnan(truth[:, 2]), np.nan, 0)
    truth[:, 1] = np.nan
    reading = _fit(logits, truth, "sigmoid", negative=None)
    assert np.isfinite(reading.bias).all()
    assert reading.bias[1] == 0
    assert reading.thresholds[0] is not None
    assert reading.thresholds[1:] == (None, None)


def test_a_point_is_not_chosen_by_a_film_or_two() -> None:
    logits, truth = _several(300)
    shown = np.flatnonzero(truth[:, 2] == 1)
    truth[shown[4:], 2] = 0
    assert _fit(logits, truth, "sigmoid", negative=None).thresholds[2] is None
    truth[shown[4], 2] = 1
    assert _fit(logits, truth, "sigmoid", negative=None).thresholds[2]


def test_a_film_is_positive_from_the_decision_on_and_then_its_likeliest_finding() -> None:
    probabilities = np.array([[0.55, 0.25, 0.2], [0.45, 0.3, 0.25], [0.4, 0.1, 0.5]])

    def called(negative: int | None, decision: float | None) -> list[int]:
        points = () if decision is None else (_point("", decision),)
        found = _reading("softmax", negative, points).called(probabilities)
        assert (found.sum(axis=1) == 1).all()
        return found.argmax(axis=1).tolist()

    assert called(0, 0.55) == [0, 1, 2]
    assert called(0, 0.4) == [1, 1, 2]
    assert called(None, None) == [0, 0, 2]


def test_several_labels_are_called_each_at_its_point_and_the_negative_one_if_none_is() -> None:
    probabilities = np.array([[0.9, 0.2, 0.2], [0.9, 0.4, 0.2], [0.1, 0.4, 0.7]])
    reading = _reading("sigmoid", 0, (_point("b", 0.3), _point("b", 0.15, "screening")))
    wanted = [[True, False, False], [False, True, False], [False, True, True]]
    assert reading.called(probabilities).tolist() == wanted
    screening = replace(reading, point="screening").called(probabilities)
    assert screening[:, 1].tolist() == [True, True, True]


def test_operating_points_part_what_can_be_parted() -> None:
    truth = np.eye(2)[[0, 0, 1, 1]]
    logits = np.array([[2.0, 0], [1, 0], [0, 1], [0, 2]])
    reading = _fit(logits, truth, "softmax", negative=0)
    called = reading.called(reading.probabilities(logits))
    assert (called == (truth == 1)).all()
    scores = reading.probabilities(logits)[:, 1]
    assert scores[1] < reading.decision < scores[2]
    assert _fit(logits, truth, "softmax", negative=None).decision is None


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_every_finding_has_both_points_and_screening_finds_nearly_all(activation: str) -> None:
    logits, truth = _sample() if activation == "softmax" else _several()
    reading = _fit(logits, truth, activation, negative=0)
    labels = ["", "b", "c"] if activation == "softmax" else ["b", "c"]
    both = [(label, name) for label in labels for name in ("balanced", "screening")]
    assert [(point.label, point.name) for point in reading.points] == both
    probabilities = reading.probabilities(logits)
    for balanced, screening in zip(reading.points[::2], reading.points[1::2], strict=True):
        column = "abc".find(balanced.label or "a")
        known = ~np.isnan(truth[:, column])
        shows, scores = truth[known, column] == 1, probabilities[known, column]
        if not balanced.label:
            shows, scores = ~shows, 1 - scores
        finds = (scores[shows] >= screening.threshold).mean()
        assert 0.97 <= finds < 0.975
        assert screening.threshold < balanced.threshold


def _point(label: str, threshold: float, name: str = "balanced") -> OperatingPoint:
    return OperatingPoint(name=name, label=label, threshold=threshold)


def _reading(activation: str, negative: int | None, points: tuple[OperatingPoint, ...]) -> Reading:
    return Reading(classes=("a", "b", "c"), activation=activation, negative=negative, points=points)


def _fit(logits: np.ndarray, truth: np.ndarray, activation: str, negative: int | None) -> Reading:
    classes = ("a", "b", "c")[: truth.shape[1]]
    return calibrate.fit(
        logits[None], truth, classes=classes, activation=activation, negative=negative
    )


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_points_are_chosen_on_every_view_and_bands_on_the_films_as_they_are(
    activation: str,
) -> None:
    logits, truth = _sample() if activation == "softmax" else _several()
    classes, shift = ("a", "b", "c"), np.array([0.0, 1.5, 1.5])
    alone, shifted, both = (
        calibrate.fit(np.stack(views), truth, classes=classes, activation=activation, negative=0)
        for views in ([logits], [logits + shift], [logits, logits + shift])
    )
    for low, high, between in zip(alone.points, shifted.points, both.points, strict=True):
        if activation == "softmax" and not low.label and low.name == "balanced":
            assert low.threshold < between.threshold < high.threshold
    assert both.points != alone.points
    films = [(band.label, band.films) for band in both.uncertain]
    assert {films for _, films in films} <= {int(n) for n in (~np.isnan(truth)).sum(axis=0)}


def test_views_do_not_stand_for_films_where_a_finding_is_rare() -> None:
    generator = np.random.default_rng(3)
    logits = generator.normal(size=(60, 2))
    truth = np.column_stack((np.ones(60), np.arange(60) < 3))
    reading = calibrate.fit(
        np.stack([logits] * 4), truth, classes=("a", "b"), activation="sigmoid", negative=0
    )
    assert not reading.points
