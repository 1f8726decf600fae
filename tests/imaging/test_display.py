"""Stored values to greys, against values worked out by hand from PS3.3 C.11."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cxrviewer.core.film import Film, Rescale, Table, Voi, Window, WindowShape
from cxrviewer.imaging import display

_STORED = np.array([[0, 1000, 2047, 2048, 3000, 4095]], dtype=np.uint16)
_HALF = Window(centre=2048, width=2048)


def _table(first: int, entries: list[int], top: int) -> Table:
    return Table(first=first, entries=np.array(entries, dtype=np.uint16), top=top)


@pytest.mark.parametrize(
    ("voi", "greys"),
    [
        (Window(centre=2048, width=4096), [0, 62, 127, 128, 187, 255]),
        (_HALF, [0, 0, 127, 128, 246, 255]),
        (Window(centre=2048, width=1), [0, 0, 0, 255, 255, 255]),
        (
            Window(centre=2048, width=2048, shape=WindowShape.LINEAR_EXACT),
            [0, 0, 127, 128, 246, 255],
        ),
        (
            Window(centre=2048, width=2048, shape=WindowShape.SIGMOID),
            [5, 29, 127, 128, 221, 250],
        ),
        (_table(0, list(range(4096)), 4095), [0, 62, 127, 128, 187, 255]),
        (_table(2047, [0, 100, 200], 200), [0, 0, 0, 128, 255, 255]),
    ],
)
def test_voi_gives_the_greys_of_the_standard(
    make_film: Callable[..., Film], voi: Voi, greys: list[int]
) -> None:
    film = make_film(_STORED, voi=voi)

    assert display.render(film)[0].tolist() == greys


def test_polarity_is_turned_once_and_after_the_window(make_film: Callable[..., Film]) -> None:
    upright = make_film(_STORED, voi=_HALF)
    turned = make_film(_STORED, voi=_HALF, inverted=True)

    assert np.array_equal(display.render(turned), 255 - display.render(upright))
    assert np.array_equal(display.render(turned, inverted=False), display.render(upright))


@pytest.mark.parametrize(
    ("modality", "greys"),
    [
        (Rescale(slope=2, intercept=-1000), [0, 63, 193, 194, 255, 255]),
        (Rescale(slope=-1, intercept=4095), [255, 193, 128, 127, 68, 0]),
        (_table(0, list(range(4095, -1, -1)), 4095), [255, 193, 128, 127, 68, 0]),
    ],
)
def test_modality_comes_before_the_window(
    make_film: Callable[..., Film], modality: Rescale | Table, greys: list[int]
) -> None:
    film = make_film(_STORED, modality=modality)

    assert display.render(film)[0].tolist() == [pytest.approx(grey, abs=1) for grey in greys]


def test_padding_is_black_in_both_polarities(make_film: Callable[..., Film]) -> None:
    for inverted in (False, True):
        film = make_film(_STORED, padding=(3000, 4095), inverted=inverted)

        assert display.render(film)[0, 4:].tolist() == [0, 0]
        assert display.render(film)[0, 2] != 0


def test_signed_values_keep_their_order(make_film: Callable[..., Film]) -> None:
    stored = np.array([[-32768, -1000, -10, 0, 10, 1000, 32767]], dtype=np.int16)
    film = make_film(stored, voi=Window(centre=0, width=65536, shape=WindowShape.LINEAR_EXACT))

    drawn = display.render(film, bits=16)[0].astype(int)

    assert (np.diff(drawn) > 0).all()
    assert display.codes(stored).dtype == np.uint16


def test_16_bits_agree_with_8(make_film: Callable[..., Film]) -> None:
    film = make_film()

    eight, sixteen = display.render(film), display.render(film, bits=16)

    assert sixteen.dtype == np.uint16
    assert np.abs(eight - sixteen / 257).max() <= 0.5
    assert np.abs(display.greys(film) - sixteen / 65535).max() < 1e-4
    assert display.greys(film).dtype == np.float32


def test_8_bit_films_have_a_table_of_256(make_film: Callable[..., Film]) -> None:
    film = make_film(np.arange(256, dtype=np.uint8).reshape(16, 16))

    assert display.grey_table(film).shape == (256,)
    assert display.grey_table(make_film()).shape == (65536,)


def test_the_probe_reads_modality_values(make_film: Callable[..., Film]) -> None:
    film = make_film(modality=Rescale(slope=0.5, intercept=-10))

    assert display.modality_values(film, np.array([20, 40])).tolist() == [0.0, 10.0]


_SHAPES = st.sampled_from(list(WindowShape))
_CENTRES = st.floats(-1e5, 1e5)
_WIDTHS = st.floats(1e-3, 1e6)


@given(centre=_CENTRES, width=_WIDTHS, shape=_SHAPES, intercept=_CENTRES, slope=_WIDTHS)
def test_every_window_is_monotone_and_finite(
    centre: float, width: float, shape: WindowShape, intercept: float, slope: float
) -> None:
    values = display.apply_modality(
        np.arange(-2048, 2048), Rescale(slope=slope, intercept=intercept)
    )

    grey = display.apply_voi(values, Window(centre=centre, width=width, shape=shape))

    assert np.isfinite(grey).all()
    assert grey.min() >= 0
    assert grey.max() <= 1
    assert (np.diff(grey) >= 0).all()


@given(
    first=st.integers(-32768, 65535),
    entries=st.lists(st.integers(0, 65535), min_size=1, max_size=50),
)
def test_every_table_is_finite_and_clamped(first: int, entries: list[int]) -> None:
    table = _table(first, entries, max(*entries, 1))

    grey = display.apply_voi(np.arange(-40000.0, 70000.0, 7.3), table)

    assert np.isfinite(grey).all()
    assert grey.min() >= 0
    assert grey.max() <= 1
    assert grey[0] == pytest.approx(entries[0] / table.top)
    assert grey[-1] == pytest.approx(entries[-1] / table.top)
