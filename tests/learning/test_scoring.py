from dataclasses import replace

import numpy as np
import pytest

from cxrviewer.core.bundle import Bundle
from cxrviewer.core.manifest import Calibration, Label, Manifest
from cxrviewer.core.operating_points import OperatingPoint, UncertainBand
from cxrviewer.learning import scoring
from cxrviewer.learning.calibrate import Reading


@pytest.fixture
def softmax(tiny_bundle: Bundle) -> Manifest:
    return replace(tiny_bundle.manifest, calibration=None)


@pytest.fixture
def sigmoid(softmax: Manifest) -> Manifest:
    labels = (
        Label(id="effusion", name="Effusion"),
        Label(id="mass", name="Mass"),
        Label(id="hernia", name="Hernia"),
    )
    points = (
        point("effusion", 0.3),
        point("mass", 0.8),
        point("effusion", 0.1, "screening"),
        point("mass", 0.7, "screening"),
    )
    return replace(softmax, activation="sigmoid", labels=labels, points=points)


def point(label: str, threshold: float, name: str = "balanced") -> OperatingPoint:
    return OperatingPoint(name=name, label=label, threshold=threshold)


def decided(manifest: Manifest, *thresholds: float) -> Manifest:
    """Let all findings together be called from the balanced, and the screening threshold on."""
    names = ("balanced", "screening")
    points = tuple(point("", *each) for each in zip(thresholds, names, strict=False))
    return replace(manifest, points=points)


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
    manifest = decided(softmax) if decision is None else decided(softmax, decision)
    assert scoring.scores(logits_of(*shares), manifest)[1] == {"balanced": call}


def test_each_point_that_can_be_in_use_has_its_call(softmax: Manifest, sigmoid: Manifest) -> None:
    _, calls = scoring.scores(logits_of(0.45, 0.35, 0.2), decided(softmax, 0.8, 0.5))
    assert calls == {"balanced": "normal", "screening": "bacterial"}
    _, calls = scoring.scores(odds_of(0.2, 0.75, 0.6), sigmoid)
    assert calls == {"balanced": "hernia", "screening": "effusion|mass|hernia"}


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
    assert scoring.scores(odds_of(*probabilities), sigmoid)[1]["balanced"] == call


def test_without_a_finding_the_negative_label_is_called(sigmoid: Manifest) -> None:
    healthy = Label(id="healthy", name="No finding", negative=True)
    manifest = replace(sigmoid, labels=(*sigmoid.labels[:2], healthy))
    assert scoring.scores(odds_of(0.1, 0.1, 0.01), manifest)[1]["balanced"] == "healthy"
    assert scoring.scores(odds_of(0.9, 0.1, 0.99), manifest)[1]["balanced"] == "effusion"


def test_the_highest_label_is_one_that_finds_something(softmax: Manifest) -> None:
    scores, _ = scoring.scores(logits_of(0.9, 0.04, 0.06), softmax)
    assert scoring.highest(scores, softmax) == "viral"


def test_a_score_carries_its_points_and_its_band(sigmoid: Manifest) -> None:
    band = UncertainBand(label="mass", low=0.75, high=0.85, wrong_share=0.05, films=90)
    scores, _ = scoring.scores(odds_of(0.2, 0.75, 0.6), replace(sigmoid, uncertain=(band,)))
    effusion, mass, hernia = scores
    assert effusion.points == sigmoid.points_of("effusion")
    assert (effusion.above(), effusion.above("screening"), effusion.uncertain) == (
        False,
        True,
        False,
    )
    assert (mass.above(), mass.above("screening"), mass.uncertain) == (False, True, True)
    assert (hernia.points, hernia.above(), hernia.uncertain) == ((), None, False)


def test_the_decision_weighs_all_findings_together(softmax: Manifest) -> None:
    manifest = decided(softmax, 0.81, 0.6)
    scores, calls = scoring.scores(logits_of(0.25, 0.15, 0.6), manifest)
    together = scoring.decision(scores, manifest)
    assert calls == {"balanced": "normal", "screening": "viral"}
    assert together is not None
    assert together.probability == pytest.approx(0.75)
    assert (together.above(), together.above("screening")) == (False, True)


def test_without_an_operating_point_for_all_there_is_no_decision(
    softmax: Manifest, sigmoid: Manifest
) -> None:
    scores, _ = scoring.scores(logits_of(0.2, 0.5, 0.3), decided(softmax))
    assert scoring.decision(scores, decided(softmax)) is None
    several, _ = scoring.scores(odds_of(0.9, 0.7, 0.1), sigmoid)
    assert scoring.decision(several, sigmoid) is None


def test_a_film_is_called_alike_one_by_one_and_by_the_table(
    softmax: Manifest, sigmoid: Manifest
) -> None:
    logits = np.random.default_rng(4).normal(scale=2, size=(200, 3))
    for manifest in (decided(softmax, 0.7, 0.4), decided(softmax), sigmoid):
        for name in manifest.point_names:
            reading = Reading.of(manifest, name)
            table = reading.called(reading.probabilities(logits))
            ids = np.array([label.id for label in manifest.labels])
            rows = ["|".join(ids[row]) or scoring.NO_FINDING for row in table]
            assert rows == [scoring.scores(row, manifest)[1][name] for row in logits]
