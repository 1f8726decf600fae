"""The window itself: its notice, its words, and what it keeps."""

import multiprocessing
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from cxrviewer.core import settings
from cxrviewer.core.analysis import NOTICE
from cxrviewer.ui.main_window import MainWindow
from cxrviewer.ui.widgets.acknowledgement import NOTICE_VERSION, Acknowledgement
from tests.ui.opening import open_film

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


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
    window.viewer.findings.operating.restore("balanced", {"m/mass": 0.1})
    window.viewer.findings.operating.switch.choose("screening")
    window.close()
    kept = settings.load()
    assert kept.overlay_opacity == 65
    assert kept.operating_point == "screening"
    assert kept.prevalences == {"m/mass": 0.1}
    assert kept.recent == (str(pictures[0]),)
    assert multiprocessing.active_children() == []
