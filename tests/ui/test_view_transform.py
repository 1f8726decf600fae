"""Where a film stands in its view."""

import numpy as np
import pytest

from cxrviewer.ui.widgets.view_transform import ViewTransform


@pytest.fixture
def view() -> ViewTransform:
    return ViewTransform(columns=2000, rows=3000, width=800, height=600).fitted()


def test_fit_shows_the_whole_film_centred(view: ViewTransform) -> None:
    assert view.scale == pytest.approx(0.2)
    assert view.to_view(0, 0) == pytest.approx((200, 0))
    assert view.to_view(2000, 3000) == pytest.approx((600, 600))


def test_fit_minds_pixels_taller_than_wide() -> None:
    view = ViewTransform(columns=100, rows=100, aspect=2.0, width=400, height=400).fitted()
    assert view.scale == pytest.approx(2.0)
    assert view.scale_y == pytest.approx(4.0)
    assert view.to_view(100, 100) == pytest.approx((300, 400))


def test_zoom_keeps_the_point_under_the_cursor(view: ViewTransform) -> None:
    rng = np.random.default_rng(1)
    for _ in range(2000):
        x, y = rng.uniform(0, 800), rng.uniform(0, 600)
        before = view.to_film(x, y)
        view = view.zoomed(x, y, factor=float(rng.choice([1.2, 1 / 1.2, 1.01, 3.0, 0.3])))
        assert view.to_view(*before) == pytest.approx((x, y), abs=0.01)


def test_zoom_has_limits(view: ViewTransform) -> None:
    assert view.zoomed(0, 0, factor=1e9).scale == 64.0
    assert view.zoomed(0, 0, factor=1e-9).scale == pytest.approx(0.05)


def test_actual_size_is_one_to_one_about_the_middle(view: ViewTransform) -> None:
    actual = view.actual()
    assert actual.scale == pytest.approx(1.0)
    assert actual.to_film(400, 300) == pytest.approx(view.to_film(400, 300))


def test_some_of_the_film_stays_in_the_view(view: ViewTransform) -> None:
    for dx, dy in ((1e6, 0), (-1e6, 0), (0, 1e6), (0, -1e6)):
        left, top = view.panned(dx, dy).to_view(0, 0)
        right, bottom = view.panned(dx, dy).to_view(2000, 3000)
        assert left < 800 and top < 600 and right > 0 and bottom > 0


def test_another_size_of_view_keeps_the_middle(view: ViewTransform) -> None:
    middle = view.to_film(400, 300)
    assert view.resized(1000, 500).to_film(500, 250) == pytest.approx(middle)
