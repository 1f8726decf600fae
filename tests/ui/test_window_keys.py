"""Keys of the window, and those that a control keeps for itself."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from cxrviewer.core.analysis import Analysis
from cxrviewer.ui.main_window import MainWindow
from cxrviewer.ui.widgets.choice_box import ChoiceBox
from tests.ui.opening import open_film

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


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


def test_digits_typed_as_a_share_are_no_keys_of_the_film(
    window: MainWindow, qtbot: QtBot, pictures: list[Path], analysis: Analysis
) -> None:
    open_film(qtbot, window, pictures[0])
    window.viewer.findings.show_analysis(analysis, accepted=False)
    zoom, share = window.viewer.film_view.zoom, window.viewer.findings.operating.share
    qtbot.mouseClick(share, Qt.MouseButton.LeftButton)
    assert window.focusWidget() is share
    qtbot.keyClicks(share, "1")
    assert share.text() == "1"
    assert window.viewer.film_view.zoom == zoom
    qtbot.keyClick(share, Qt.Key.Key_Return)
    assert window.focusWidget() is not share
    qtbot.keyClick(window, Qt.Key.Key_1)
    assert window.viewer.film_view.zoom != zoom
