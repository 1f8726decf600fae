"""Calibration and operating points on answers whose right values are known."""

import numpy as np
import pytest

from cxrviewer.learning import calibrate


def _sample(films: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose softmax is the true probability, and classes drawn from it."""
    generator = np.random.default_rng(7)
    logits = generator.normal(scale=2, size=(films, 3))
    odds = calibrate.softmax(logits).cumsum(axis=1)
    truth = (generator.random((films, 1)) > odds).sum(axis=1)
    return logits, truth


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_put_on_is_found(temperature: float) -> None:
    logits, truth = _sample()
    found = calibrate.fit_temperature(logits * temperature, truth)
    assert found == pytest.approx(temperature, rel=0.06)


def test_the_fitted_temperature_is_the_best_of_its_neighbours() -> None:
    logits, truth = _sample(200)
    best = calibrate.fit_temperature(logits, truth)
    losses = [calibrate.cross_entropy(logits / (best * f), truth) for f in (0.97, 1, 1.03)]
    assert losses[1] == min(losses)


def test_faultless_answers_keep_a_finite_temperature() -> None:
    logits = np.eye(3)[[0, 1, 2]] * 50
    found = calibrate.fit_temperature(logits, np.array([0, 1, 2]))
    assert found >= 0.05
    assert np.isfinite(calibrate.softmax(logits / found)).all()


def test_a_film_is_positive_from_the_decision_on_and_then_its_likeliest_finding() -> None:
    probabilities = np.array([[0.55, 0.25, 0.2], [0.45, 0.3, 0.25], [0.4, 0.1, 0.5]])
    called = calibrate.call(probabilities, negative=0, decision=0.55)
    assert called.tolist() == [0, 1, 2]
    assert calibrate.call(probabilities, negative=0, decision=0.4).tolist() == [1, 1, 2]
    assert calibrate.call(probabilities, negative=None, decision=None).tolist() == [0, 0, 2]


def test_operating_points_part_what_can_be_parted() -> None:
    probabilities = np.array([[0.9, 0.1], [0.7, 0.3], [0.2, 0.8], [0.1, 0.9]])
    thresholds, decision = calibrate.operating_points(
        probabilities, np.array([0, 0, 1, 1]), negative=0
    )
    assert thresholds == pytest.approx((0.45, 0.55))
    assert decision == pytest.approx(0.55)
    _, none = calibrate.operating_points(probabilities, np.array([0, 0, 1, 1]), negative=None)
    assert none is None
