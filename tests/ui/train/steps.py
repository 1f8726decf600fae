"""What a person does in the Train tab, and waiting for what comes of it."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cxrviewer.ui.main_window import MainWindow
from cxrviewer.ui.train_tab import TrainTab
from cxrviewer.ui.training_state import Stage

# torch is imported by a child on a machine that may be busy.
LONG = 120_000


def reach(qtbot: QtBot, train: TrainTab, *stages: Stage) -> Stage:
    qtbot.waitUntil(lambda: train.session.state.stage in stages, timeout=LONG)
    return train.session.state.stage


def choose(qtbot: QtBot, train: TrainTab, data: Path) -> None:
    train.choose_data(data)
    assert reach(qtbot, train, Stage.READY, Stage.PROBLEM) is Stage.READY


def make_small(train: TrainTab, *, epochs: str) -> None:
    """Ask for a training of seconds."""
    for key, text in {"epochs": epochs, "input_size": "64", "batch_size": "8"}.items():
        train.drawer.rows[key].set_text(text)


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    rest = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton)
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPointF(9, 99), *rest, none))
    QApplication.sendEvent(window, QDropEvent(QPointF(9, 99), *rest, none))
