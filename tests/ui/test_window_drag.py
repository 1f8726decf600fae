"""Window and level by drag."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from cxrviewer.core.film import Film, Table, Window
from cxrviewer.ui.widgets.window_drag import COARSE, FINE, as_window, dragged, gain

MakeFilm = Callable[..., Film]


@pytest.mark.parametrize(("bits", "step"), [(12, 4.0), (16, 64.0), (8, 0.25)])
def test_a_pixel_is_the_range_in_1024_steps(make_film: MakeFilm, bits: int, step: float) -> None:
    assert gain(make_film(bits=bits)) == step


def test_the_gain_is_capped_by_the_bits_stored(make_film: MakeFilm) -> None:
    film = make_film(bits=12)
    wide = Window(centre=0.0, width=1e6)
    assert gain(replace(film, chain=replace(film.chain, full=wide))) == 4.0


@pytest.mark.parametrize("bits", [12, 16])
def test_right_widens_and_down_lowers_the_centre(make_film: MakeFilm, bits: int) -> None:
    film, start = make_film(bits=bits), Window(centre=1000.0, width=500.0)
    step = 2**bits / 1024
    moved = dragged(film, start, dx=100, dy=100)
    assert moved.width == 500.0 + 100 * step
    assert moved.centre == 1000.0 - 100 * step


def test_shift_is_fine_and_ctrl_is_coarse(make_film: MakeFilm) -> None:
    film, start = make_film(bits=12), Window(centre=1000.0, width=500.0)
    assert dragged(film, start, dx=10, dy=0, speed=FINE).width == pytest.approx(504.0)
    assert dragged(film, start, dx=10, dy=0, speed=COARSE).width == 900.0


@pytest.mark.parametrize("bits", [8, 12, 16])
def test_no_drag_breaks_the_window(make_film: MakeFilm, bits: int) -> None:
    film, rng = make_film(bits=bits), np.random.default_rng(1)
    window = as_window(film.chain.voi)
    for dx, dy in rng.normal(0, 300, (10_000, 2)):
        window = dragged(film, window, dx=dx, dy=dy, speed=float(rng.choice([FINE, 1, COARSE])))
        assert np.isfinite([window.centre, window.width]).all()
        assert window.width >= 1.0


def test_a_lookup_table_is_dragged_from_the_range_of_its_input() -> None:
    table = Table(first=100, entries=np.zeros(400, dtype=np.uint16), top=255)
    assert as_window(table) == Window(centre=300.0, width=400.0)
