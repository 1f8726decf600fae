"""The Train tab in its window: tools, messages, room, and the way out."""

import multiprocessing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

from cxrviewer.core import settings
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.run_files import CHECKPOINT
from cxrviewer.ui.main_window import MainWindow
from cxrviewer.ui.train_tab import TrainTab
from cxrviewer.ui.widgets.question import Question
from tests.ui.train.steps import LONG, choose, make_small

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_the_tabs_have_their_own_tools_and_keys(window: MainWindow, qtbot: QtBot) -> None:
    actions = window.actions_by_name
    assert window.tab == "viewer"
    assert actions["invert"].isVisible()
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.tab == "train"
    assert not actions["invert"].isVisible()
    assert actions["history"].isVisible()
    assert actions["quit"].isVisible()
    qtbot.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert window.tab == "viewer"
    assert actions["invert"].isVisible()


def test_a_message_stays_above_the_page_that_is_chosen_after_it(
    train: TrainTab, qtbot: QtBot
) -> None:
    train.models.brought_back.emit(settings.Settings(model="older"))
    assert train.messages.text == "older is in use again."
    train.pages.choose("history")
    assert train.messages.text == ""
    train.messages.post("A training is running; stop it before you start another.")
    for page in ("run", "report", "history"):
        train.pages.choose(page)
        QApplication.processEvents()
        at = train.messages.parentWidget().childAt(train.messages.geometry().center())
        assert at is train.messages or train.messages.isAncestorOf(at)


def test_a_refusal_goes_once_it_is_no_longer_true(
    train: TrainTab, tmp_path: Path, films: Path, qtbot: QtBot
) -> None:
    train.repeat(TrainingPlan(data=films, out=tmp_path / "run", weights=None))
    train.take_dropped([films])
    assert "A training is running" in train.messages.text
    train.session.stop()
    qtbot.waitUntil(lambda: not train.session.state.running, timeout=LONG)
    assert train.messages.text == ""


def test_all_of_the_tab_fits_a_window_of_1100_px(window: MainWindow, train: TrainTab) -> None:
    window.resize(1100, 700)
    train.run.bar.advanced.setChecked(True)
    QApplication.processEvents()
    assert window.width() == 1100
    (scroll,) = train.drawer.findChildren(QScrollArea)
    assert scroll.widget().minimumSizeHint().width() <= scroll.viewport().width()


def test_closing_before_the_first_epoch_is_done_promises_nothing(
    window: MainWindow, train: TrainTab, tmp_path: Path, films: Path
) -> None:
    train.repeat(TrainingPlan(data=films, out=tmp_path / "run", weights=None))
    window.close()
    question = window.findChild(Question)
    assert "nothing of it is kept" in question.text
    question.no.click()
    (tmp_path / "run").mkdir(exist_ok=True)
    (tmp_path / "run" / CHECKPOINT).touch()
    window.close()
    assert "last whole epoch is kept" in window.findChildren(Question)[-1].text
    window.findChildren(Question)[-1].no.click()


@pytest.mark.slow
def test_the_viewer_works_on_while_a_training_runs_and_closing_asks_once(
    window: MainWindow, train: TrainTab, qtbot: QtBot, films: Path
) -> None:
    choose(qtbot, train, films)
    make_small(train, epochs="1,500")
    train.run.bar.start.click()
    qtbot.waitUntil(lambda: len(train.session.progress.epochs) >= 1, timeout=LONG)
    film = next((films / "viral").iterdir())
    with qtbot.waitSignal(window.viewer.film_shown, timeout=LONG):
        train.film_wanted.emit(film)
    assert window.tab == "viewer"
    assert "training meanwhile" in window.viewer.status.training_text
    window.close()
    assert window.isVisible()
    window.findChild(Question).no.click()
    assert window.isVisible()
    assert train.session.state.running
    window.close()
    window.findChildren(Question)[-1].yes.click()
    assert not window.isVisible()
    out = train.session.plan.out
    assert (out / CHECKPOINT).is_file()
    assert not (out / "bundle").exists()
    assert multiprocessing.active_children() == []
