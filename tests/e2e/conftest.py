"""A real window on a real X display, with both children running."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cxrviewer.core.settings import Settings
from cxrviewer.ui import theme
from cxrviewer.ui.lasting_none import keep_none
from cxrviewer.ui.main_window import MainWindow

# torch is imported by a child on a machine that may be busy.
LONG = 120_000


@pytest.fixture(autouse=True, scope="module")
def tidied(collected_here: None) -> None:
    """Destroy what is left of windows on this thread alone."""


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> Iterator[MainWindow]:
    """Show the program's window; skips where Qt does not draw on an X display."""
    if QGuiApplication.platformName() != "xcb":
        pytest.skip("needs a real X display: run under xvfb-run with QT_QPA_PLATFORM=xcb")
    keep_none()
    theme.apply(qapp)
    shown = MainWindow(Settings(acknowledged="1"))
    qtbot.addWidget(shown)
    shown.setGeometry(0, 0, 1280, 800)
    with qtbot.waitExposed(shown):
        shown.show()
    yield shown
    shown.close()


def drop(window: MainWindow, *files: Path) -> None:
    """Drop files on the middle of the window, as the window system would."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    middle = QPointF(window.width() / 2, window.height() / 2)
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(middle, Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    event = QDropEvent(middle, Qt.DropAction.CopyAction, data, buttons, keys)
    QApplication.sendEvent(window, event)
    assert event.isAccepted()
