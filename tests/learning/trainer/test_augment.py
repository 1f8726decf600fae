"""Augmented views: the same whenever drawn, and what each scheme may do to a film."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import cv2
import numpy as np
import pytest

from cxrviewer.core.film import Array
from cxrviewer.core.recipe import AUGMENTATIONS
from cxrviewer.learning.trainer.augment import ELSEWHERE, SCHEMES, Views

SIDE = 96


@pytest.fixture(scope="module")
def levels() -> Array:
    """Return a film that is bright above, dark below, and has a mark in its upper left."""
    slope = np.linspace(0.8, 0.3, SIDE)[:, None] * np.ones(SIDE)
    noise = cv2.GaussianBlur(np.random.default_rng(4).normal(0, 1, (SIDE, SIDE)), (0, 0), 3)
    slope[22:30, 22:30] = 1.0
    film: Array = np.rint(np.clip(slope + noise * 0.1, 0, 1) * 65535).astype(np.uint16)
    return film


def views(levels: Array, scheme: str, *, count: int = 60, mirrored: bool = False) -> list[Array]:
    return [
        Views(scheme=scheme, seed=1).of(levels, number, mirrored=mirrored)
        for number in range(1, count + 1)
    ]


def test_every_augmentation_of_a_recipe_is_a_scheme() -> None:
    assert set(SCHEMES) == set(AUGMENTATIONS) - {"none"}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_first_view_is_the_film_as_it_is(levels: Array, scheme: str) -> None:
    view = Views(scheme=scheme, seed=1).of(levels, 0)
    assert view.dtype == np.float32
    for channel in view:
        np.testing.assert_array_equal(channel, levels.astype(np.float32) / np.float32(65535))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_views_are_greys_of_the_same_size_and_differ(levels: Array, scheme: str) -> None:
    drawn = views(levels, scheme, count=12)
    for view in drawn:
        assert view.shape == (3, SIDE, SIDE)
        assert view.dtype == np.float32
        assert view.min() >= 0
        assert view.max() <= 1
    assert len({view.tobytes() for view in drawn}) == 12
    other_seed = Views(scheme=scheme, seed=2).of(levels, 1)
    assert not np.array_equal(other_seed, drawn[0])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_views_of_a_size_of_their_own_show_the_same_parts(levels: Array, scheme: str) -> None:
    large, small = (Views(scheme=scheme, seed=1, side=side) for side in (0, SIDE // 2))
    for number in range(1, 13):
        whole, half = large.of(levels, number)[0], small.of(levels, number)[0]
        assert half.shape == (SIDE // 2, SIDE // 2)
        shrunk = cv2.resize(whole, half.shape, interpolation=cv2.INTER_AREA)
        assert np.corrcoef(shrunk.ravel(), half.ravel())[0, 1] > 0.9
    np.testing.assert_array_equal(small.of(levels, 0), large.of(levels, 0))


def test_a_small_view_shows_no_grain_that_it_cannot_hold() -> None:
    """A fine checker becomes its mean, not a coarser checker."""
    grain = np.indices((SIDE, SIDE)).sum(axis=0) % 2
    film: Array = np.where(grain == 1, 40_000, 20_000).astype(np.uint16)
    view = Views(scheme="turn", seed=1, side=SIDE // 4).of(film, 1)[0]
    assert view[4:-4, 4:-4].std() < 0.02


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_view_depends_on_nothing_but_film_seed_and_number(levels: Array, scheme: str) -> None:
    drawn = views(levels, scheme, count=16, mirrored=True)
    draw = partial(Views(scheme=scheme, seed=1).of, mirrored=True)
    draw(levels[::-1], 3)
    backwards = [draw(levels, number) for number in range(16, 0, -1)]
    with ThreadPoolExecutor(4) as threads:
        at_once = list(threads.map(lambda n: draw(levels.copy(), n), range(1, 17)))
    for one, two, three in zip(drawn, backwards[::-1], at_once, strict=True):
        np.testing.assert_array_equal(one, two)
        np.testing.assert_array_equal(one, three)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_film_is_drawn_for_by_itself(levels: Array, scheme: str) -> None:
    other = levels.copy()
    other[SIDE // 2, SIDE // 2] ^= 1
    first, second = (Views(scheme=scheme, seed=1).of(film, 1) for film in (levels, other))
    assert np.abs(first - second).mean() > 1e-3


@pytest.mark.parametrize(("scheme", "degrees"), [("balance", 20), ("turn", 10)])
def test_films_are_turned_as_far_as_the_paper_says(
    levels: Array, scheme: str, degrees: float
) -> None:
    line = np.zeros_like(levels)
    line[SIDE // 2 - 1 : SIDE // 2 + 1, 24:-24] = 65535
    angles = []
    for view in views(line, scheme):
        rows, columns = np.nonzero(view[0] > 0.3)
        angles.append(np.degrees(np.arctan(np.polyfit(columns, rows, 1)[0])))
    assert degrees * 0.8 < max(angles) < degrees + 1
    assert -degrees - 1 < min(angles) < -degrees * 0.8


def mark_is_left(view: Array) -> bool:
    return bool(view[0, :, : SIDE // 2].max() > view[0, :, SIDE // 2 :].max())


@pytest.mark.parametrize("scheme", SCHEMES)
def test_films_are_mirrored_only_where_they_may_be(scheme: str) -> None:
    film = np.full((SIDE, SIDE), 9000, np.uint16)
    film[40:56, 20:28] = 60000
    for mirrored, known in ((False, {True}), (True, {True, False})):
        drawn = views(film, scheme, mirrored=mirrored)
        seen = [view for view in drawn if np.ptp(view[0][20:76, 20:76]) > 0.3]
        if scheme != "robust":
            assert {mark_is_left(view) for view in seen} == known


def test_a_robust_view_is_never_mirrored_unless_asked_for() -> None:
    ramp = np.tile(np.linspace(5000, 60000, SIDE).astype(np.uint16), (SIDE, 1))
    rising = [
        {
            bool(view[0, :, 20 : SIDE // 2].mean() < view[0, :, SIDE // 2 : -20].mean())
            for view in drawn
        }
        for drawn in (views(ramp, "robust"), views(ramp, "robust", mirrored=True))
    ]
    assert rising == [{True}, {True, False}]


def test_films_are_upside_down_only_in_turn(levels: Array) -> None:
    for scheme, known in (("turn", {True, False}), ("balance", {True}), ("robust", {True})):
        upright = {
            bool(view[0, 30:40, 30:-30].mean() > view[0, -40:-30, 30:-30].mean())
            for view in views(levels, scheme)
        }
        assert upright == known


def test_balance_tints_as_a_shift_of_hue_and_saturation_does() -> None:
    flat = np.full((SIDE, SIDE), 32768, np.uint16)
    tints = []
    for view in views(flat, "balance", count=200):
        colour = np.rint(view[:, SIDE // 2, SIDE // 2] * 255).astype(np.uint8)
        tints.append(cv2.cvtColor(colour[None, None], cv2.COLOR_RGB2HSV)[0, 0])
    hue, saturation, value = np.array(tints, int).T
    assert saturation.max() in range(17, 22)
    assert 0.4 < (saturation < 2).mean() < 0.65
    tinted = saturation > 8
    assert set(np.where(hue[tinted] > 90, hue[tinted] - 180, hue[tinted])) <= set(range(-13, 14))
    assert 0.88 * 128 < value.min() < value.max() < 1.12 * 128


def test_a_robust_view_never_burns_a_film_out(levels: Array) -> None:
    bright = 40000 + levels // 3
    for view in views(bright, "robust"):
        assert (view[0] >= 0.999).mean() < 0.15


def test_robust_views_keep_neither_grain_nor_sharpness() -> None:
    flat = np.full((SIDE, SIDE), 30000, np.uint16)
    grain = [float(view[0, 30:-30, 30:-30].std()) for view in views(flat, "robust")]
    assert min(grain) < 1e-3
    assert max(grain) > 0.03
    checker = np.where(np.indices((SIDE, SIDE)).sum(axis=0) // 4 % 2, 50000, 15000)
    sharpness = [
        float(np.abs(np.diff(view[0, 30:-30, 30:-30])).max())
        for view in views(checker.astype(np.uint16), "robust")
    ]
    assert min(sharpness) < 0.1
    assert max(sharpness) > 0.3


def test_a_robust_view_shows_a_part_of_the_film_of_any_size() -> None:
    # Columns hold their own number, so that a view tells what it covers.
    ramp = np.tile(np.linspace(0, 65535, SIDE).astype(np.uint16), (SIDE, 1))
    checker = np.zeros((SIDE, SIDE), np.uint16)
    checker[:, ::8] = 65535
    lines = [
        int((np.diff((view[0, SIDE // 2] > view[0, SIDE // 2].mean()).astype(int)) > 0).sum())
        for view in views(checker, "robust")
    ]
    assert min(lines) <= 5
    assert max(lines) >= 10
    assert all(np.isfinite(view).all() for view in views(ramp, "robust", count=5))


def test_a_film_of_elsewhere_is_the_same_film_changed_and_the_same_whenever_drawn(
    levels: Array,
) -> None:
    views = Views(scheme=ELSEWHERE, seed=1)
    drawn = [views.of(levels, number) for number in range(1, 9)]
    assert len({view.tobytes() for view in drawn}) == 8
    for number, view in enumerate(drawn, start=1):
        np.testing.assert_array_equal(view, views.of(levels, number))
        assert view.shape == (3, SIDE, SIDE)
        assert 0 <= view.min() <= view.max() <= 1
        assert np.corrcoef(view[0].ravel(), levels.ravel())[0, 1] > 0.3
