"""Fitted on validation, measured on test, of one label a film and of several."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.core.film import Array
from cxrviewer.learning import outcome
from cxrviewer.learning.data.split import Split
from cxrviewer.learning.outcome import Logits

NAMES = {"normal": "NORMAL", "bacterial": "Bacterial", "viral": "Viral"}


@dataclass
class Drawn:
    paths: tuple[Path, ...]
    truth: Array
    patients: tuple[str, ...]


def _films(films: int = 300, *, several: bool) -> tuple[Array, Drawn, Split]:
    generator = np.random.default_rng(9)
    truth = np.eye(3)[generator.integers(3, size=films)].astype(np.float32)
    logits = 3 * (generator.normal(size=(films, 3)) + 1.5 * truth)
    if several:
        truth[generator.random((films, 3)) < 0.2] = np.nan
    part = np.repeat([0, 1, 2], films // 3)
    return (
        logits,
        Drawn(paths=(), truth=truth, patients=tuple(str(film) for film in range(films))),
        Split(part=part, by="patient"),
    )


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_calibration_and_points_come_from_validation_and_rates_from_test(activation: str) -> None:
    logits, films, split = _films(several=activation == "sigmoid")
    first = outcome.measure(
        Logits.unchanged(logits, split), films, split, activation=activation, names=NAMES
    )
    assert first.calibration.fitted_on == "100 validation films of 100 patients"
    assert first.calibration.temperature > 1.5
    assert len(first.calibration.bias) == (3 if activation == "sigmoid" else 0)
    assert len(first.points) == (6 if activation == "softmax" else 4)
    for point in first.points:
        assert point.sensitivity is not None
        assert point.specificity is not None
    changed = logits.copy()
    changed[split.films("training")] = 0
    changed[split.films("test")] *= -1
    second = outcome.measure(
        Logits.unchanged(changed, split), films, split, activation=activation, names=NAMES
    )
    assert second.calibration == first.calibration
    assert [x.threshold for x in second.points] == [x.threshold for x in first.points]
    assert [x.sensitivity for x in second.points] != [x.sensitivity for x in first.points]
    assert [(b.low, b.high) for b in second.uncertain] == [(b.low, b.high) for b in first.uncertain]
    assert second.measures["accuracy"] < first.measures["accuracy"]
    assert first.record["validation"] == second.record["validation"]


def test_a_label_rarely_shown_keeps_its_point_but_no_measured_rates() -> None:
    logits, films, split = _films(several=True)
    rare = np.flatnonzero(films.truth[:, 2] == 1)
    rare = rare[np.isin(rare, split.films("test"))]
    films.truth[rare[3:], 2] = 0
    found = outcome.measure(
        Logits.unchanged(logits, split), films, split, activation="sigmoid", names=NAMES
    )
    rates = {(point.label, point.name): point.sensitivity for point in found.points}
    assert rates["viral", "balanced"] is rates["viral", "screening"] is None
    assert rates["bacterial", "balanced"] is not None
    counts = found.record["test"]["points"][-1]
    assert (counts["label"], counts["sensitivity"]) == ("viral", None)
    assert counts["true_positive"] + counts["false_negative"] == 3
    assert "over 2 of 3 labels (the others: too few patients) on 100 films" in found.summary


def test_the_sentence_tells_the_split_and_what_the_majority_reaches() -> None:
    logits, films, split = _films(several=False)
    good = outcome.measure(
        Logits.unchanged(logits, split), films, split, activation="softmax", names=NAMES
    )
    assert "100 films of 100 patients, split by patient" in good.summary
    assert "majority classifier" not in good.summary
    assert "labels" not in good.summary
    one_answer = Logits.unchanged(np.tile([1.0, 0, 0], (300, 1)), split)
    silent = outcome.measure(one_answer, films, split, activation="softmax", names=NAMES)
    assert "majority classifier" in silent.summary


def test_changed_views_of_the_validation_films_move_the_calibration_and_no_answer() -> None:
    logits, films, split = _films(several=False)
    plain = Logits.unchanged(logits, split)
    # As if every change of a film left half of what told it from the others.
    faint = np.stack([logits[split.films("validation")] / 2] * 2)
    first, second = (
        outcome.measure(told, films, split, activation="softmax", names=NAMES)
        for told in (plain, replace(plain, changed=faint))
    )
    assert second.calibration.temperature < first.calibration.temperature
    assert "as other machines" not in first.calibration.fitted_on
    assert second.calibration.fitted_on.endswith("in 2 views as other machines would give it")
    same = [found.answers.probabilities.argmax(axis=1) for found in (first, second)]
    assert (same[0] == same[1]).all()
    assert len(second.answers.probabilities) == len(first.answers.probabilities)
