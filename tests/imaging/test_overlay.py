"""Heat maps in the geometry of the film."""

import numpy as np
import pytest

from cxrviewer.core.analysis import HeatMap
from cxrviewer.core.film import Array
from cxrviewer.imaging import overlay
from cxrviewer.imaging.colormap import heat_colours, inferno


def _heat_map(values: Array, region: tuple[float, float, float, float]) -> HeatMap:
    return HeatMap(values=values, region=region, label="a", method="gradcam", layer="last")


@pytest.fixture
def heat_map() -> HeatMap:
    values = np.random.default_rng(1).random((7, 5), dtype=np.float32)
    return _heat_map(values, (0, 0, 280, 100))


def test_the_map_stands_still_under_resampling() -> None:
    values = np.zeros((4, 4), dtype=np.float32)
    values[1, 2] = 1

    heat = overlay.heat_in_film(_heat_map(values, (0, 0, 40, 80)), rows=40, columns=80)

    # The cell's centre: row 1.5 of 4 and column 2.5 of 4.
    rows, columns = np.indices(heat.shape)
    assert (rows * heat).sum() / heat.sum() == pytest.approx(1.5 * 10 - 0.5)
    assert (columns * heat).sum() / heat.sum() == pytest.approx(2.5 * 20 - 0.5)


def test_bilinear_with_half_pixel_centres(heat_map: HeatMap) -> None:
    heat = overlay.heat_in_film(heat_map, rows=280, columns=100)

    assert heat.dtype == np.float32
    assert heat[20, 10] == pytest.approx(
        0.25 * 0 + np.interp(20.5 / 40 - 0.5, range(7), heat_map.values[:, 0]), abs=0.02
    )
    assert heat[0, 0] == heat_map.values[0, 0]
    assert heat[-1, -1] == heat_map.values[-1, -1]


def test_nothing_outside_the_region() -> None:
    heat = overlay.heat_in_film(
        _heat_map(np.ones((3, 3), dtype=np.float32), (10, 20, 30, 40)), rows=50, columns=60
    )

    assert heat[10:30, 20:40].min() == 1
    assert heat.sum() == 20 * 20


def test_a_view_shows_the_same_map_as_the_film(heat_map: HeatMap) -> None:
    whole = overlay.heat_in_film(heat_map, rows=280, columns=100)

    part = overlay.heat_in_view(heat_map, view=(40, 30, 90, 80), rows=50, columns=50)

    assert np.allclose(part, whole[40:90, 30:80], atol=1e-6)


def test_a_view_larger_than_the_film_is_empty_beside_it(heat_map: HeatMap) -> None:
    heat = overlay.heat_in_view(heat_map, view=(-280, -100, 560, 200), rows=84, columns=30)

    assert not heat[:28].any()
    assert not heat[:, 20:].any()
    assert heat[28:56, 10:20].any()


def test_a_map_of_one_cell() -> None:
    heat = overlay.heat_in_film(
        _heat_map(np.full((1, 1), 0.5, np.float32), (0, 0, 4, 4)), rows=4, columns=4
    )

    assert (heat == 0.5).all()


def test_opacity_0_is_the_film() -> None:
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16)

    blended = overlay.blend(grey, np.ones((16, 16), np.float32), opacity=0)

    assert np.array_equal(blended, np.stack([grey] * 3, axis=2))


def test_where_there_is_no_heat_the_film_stands() -> None:
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16)
    heat = np.zeros((16, 16), np.float32)
    heat[8, 8] = 1

    blended = overlay.blend(grey, heat, opacity=1)

    assert (blended[8, 8] == inferno()[255]).all()
    blended[8, 8] = grey[8, 8]
    assert np.array_equal(blended, np.stack([grey] * 3, axis=2))


def test_more_opacity_shows_more_heat() -> None:
    grey = np.zeros((1, 1), np.uint8)
    heat = np.ones((1, 1), np.float32)

    shades = [int(overlay.blend(grey, heat, opacity=x).sum()) for x in (0, 0.25, 0.5, 1)]

    assert shades == sorted(set(shades))


def test_the_colours_rise_in_lightness_and_alpha() -> None:
    lightness = inferno().astype(float) @ [0.299, 0.587, 0.114]

    assert (np.diff(lightness) > -1).all()
    assert heat_colours()[0, 3] == 0
    assert heat_colours()[255, 3] == 255
    assert (np.diff(heat_colours()[:, 3].astype(int)) >= 0).all()
