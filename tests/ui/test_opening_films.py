"""Films on their way into the window, with its real reader child."""

import multiprocessing
import os
import signal
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFrame
from pytestqt.qtbot import QtBot

from cxrviewer.core.analysis import Analysis
from cxrviewer.core.film import Film
from cxrviewer.ui.main_window import MainWindow
from cxrviewer.ui.widgets.film_list import FilmState
from tests.ui.opening import SECONDS, open_film, states

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_a_film_is_shown_with_its_numbers(
    window: MainWindow, qtbot: QtBot, pictures: list[Path]
) -> None:
    film = open_film(qtbot, window, pictures[0])
    assert film.path == pictures[0]
    assert window.viewer.film_view.film is film
    assert window.viewer.film_view.isVisible()
    assert "64 x 64" in window.viewer.status.findChild(object, "film_numbers").text()
    assert "first.png" in window.windowTitle()


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
