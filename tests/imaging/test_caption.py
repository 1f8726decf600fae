"""The notice burned into a picture: legible on any ground, and nothing else is touched."""

import cv2
import numpy as np
import pytest

from cxrviewer.core.film import Array
from cxrviewer.imaging.caption import burn_in

NOTICE = "Research use only, not for diagnosis - where the model looked"


def ground(*, rows: int, columns: int, grey: int = 128) -> Array:
    return np.full((rows, columns, 3), grey, dtype=np.uint8)


@pytest.mark.parametrize("side", [1024, 2048, 3000])
def test_dark_outlines_lie_close_to_their_letters(side: int) -> None:
    burned = burn_in(ground(rows=side, columns=side), NOTICE)[..., 0]
    from_letters = cv2.distanceTransform((burned < 150).astype(np.uint8), cv2.DIST_L2, 3)
    assert (burned > 150).any()
    assert from_letters[burned < 64].max() <= max(3, side / 500)


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_it_is_seen_on_any_ground(grey: int) -> None:
    burned = burn_in(ground(rows=1024, columns=1024, grey=grey), NOTICE)
    assert burned.max() == 255
    assert burned.min() < 10


def test_it_stands_at_the_lower_edge_and_leaves_the_rest_alone() -> None:
    film = np.random.default_rng(1).integers(0, 256, (900, 700, 3), dtype=np.uint8)
    before = film.copy()
    burned = burn_in(film, NOTICE)
    changed = np.argwhere((burned != before).any(axis=2))
    assert np.array_equal(film, before)
    assert changed[:, 0].min() > 0.95 * 900
    assert changed[:, 1].max() < 700


def test_several_lines_stand_above_each_other_inside_the_picture() -> None:
    film = np.random.default_rng(1).integers(0, 256, (900, 700, 3), dtype=np.uint8)
    one = (burn_in(film, NOTICE) != film).any(axis=2)
    two = (burn_in(film, f"{'A warning of many words. ' * 6}\n{NOTICE}") != film).any(axis=2)
    assert two.any(axis=1).sum() > 2 * one.any(axis=1).sum()
    assert np.argwhere(two)[:, 0].min() > 0.85 * 900
    assert np.argwhere(two)[:, 1].max() < 700


def test_letters_that_the_font_lacks_are_no_failure() -> None:
    assert burn_in(ground(rows=300, columns=300), "“é” is not drawn").max() > 200
