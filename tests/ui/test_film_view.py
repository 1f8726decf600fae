"""The film view: what is painted, and what mouse and wheel do."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cxrviewer.core.analysis import HeatMap
from cxrviewer.core.film import Array, Film, Spacing, Window
from cxrviewer.imaging import display, overlay
from cxrviewer.ui.qimage import rgb_array
from cxrviewer.ui.widgets.film_layers import FilmLayers
from cxrviewer.ui.widgets.film_tools import Tool
from cxrviewer.ui.widgets.film_view import FilmView


def painted(view: FilmView) -> Array:
    return rgb_array(view.grab().toImage()).astype(int)


def test_actual_size_paints_the_greys_of_the_display_chain(film_view: FilmView) -> None:
    film_view.show_actual_size()
    grey, view = display.render(film_view.film), film_view.transform
    left, top = round(view.x), round(view.y)
    shown = painted(film_view)[top : top + 300, left : left + 200]
    assert (shown == grey[..., None]).all()


def test_outside_the_film_is_black(film_view: FilmView) -> None:
    assert (painted(film_view)[:, :90] == 0).all()


def test_opacity_zero_is_pixel_identical_to_the_film(
    film_view: FilmView, heat_map: HeatMap
) -> None:
    bare = painted(film_view)
    film_view.show_heat_map(heat_map)
    film_view.set_opacity(0.4)
    assert (painted(film_view) != bare).any()
    film_view.set_opacity(0.0)
    assert (painted(film_view) == bare).all()


def test_overlay_off_is_pixel_identical_to_the_film(film_view: FilmView, heat_map: HeatMap) -> None:
    bare = painted(film_view)
    film_view.show_heat_map(heat_map)
    film_view.set_overlay_shown(False)
    assert (painted(film_view) == bare).all()


def test_a_map_with_a_flaw_is_never_drawn(film_view: FilmView, heat_map: HeatMap) -> None:
    bare = painted(film_view)
    film_view.show_heat_map(replace(heat_map, flaw="the map is flat"))
    assert film_view.heat_map is None
    assert (painted(film_view) == bare).all()


@pytest.mark.parametrize("opacity", [0.4, 1.0])
def test_the_overlay_is_the_blend_of_film_and_map(
    film_view: FilmView, heat_map: HeatMap, opacity: float
) -> None:
    film_view.show_actual_size()
    film_view.show_heat_map(heat_map)
    film_view.set_opacity(opacity)
    view = film_view.transform
    left, top = round(view.x), round(view.y)
    shown = painted(film_view)[top : top + 300, left : left + 200]
    heat = overlay.heat_in_film(heat_map, rows=300, columns=200)
    wanted = overlay.blend(display.render(film_view.film), heat, opacity=opacity).astype(int)
    assert abs(shown - wanted).max() <= 3


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0, 10.0])
def test_the_hot_spot_stays_at_its_place_at_every_zoom(
    film_view: FilmView, heat_map: HeatMap, scale: float
) -> None:
    view = film_view.transform
    film_view.zoom_by(scale / view.scale)
    bare = painted(film_view)
    film_view.show_heat_map(heat_map)
    film_view.set_opacity(1.0)
    changed = np.abs(painted(film_view) - bare).sum(axis=2)
    # The cell in row 2, column 3 of 7 x 7 has its centre here.
    x, y = film_view.transform.to_view(3.5 / 7 * 200, 2.5 / 7 * 300)
    inside = 0 <= x < 400 and 0 <= y < 300
    assert not inside or changed[int(y), int(x)] > 0
    assert changed[0, 0] == 0 or scale == 10.0


def test_the_wheel_keeps_the_point_under_the_cursor(film_view: FilmView) -> None:
    at = QPointF(180, 120)
    before = film_view.transform.to_film(at.x(), at.y())
    for notches in (1, 1, 1, -1, 2, -3):
        event = QWheelEvent(
            at,
            film_view.mapToGlobal(at),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(film_view, event)
        x, y = film_view.transform.to_view(*before)
        assert abs(x - at.x()) < 0.5
        assert abs(y - at.y()) < 0.5


def drag(qtbot: QtBot, view: FilmView, *, by: QPoint, button: Qt.MouseButton) -> None:
    begin = QPoint(100, 100)
    qtbot.mousePress(view, button, pos=begin)
    for share in (0.25, 0.5, 1.0):
        qtbot.mouseMove(view, begin + by * share)
    qtbot.mouseRelease(view, button, pos=begin + by)


def test_a_left_drag_changes_window_and_level(film_view: FilmView, qtbot: QtBot) -> None:
    film_view.set_voi(Window(centre=2000.0, width=1000.0))
    drag(qtbot, film_view, by=QPoint(100, 40), button=Qt.MouseButton.LeftButton)
    assert film_view.voi.width == pytest.approx(1400.0)
    assert film_view.voi.centre == pytest.approx(1840.0)


def test_down_is_brighter(film_view: FilmView, qtbot: QtBot) -> None:
    before = painted(film_view).mean()
    drag(qtbot, film_view, by=QPoint(0, 100), button=Qt.MouseButton.LeftButton)
    assert painted(film_view).mean() > before


@pytest.mark.parametrize("button", [Qt.MouseButton.MiddleButton, Qt.MouseButton.LeftButton])
def test_a_pan_moves_the_film(film_view: FilmView, qtbot: QtBot, button: Qt.MouseButton) -> None:
    film_view.set_tool(Tool.PAN)
    view = film_view.transform
    drag(qtbot, film_view, by=QPoint(30, -20), button=button)
    assert (film_view.transform.x, film_view.transform.y) == (view.x + 30, view.y - 20)


def test_invert_swaps_black_and_white_and_reset_takes_it_back(film_view: FilmView) -> None:
    before = painted(film_view)
    film_view.invert()
    film_view.show_actual_size()
    film_view.reset()
    assert not film_view.inverted
    assert (painted(film_view) == before).all()


def test_a_fitted_film_stays_fitted_and_a_zoomed_one_keeps_its_zoom(film_view: FilmView) -> None:
    film_view.resize(800, 600)
    assert film_view.zoom == pytest.approx(2.0)
    film_view.show_actual_size()
    film_view.resize(500, 500)
    assert film_view.zoom == pytest.approx(1.0)


def test_tall_pixels_are_shown_tall(qtbot: QtBot, make_film: Callable[..., Film]) -> None:
    view = FilmView()
    view.set_texts_shown(False)
    qtbot.addWidget(view)
    view.resize(400, 400)
    film = make_film(rows=100, columns=100, spacing=Spacing(row=0.4, column=0.2))
    view.show_film(FilmLayers(film))
    lit = painted(view)[..., 0] > 0
    assert lit.any(axis=0).sum() == pytest.approx(200, abs=2)
    assert lit.any(axis=1).sum() == pytest.approx(400, abs=2)


def test_the_probe_names_the_pixel_under_the_mouse(film_view: FilmView, qtbot: QtBot) -> None:
    film_view.show_actual_size()
    with qtbot.waitSignal(film_view.probed) as probe:
        qtbot.mouseMove(film_view, QPoint(150, 100))
    column, row = film_view.transform.to_film(150, 100)
    assert probe.args == [int(column), int(row)]
