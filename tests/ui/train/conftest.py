"""The Train tab in its window, and small drawn films."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cxrviewer.ui.main_window import MainWindow
from cxrviewer.ui.train_tab import TrainTab
from tests.learning.class_folders import write_films
from tests.ui.train.steps import LONG


@pytest.fixture
def films(tmp_path: Path) -> Path:
    return write_films(tmp_path / "films", patients=6, films=2)


@pytest.fixture
def train(window: MainWindow, qtbot: QtBot) -> Iterator[TrainTab]:
    """Show the tab; a training that still runs is ended, so that the window can close."""
    window.show_tab("train")
    yield window.train
    if window.isVisible() and window.train.session.state.running:
        window.train.session.stop()
        qtbot.waitUntil(lambda: not window.train.session.state.running, timeout=LONG)
