"""Where the lungs lie is found on a drawn chest, and refused where it is unclear."""

import cv2
import numpy as np
import pytest
from lungs import SIDE, lungs

from cxrviewer.core.film import Array

LEFT, RIGHT = ((0.29, 0.45), (0.11, 0.28)), ((0.71, 0.45), (0.11, 0.28))


def lung(middle: tuple[float, float], radii: tuple[float, float], side: int = SIDE) -> Array:
    drawn = np.zeros((side, side), np.uint8)
    centre, axes = ([round(side * value) for value in pair] for pair in (middle, radii))
    cv2.ellipse(drawn, centre, axes, 0, 0, 360, 1, -1)
    return drawn > 0


def chest(*shapes: tuple[tuple[float, float], tuple[float, float]], side: int = 500) -> Array:
    """A bright body with a brighter spine between black edges, dark where the lungs are."""
    film = np.zeros((side, side), np.float32)
    film[:, int(0.08 * side) : int(0.92 * side)] = 0.7
    film[:, int(0.46 * side) : int(0.54 * side)] = 0.95
    for shape in shapes:
        film[lung(*shape, side)] = 0.3
    noise = np.random.default_rng(1).normal(0, 0.02, film.shape)
    return np.clip(film + noise, 0, 1).astype(np.float32)


def test_both_lungs_are_found_where_they_are() -> None:
    found = lungs(chest(LEFT, RIGHT))
    assert found
    drawn = lung(*LEFT) | lung(*RIGHT)
    assert (found.both & drawn).sum() > 0.8 * (found.both | drawn).sum()
    assert found.regions[0].any(axis=0).argmax() < found.regions[1].any(axis=0).argmax()


def test_the_chest_takes_in_what_lies_between() -> None:
    found = lungs(chest(LEFT, RIGHT))
    assert found
    assert found.chest[SIDE // 2, SIDE // 2]
    assert not found.both[SIDE // 2, SIDE // 2]
    assert (found.chest >= found.both).all()


@pytest.mark.parametrize(
    "film",
    [
        np.zeros((300, 300), np.float32),
        np.random.default_rng(2).random((300, 300), dtype=np.float32),
        chest(),
        chest(LEFT),
        chest(LEFT, ((0.71, 0.45), (0.05, 0.08))),
        chest(LEFT, RIGHT)[::-1].copy()[:250],
    ],
    ids=["black", "noise", "no lung", "one lung", "a small one", "half a film"],
)
def test_what_is_no_pair_of_lungs_is_refused(film: Array) -> None:
    assert lungs(film) is None
