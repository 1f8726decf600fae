"""Which films and views an epoch learns from."""

from dataclasses import replace

import numpy as np
import pytest

from cxrviewer.core.errors import PlanError
from cxrviewer.core.film import Array
from cxrviewer.core.recipe import Recipe
from cxrviewer.core.recipes import RECIPES
from cxrviewer.learning.data.split import Split
from cxrviewer.learning.trainer.samples import (
    MOST_COPIES,
    Samples,
    changed_samples,
    lesson_rows,
    plan_samples,
)

CLASSES = ("normal", "bacterial", "viral")
BALANCE = RECIPES["p0-patadia-2"]
ROBUST = RECIPES["robust"]
PLAIN = RECIPES["p3-chen-kute"]


def truth_of(*counts: int) -> Array:
    return np.eye(len(counts), dtype=np.float32)[np.repeat(np.arange(len(counts)), counts)]


def samples_of(truth: Array, settings: Recipe, *, others: int = 0, seed: int = 1) -> Samples:
    """Plan with all films but the last few in training."""
    part = np.zeros(len(truth), np.int64)
    part[len(truth) - others :] = 1
    split = Split(part=part, by="patient")
    return plan_samples(truth, split, settings, classes=CLASSES[: truth.shape[1]], seed=seed)


@pytest.mark.parametrize("settings", [PLAIN, BALANCE, ROBUST])
def test_the_first_rows_are_every_film_as_it_is(settings: Recipe) -> None:
    samples = samples_of(truth_of(5, 9, 4), settings, others=6)
    assert samples.film[:18].tolist() == list(range(18))
    assert not samples.view[:18].any()
    assert samples.view[18:].all()
    assert set(samples.film[18:]) <= set(range(12))
    pairs = set(zip(samples.film.tolist(), samples.view.tolist(), strict=True))
    assert len(pairs) == samples.rows


def test_without_augmentation_every_epoch_learns_from_the_training_films() -> None:
    samples = samples_of(truth_of(5, 9, 4), PLAIN, others=6)
    assert samples.rows == 18
    for epoch in (1, 2, 30):
        assert samples.epoch_rows(epoch).tolist() == list(range(12))
    assert samples.before == samples.learned == (5, 7, 0)


def test_views_take_turns_over_all_phases() -> None:
    settings = replace(ROBUST, views=3)
    samples = samples_of(truth_of(5, 9, 4), settings, others=6)
    for epoch, view in ((1, 1), (2, 2), (3, 3), (4, 1), (30, 3)):
        rows = samples.epoch_rows(epoch)
        assert samples.film[rows].tolist() == list(range(12))
        assert set(samples.view[rows]) == {view}
    assert samples.learned == samples.before


def test_balance_makes_the_classes_about_equal_and_keeps_every_film() -> None:
    samples = samples_of(truth_of(13, 40, 25), BALANCE, others=0)
    assert samples.before == (13, 40, 25)
    assert samples.learned == (80, 80, 80)
    rows = samples.epoch_rows(7)
    assert set(range(78)) <= set(rows)
    times = np.bincount(samples.film[rows])
    for films in np.split(times, [13, 53]):
        assert films.max() - films.min() <= 1


def test_a_very_rare_class_is_not_copied_without_end() -> None:
    samples = samples_of(truth_of(1, 400), BALANCE)
    assert samples.learned == (1 + MOST_COPIES, 800)


def test_balance_goes_by_the_rarest_finding_of_a_film_with_several() -> None:
    truth = np.array([[0, 1, 0]] * 12 + [[0, 1, 1]] * 2 + [[0, 0, 0]] * 6, np.float32)
    truth[0, 2] = np.nan
    samples = samples_of(truth, BALANCE)
    times = np.bincount(samples.film[samples.epoch_rows(1)])
    assert times.tolist() == [2] * 12 + [12] * 2 + [4] * 6


def test_only_negative_films_are_mirrored_unless_asked_for() -> None:
    truth = truth_of(5, 9, 4)
    samples = samples_of(truth, BALANCE)
    np.testing.assert_array_equal(samples.mirrored, samples.film < 5)
    assert not samples_of(truth, ROBUST).mirrored.any()
    assert samples_of(truth, replace(ROBUST, flip=True)).mirrored.all()
    assert samples_of(truth, replace(BALANCE, flip=True)).mirrored.all()


def test_of_the_films_that_are_chosen_each_class_has_its_share() -> None:
    truth = truth_of(300, 90, 3)
    for seed in range(5):
        few = samples_of(truth, replace(PLAIN, samples=41), seed=seed).learned
        assert few == pytest.approx((30, 10, 1), abs=1)
        assert samples_of(truth, replace(PLAIN, samples=3), seed=seed).learned == (1, 1, 1)


def test_some_of_the_training_films_are_chosen_at_random_but_the_same_each_time() -> None:
    settings = replace(PLAIN, samples=5)
    truth = truth_of(15, 9, 4)
    rows = samples_of(truth, settings, others=6).epoch_rows(1)
    assert len(rows) == 5
    assert rows.max() < 22
    np.testing.assert_array_equal(samples_of(truth, settings, others=6).epoch_rows(1), rows)
    assert samples_of(truth, settings, others=6, seed=2).epoch_rows(1).tolist() != rows.tolist()
    assert len(samples_of(truth, replace(PLAIN, samples=100)).epoch_rows(1)) == 28


def test_batch_norms_that_learn_are_never_shown_a_single_film() -> None:
    learning = replace(PLAIN, batch_norm="learning", batch_size=12)
    rows = samples_of(truth_of(13), learning).epoch_rows(1)
    assert len(lesson_rows(rows, learning, seed=(1, 0, 1))) == 12
    assert len(lesson_rows(rows, replace(learning, batch_norm="frozen"), seed=(1, 0, 1))) == 13
    with pytest.raises(PlanError, match="keep the batch norms frozen") as raised:
        samples_of(truth_of(5), learning, others=4)
    assert raised.value.field == "batch_norm"


def test_changed_views_follow_the_films_view_by_view() -> None:
    samples = samples_of(truth_of(5, 9, 4), ROBUST, others=6)
    changed = changed_samples(samples, np.array([16, 13]), views=3, seed=1)
    assert changed.film[:18].tolist() == list(range(18))
    assert not changed.view[:18].any()
    assert changed.film[18:].tolist() == [16, 13] * 3
    assert changed.view[18:].tolist() == [1, 1, 2, 2, 3, 3]
    assert not changed.mirrored.any()
