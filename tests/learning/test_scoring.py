from dataclasses import replace

import numpy as np
import pytest

from cxrviewer.core.bundle import Bundle
from cxrviewer.core.manifest import Calibration, Estimate, Label, Manifest
from cxrviewer.learning import scoring


@pytest.fixture
def softmax(tiny_bundle: Bundle) -> Manifest:
    return replace(tiny_bundle.manifest, calibration=None)


@pytest.fixture
def sigmoid(softmax: Manifest) -> Manifest:
    labels = (
        Label(id="effusion", name="Effusion", threshold=0.3),
        Label(id="mass", name="Mass", threshold=0.8),
        Label(id="hernia", name="Hernia"),
    )
    return replace(softmax, activation="sigmoid", labels=labels, decision=None)


def logits_of(*probabilities: float) -> np.ndarray:
    return np.log(np.asarray(probabilities))


def odds_of(*probabilities: float) -> np.ndarray:
    share = np.asarray(probabilities)
    return np.log(share / (1 - share))


def test_softmax_gives_shares_in_the_order_of_the_labels(softmax: Manifest) -> None:
    scores, _ = scoring.scores(logits_of(0.2, 0.5, 0.3), softmax)
    assert [score.label for score in scores] == ["normal", "bacterial", "viral"]
    assert [score.probability for score in scores] == pytest.approx([0.2, 0.5, 0.3])


def test_sigmoid_gives_each_label_its_own_probability(sigmoid: Manifest) -> None:
    scores, _ = scoring.scores(odds_of(0.9, 0.7, 0.1), sigmoid)
    assert [score.probability for score in scores] == pytest.approx([0.9, 0.7, 0.1])


@pytest.mark.parametrize("kind", ["softmax", "sigmoid"])
def test_large_logits_do_not_overflow(kind: str, softmax: Manifest, sigmoid: Manifest) -> None:
    manifest = {"softmax": softmax, "sigmoid": sigmoid}[kind]
    found = scoring.probabilities(np.array([[9e3, -9e3, 0.0], [-9e3, 0.0, 9e3]]), manifest)
    assert np.isfinite(found).all()
    assert found[0, 0] == pytest.approx(1.0)
    assert found[0, 1] == pytest.approx(0.0)


def test_calibration_divides_by_the_temperature_and_adds_the_bias(softmax: Manifest) -> None:
    calibration = Calibration(temperature=2.0, bias=(0.0, 1.0, 0.0))
    found = scoring.probabilities(
        np.array([2.0, 0.0, 4.0]), replace(softmax, calibration=calibration)
    )
    powers = np.exp([1.0, 1.0, 2.0])
    assert found == pytest.approx(powers / powers.sum())


@pytest.mark.parametrize(
    ("decision", "shares", "call"),
    [
        (0.4, (0.59, 0.21, 0.2), "bacterial"),
        (0.4, (0.61, 0.19, 0.2), "normal"),
        (0.8, (0.25, 0.4, 0.35), "normal"),
        (0.8, (0.15, 0.4, 0.45), "viral"),
        (None, (0.45, 0.3, 0.25), "normal"),
        (None, (0.3, 0.3, 0.4), "viral"),
    ],
)
def test_softmax_calls_the_film_at_the_bundle_s_decision(
    softmax: Manifest, decision: float | None, shares: tuple[float, ...], call: str
) -> None:
    assert scoring.scores(logits_of(*shares), replace(softmax, decision=decision))[1] == call


@pytest.mark.parametrize(
    ("probabilities", "call"),
    [
        ((0.31, 0.79, 0.51), "effusion|hernia"),
        ((0.29, 0.81, 0.49), "mass"),
        ((0.1, 0.1, 0.1), "no-finding"),
    ],
)
def test_sigmoid_calls_every_finding_above_its_threshold(
    sigmoid: Manifest, probabilities: tuple[float, ...], call: str
) -> None:
    assert scoring.scores(odds_of(*probabilities), sigmoid)[1] == call


def test_without_a_finding_the_negative_label_is_called(sigmoid: Manifest) -> None:
    healthy = Label(id="healthy", name="No finding", negative=True)
    manifest = replace(sigmoid, labels=(*sigmoid.labels[:2], healthy))
    assert scoring.scores(odds_of(0.1, 0.1, 0.01), manifest)[1] == "healthy"
    assert scoring.scores(odds_of(0.9, 0.1, 0.99), manifest)[1] == "effusion"


def test_the_highest_label_is_one_that_finds_something(softmax: Manifest) -> None:
    scores, _ = scoring.scores(logits_of(0.9, 0.04, 0.06), softmax)
    assert scoring.highest(scores, softmax) == "viral"


def test_what_was_measured_stands_in_words_with_its_count(softmax: Manifest) -> None:
    label = Label(
        id="viral",
        name="Viral",
        threshold=0.5,
        sensitivity=Estimate(value=0.96, low=0.93, high=0.98, n=412),
        specificity=Estimate(value=0.91, low=0.88, high=0.94, n=300),
    )
    scores, _ = scoring.scores(
        logits_of(0.1, 0.9), replace(softmax, labels=(softmax.labels[0], label))
    )
    assert scores[0].measured == ""
    assert scores[0].above is None
    assert scores[1].measured == (
        "sensitivity 0.96 (0.93 to 0.98, n 412), specificity 0.91 (0.88 to 0.94, n 300)"
    )
    assert scores[1].above


def test_the_decision_weighs_all_findings_together(softmax: Manifest) -> None:
    manifest = replace(softmax, decision=0.81)
    scores, call = scoring.scores(logits_of(0.25, 0.15, 0.6), manifest)
    together = scoring.decision(scores, manifest)
    assert call == "normal"
    assert together is not None
    assert (together.probability, together.threshold) == (pytest.approx(0.75), 0.81)
    assert together.above is False


def test_without_an_operating_point_for_all_there_is_no_decision(
    softmax: Manifest, sigmoid: Manifest
) -> None:
    scores, _ = scoring.scores(logits_of(0.2, 0.5, 0.3), replace(softmax, decision=None))
    assert scoring.decision(scores, replace(softmax, decision=None)) is None
    several, _ = scoring.scores(odds_of(0.9, 0.7, 0.1), sigmoid)
    assert scoring.decision(several, sigmoid) is None
