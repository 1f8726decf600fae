"""The picture of the view as a file."""

from pathlib import Path

import pytest
from PySide6.QtGui import QImageReader
from pytestqt.qtbot import QtBot

from cxrviewer.core.analysis import NOTICE
from cxrviewer.ui.main_window import MainWindow
from tests.ui.opening import SECONDS, open_film

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


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
