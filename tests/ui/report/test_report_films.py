"""The films behind a report: by cell, worst first, and each explained by the run's own model."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from cxrviewer.core.analysis import Analysis
from cxrviewer.ui.film_session import FilmSession
from cxrviewer.ui.widgets.report_view import ReportView
from tests.ui.made_runs import CLASSES, FILMS, finished_run

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

_LONG = 60_000


def test_every_count_of_the_matrix_is_that_of_the_predictions(shown: ReportView) -> None:
    for row, actual in enumerate(CLASSES):
        for column, called in enumerate(CLASSES):
            expected = sum(film[:2] == (actual, called) for film in FILMS)
            cell = shown.page.matrix.cells[row, column]
            assert cell.count == expected
            assert cell.isEnabled() == (expected > 0)
            if expected:
                assert f"{expected} films of {actual}, called {called}" in cell.toolTip()


def test_a_click_on_a_cell_shows_exactly_its_films(
    shown: ReportView, films: list[Path], qtbot: QtBot
) -> None:
    shown.page.matrix.cells[1, 0].click()
    tiles = shown.page.tiles
    assert [film.path for film in tiles.films] == [films[0], films[2]]
    assert "2 films of bacterial, called normal" in shown.page.tiles_title.text()
    item = tiles.item(0)
    assert item is not None
    assert item.text() == "is bacterial\ncalled normal\n0.90"
    shown.page.matrix.cells[2, 1].click()
    assert [film.path for film in tiles.films] == [films[1]]


def test_the_worst_errors_come_first_and_get_their_thumbnails(
    shown: ReportView, films: list[Path], qtbot: QtBot
) -> None:
    tiles = shown.page.tiles
    assert [film.path for film in tiles.films] == films[:3]
    with qtbot.waitSignal(shown.session.thumbnail_made, timeout=_LONG) as made:
        tiles.show_films(tiles.films)
    path, image = made.args
    assert path in films
    assert isinstance(image, QImage)


def test_a_film_that_is_gone_is_told_in_its_place(
    shown: ReportView, films: list[Path], qtbot: QtBot
) -> None:
    films[0].unlink()
    shown.page.matrix.cells[1, 0].click()
    first = shown.page.tiles.item(0)
    assert first is not None
    qtbot.waitUntil(lambda: "cannot be read" in first.text(), timeout=_LONG)


@pytest.mark.slow
def test_a_film_of_a_cell_is_explained_by_the_runs_own_model(
    view: ReportView, tmp_path: Path, qtbot: QtBot, bundled_model: Path, phantom_film: Path
) -> None:
    run = finished_run(tmp_path / "run", [phantom_film] * len(FILMS))
    shutil.copytree(bundled_model, run / "bundle")
    view.show_run(run)
    qtbot.waitUntil(lambda: view.results is not None, timeout=_LONG)
    assert view.page.decision.isVisible()
    assert view.page.banner.accessibleName().startswith("Trained here, not validated: Research")
    view.page.matrix.cells[1, 0].click()
    view.page.tiles.setCurrentRow(0)
    inspector = view.page.inspector
    # The phantom shows no pneumonia, and the model's map of it has no place.
    qtbot.waitUntil(lambda: "no localised evidence" in inspector.text, timeout=_LONG)
    assert inspector.view.heat_map is None
    assert "is bacterial, called normal" in inspector.text
    with qtbot.waitSignal(view.film_wanted) as wanted:
        inspector.open_button.click()
    assert wanted.args == [phantom_film]


@pytest.fixture
def bundled_model() -> Path:
    from cxrviewer.core import paths

    return paths.bundled_models_dir() / "pediatric-pneumonia"


@pytest.fixture
def phantom_film(tmp_path: Path) -> Path:
    from cxrviewer.processes.phantom_process import draw_phantom

    film = tmp_path / "phantom.dcm"
    draw_phantom(film)
    return film


def test_an_answer_about_the_film_before_is_dropped_while_the_next_is_read(
    shown: ReportView, analysis: Analysis
) -> None:
    assert shown.results is not None
    inspector = shown.page.inspector
    inspector.wait(shown.results.predictions[0])
    inspector.show_analysis(analysis, None)
    assert inspector.view.heat_map is None
    assert "computing the heat map" in inspector.text


def test_a_film_of_another_runs_report_never_comes_late(
    shown: ReportView, films: list[Path], qtbot: QtBot, tmp_path: Path
) -> None:
    other = finished_run(tmp_path / "other", films)
    shown.session.show_film(films[0], model="pediatric-pneumonia", room=(64, 64))
    before = shown.session.findChild(FilmSession)
    shown.show_run(other)
    with qtbot.assertNotEmitted(shown.session.film_refused):
        before.film_refused.emit(films[0], "It came late.")
    qtbot.waitUntil(lambda: shown.results is not None, timeout=_LONG)


def test_a_film_the_keyboard_comes_by_is_opened_by_space(shown: ReportView, qtbot: QtBot) -> None:
    tiles = shown.page.tiles
    shown.activateWindow()
    with qtbot.assertNotEmitted(tiles.film_chosen):
        tiles.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(tiles.hasFocus)
    with qtbot.waitSignal(tiles.film_chosen) as first:
        qtbot.keyClick(tiles, Qt.Key.Key_Space)
    with qtbot.waitSignal(tiles.film_chosen) as second:
        qtbot.keyClick(tiles, Qt.Key.Key_Right)
    assert [first.args[0], second.args[0]] == list(tiles.films[:2])
