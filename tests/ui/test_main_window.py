"""The window with its real reader child."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImageReader
from PySide6.QtWidgets import QApplication, QCheckBox, QFrame
from pytestqt.qtbot import QtBot

from cxrviewer.core import settings
from cxrviewer.core.analysis import NOTICE, Analysis, Status
from cxrviewer.core.film import Film
from cxrviewer.ui.main_window import MainWindow
from cxrviewer.ui.widgets.acknowledgement import NOTICE_VERSION, Acknowledgement
from cxrviewer.ui.widgets.choice_box import ChoiceBox
from cxrviewer.ui.widgets.film_list import FilmState

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

SECONDS = 30_000


def open_film(qtbot: QtBot, window: MainWindow, path: Path) -> Film:
    with qtbot.waitSignal(window.viewer.film_shown, timeout=SECONDS) as shown:
        window.open_films([path])
    return shown.args[0]


def states(window: MainWindow) -> list[FilmState]:
    return [entry.state for entry in window.viewer.films.entries]


def test_a_film_is_shown_with_its_numbers(
    window: MainWindow, qtbot: QtBot, pictures: list[Path]
) -> None:
    film = open_film(qtbot, window, pictures[0])
    assert film.path == pictures[0]
    assert window.viewer.film_view.film is film
    assert window.viewer.film_view.isVisible()
    assert "64 x 64" in window.viewer.status.findChild(object, "film_numbers").text()
    assert "first.png" in window.windowTitle()


def test_without_a_model_the_film_is_there_and_the_findings_say_why(
    window: MainWindow, qtbot: QtBot, pictures: list[Path]
) -> None:
    open_film(qtbot, window, pictures[0])
    assert window.viewer.status.model_text == "No model"
    assert "none-installed" in window.viewer.findings.reason
    assert not window.viewer.findings.scores_shown


def test_a_dropped_folder_joins_the_strip_and_shows_its_first_film(
    window: MainWindow, qtbot: QtBot, pictures: list[Path]
) -> None:
    (pictures[0].parent / "notes.txt").write_text("no film")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(pictures[0].parent))])
    rest = (
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window, QDragEnterEvent(QPointF(5, 5), *rest))
    assert window.viewer.findChild(QFrame, "drop_frame").isVisible()
    event = QDropEvent(QPointF(5, 5), *rest)
    with qtbot.waitSignal(window.viewer.session.film_refused, timeout=SECONDS):
        QApplication.sendEvent(window, event)
    assert not window.viewer.findChild(QFrame, "drop_frame").isVisible()
    names = [entry.path.name for entry in window.viewer.films.entries]
    assert names == ["broken.png", "first.png", "second.png"]
    assert states(window) == [FilmState.REFUSED, FilmState.WAITING, FilmState.WAITING]
    with qtbot.waitSignal(window.viewer.film_shown, timeout=SECONDS):
        qtbot.keyClick(window, Qt.Key.Key_Right)
    assert window.viewer.film_view.film.path.name == "first.png"


def test_a_bad_file_costs_a_message_and_not_the_view(
    window: MainWindow, qtbot: QtBot, pictures: list[Path], analysis: Analysis
) -> None:
    film = open_film(qtbot, window, pictures[0])
    window.viewer.session.analysed.emit(analysis, None)
    with qtbot.waitSignal(window.viewer.session.film_refused, timeout=SECONDS):
        window.open_films([pictures[2]])
    assert window.viewer.film_view.film is film
    assert window.viewer.findings.analysis is analysis
    assert "broken.png" in window.viewer.messages.text
    assert states(window)[1] is FilmState.REFUSED
    assert open_film(qtbot, window, pictures[1]).path == pictures[1]


def test_the_strip_marks_the_film_in_the_view_and_not_the_refused_one(
    window: MainWindow, qtbot: QtBot, pictures: list[Path]
) -> None:
    open_film(qtbot, window, pictures[0])
    with qtbot.waitSignal(window.viewer.session.film_refused, timeout=SECONDS):
        window.open_films([pictures[2]])
    marked = [entry.path for entry in window.viewer.films.entries if entry.on_screen]
    assert marked == [pictures[0]]
    open_film(qtbot, window, pictures[1])
    marked = [entry.path for entry in window.viewer.films.entries if entry.on_screen]
    assert marked == [pictures[1]]


@pytest.mark.parametrize("name", ["missing.dcm", "empty.dcm", "text.dcm"])
def test_every_bad_file_is_one_sentence(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    (tmp_path / "empty.dcm").touch()
    (tmp_path / "text.dcm").write_text("no film at all")
    with qtbot.waitSignal(window.viewer.session.film_refused, timeout=SECONDS) as refused:
        window.open_films([tmp_path / name])
    sentence = refused.args[1]
    assert name in sentence
    assert "Traceback" not in sentence
    assert window.viewer.messages.text == sentence


def test_a_folder_without_films_is_one_sentence(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with qtbot.waitSignal(window.viewer.session.files_found, timeout=SECONDS):
        window.open_films([empty])
    assert "no film in empty" in window.viewer.messages.text


def test_the_newest_request_wins(window: MainWindow, qtbot: QtBot, pictures: list[Path]) -> None:
    shown: list[Film] = []
    window.viewer.film_shown.connect(shown.append)
    session = window.viewer.session
    with qtbot.waitSignal(window.viewer.film_shown, timeout=SECONDS):
        for _ in range(5):
            session.open_film(pictures[0], room=(100, 100))
        session.open_film(pictures[1], room=(100, 100))
    assert [film.path for film in shown] == [pictures[1]]


def test_results_go_the_moment_another_film_is_shown(
    window: MainWindow, qtbot: QtBot, pictures: list[Path], analysis: Analysis
) -> None:
    viewer = window.viewer
    seen: list[tuple[bool, bool]] = []
    open_film(qtbot, window, pictures[0])
    viewer.session.analysed.emit(analysis, None)
    assert viewer.findings.scores_shown
    assert viewer.film_view.heat_map is analysis.heat_map
    viewer.film_shown.connect(
        lambda _: seen.append((viewer.findings.scores_shown, viewer.film_view.heat_map is None))
    )
    open_film(qtbot, window, pictures[1])
    assert seen == [(False, True)]


def test_a_warned_film_shows_neither_scores_nor_map_until_asked_for(
    window: MainWindow, qtbot: QtBot, pictures: list[Path], analysis: Analysis
) -> None:
    open_film(qtbot, window, pictures[0])
    viewer = window.viewer
    viewer.session.analysed.emit(replace(analysis, status=Status.WARN, reason="Adult."), None)
    assert not viewer.findings.scores_shown
    assert viewer.film_view.heat_map is None
    assert states(window) == [FilmState.WARNED]
    viewer.findings.warning.button.click()
    assert viewer.findings.scores_shown
    assert viewer.film_view.heat_map is analysis.heat_map


def test_a_map_without_evidence_is_named_and_not_drawn(
    window: MainWindow, qtbot: QtBot, pictures: list[Path], analysis: Analysis
) -> None:
    open_film(qtbot, window, pictures[0])
    flawed = replace(analysis.heat_map, flaw="the map is flat")
    window.viewer.session.analysed.emit(replace(analysis, heat_map=flawed), None)
    assert window.viewer.film_view.heat_map is None
    assert window.viewer.heat_map_panel.text == "no localised evidence: the map is flat"
    assert window.viewer.findings.scores_shown


def test_a_killed_reader_is_replaced(
    window: MainWindow, qtbot: QtBot, pictures: list[Path]
) -> None:
    film = open_film(qtbot, window, pictures[0])
    before = window.viewer.session.reader_pid
    os.kill(before, signal.SIGKILL)
    qtbot.waitUntil(
        lambda: before not in [child.pid for child in multiprocessing.active_children()]
    )
    assert window.viewer.film_view.film is film
    open_film(qtbot, window, pictures[1])
    assert window.viewer.session.reader_pid != before


def test_the_export_is_the_view_with_the_notice(
    window: MainWindow, qtbot: QtBot, pictures: list[Path], tmp_path: Path
) -> None:
    open_film(qtbot, window, pictures[0])
    with qtbot.waitSignal(window.viewer.session.picture_saved, timeout=SECONDS):
        window.commands.export_picture(tmp_path / "out.png")
    reader = QImageReader(str(tmp_path / "out.png"))
    assert NOTICE in [reader.text(key) for key in reader.textKeys()]
    picture = reader.read()
    view = window.viewer.film_view
    assert picture.width() == view.width()
    assert picture.height() > view.height()
    shot = view.grab().toImage()
    for x, y in ((10, 10), (view.width() // 2, view.height() // 2)):
        assert picture.pixelColor(x, y) == shot.pixelColor(x, y)


def test_an_export_never_takes_the_place_of_a_film(
    window: MainWindow, qtbot: QtBot, pictures: list[Path]
) -> None:
    open_film(qtbot, window, pictures[0])
    before = pictures[0].read_bytes()
    window.commands.export_picture(pictures[0])
    assert "is the film itself" in window.viewer.messages.text
    assert pictures[0].read_bytes() == before


def test_an_export_that_cannot_be_written_is_one_sentence(
    window: MainWindow, qtbot: QtBot, pictures: list[Path], tmp_path: Path
) -> None:
    open_film(qtbot, window, pictures[0])
    with qtbot.waitSignal(window.viewer.session.errand_failed, timeout=SECONDS) as failed:
        window.commands.export_picture(tmp_path / "no-such-folder" / "out.png")
    assert failed.args[0] == window.viewer.messages.text
    assert not (tmp_path / "no-such-folder").exists()


def test_a_tap_of_o_toggles_the_overlay_and_holding_it_hides_it(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel, clock = window.viewer.heat_map_panel, [100.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    qtbot.keyClick(window, Qt.Key.Key_O)
    assert not panel.overlay_shown
    qtbot.keyClick(window, Qt.Key.Key_O)
    assert panel.overlay_shown
    qtbot.keyPress(window, Qt.Key.Key_O)
    assert not panel.overlay_shown
    clock[0] += 2.0
    qtbot.keyRelease(window, Qt.Key.Key_O)
    assert panel.overlay_shown


def test_brackets_step_the_opacity(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.viewer.heat_map_panel
    panel.opacity = 40
    qtbot.keyClick(window, Qt.Key.Key_BracketRight)
    assert panel.opacity == 45
    qtbot.keyClick(window, Qt.Key.Key_BracketLeft)
    assert panel.opacity == 40


def test_hiding_the_panels_keeps_the_zoom(
    window: MainWindow, qtbot: QtBot, pictures: list[Path]
) -> None:
    open_film(qtbot, window, pictures[0])
    window.viewer.film_view.zoom_by(2.0)
    zoom = window.viewer.film_view.zoom
    qtbot.keyClick(window, Qt.Key.Key_F9)
    assert not window.viewer.strip.isVisible()
    assert window.viewer.film_view.zoom == zoom


def test_the_notice_is_always_there(window: MainWindow) -> None:
    assert window.viewer.status.findChild(object, "notice").text() == NOTICE
    notice = window.viewer.status.findChild(object, "notice")
    assert window.rect().contains(notice.mapTo(window, QPoint(notice.width(), 0)))


def test_the_acknowledgement_is_asked_for_once(window: MainWindow) -> None:
    window.ask_acknowledgement()
    dialog = window.findChild(Acknowledgement)
    dialog.accept()
    assert settings.load().acknowledged == NOTICE_VERSION


@pytest.mark.parametrize("answer", [Acknowledgement.reject, Acknowledgement.close])
def test_who_does_not_acknowledge_leaves(
    window: MainWindow, answer: Callable[[Acknowledgement], object]
) -> None:
    window.ask_acknowledgement()
    answer(window.findChild(Acknowledgement))
    assert not window.isVisible()
    assert settings.load().acknowledged == ""


def test_the_names_stand_below_a_message(
    window: MainWindow, qtbot: QtBot, pictures: list[Path]
) -> None:
    open_film(qtbot, window, pictures[0])
    view = window.viewer.film_view
    clear = view.grab().toImage()
    window.tell("The film is damaged.")
    assert view.grab().toImage() != clear
    window.viewer.messages.dismiss()
    assert view.grab().toImage() == clear


def test_space_presses_the_button_that_has_the_focus(window: MainWindow, qtbot: QtBot) -> None:
    box = window.viewer.findChild(QCheckBox, "overlay_shown")
    box.setEnabled(True)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert not box.isChecked()


def test_arrows_step_the_choice_that_has_the_focus(window: MainWindow, qtbot: QtBot) -> None:
    box = window.viewer.findChildren(ChoiceBox)[-1]
    box.setEnabled(True)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.currentIndex() == 1


def test_no_text_widens_the_window(window: MainWindow) -> None:
    least = window.viewer.status.minimumSizeHint().width()
    window.viewer.status.set_film("4000 x 4000   W 4096  L 2048   zoom 100 %" * 4)
    window.viewer.status.set_model("a model with a long name and a long device " * 4)
    assert window.viewer.status.minimumSizeHint().width() == least


def test_what_was_chosen_is_kept_and_nothing_is_left_running(
    window: MainWindow, qtbot: QtBot, pictures: list[Path]
) -> None:
    open_film(qtbot, window, pictures[0])
    window.viewer.heat_map_panel.opacity = 65
    window.close()
    kept = settings.load()
    assert kept.overlay_opacity == 65
    assert kept.recent == (str(pictures[0]),)
    assert multiprocessing.active_children() == []
