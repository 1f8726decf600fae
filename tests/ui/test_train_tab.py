"""The Train tab with its real children on small drawn films."""

import multiprocessing
import shutil
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

from cxrviewer.core import paths, settings
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.run_files import CHECKPOINT
from cxrviewer.ui.main_window import MainWindow
from cxrviewer.ui.train_tab import TrainTab
from cxrviewer.ui.training_state import IDLE, Stage
from cxrviewer.ui.widgets.evaluate_dialog import EvaluateDialog
from cxrviewer.ui.widgets.question import Question
from tests.learning.class_folders import write_films

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

# torch is imported by a child on a machine that may be busy.
LONG = 120_000


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


def test_a_dropped_folder_is_data_here_and_films_there(
    window: MainWindow, train: TrainTab, qtbot: QtBot, films: Path
) -> None:
    drop(window, films)
    assert reach(qtbot, train, Stage.READY, Stage.PROBLEM) is Stage.READY
    assert dict(train.data.bars.counts) == {"normal": 12, "bacterial": 12, "viral": 12}
    assert "18 patients, 36 films" in train.data.patients.text
    assert train.data.findings.rows
    assert sum(train.data.split.bar.films) == 36
    assert window.viewer.films.entries == ()
    single = next((films / "NORMAL").iterdir())
    drop(window, single)
    assert "Single films open in the Viewer" in train.messages.text
    assert train.session.state.stage is Stage.READY


@pytest.mark.parametrize("names", [(), ("one",), ("empty", "also empty")])
def test_films_that_cannot_be_used_are_one_sentence(
    train: TrainTab, qtbot: QtBot, tmp_path: Path, names: tuple[str, ...]
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for name in names:
        (data / name).mkdir()
    train.choose_data(data)
    assert reach(qtbot, train, Stage.READY, Stage.PROBLEM) is Stage.PROBLEM
    assert train.data.problem.isVisible()
    assert "Traceback" not in train.data.problem.reason
    assert not train.run.bar.start.isEnabled()


def test_a_scan_that_is_given_up_leaves_an_empty_tab(
    train: TrainTab, qtbot: QtBot, films: Path
) -> None:
    train.choose_data(films)
    assert train.data.chooser.cancel.isVisible()
    train.data.chooser.cancel.click()
    assert train.session.state.stage is Stage.EMPTY
    choose(qtbot, train, films)


def test_the_film_to_watch_has_something_to_see_and_stays_the_persons_choice(
    train: TrainTab, qtbot: QtBot, films: Path
) -> None:
    cv2.imwrite(str(films / "viral" / "blank.png"), np.zeros((72, 72), np.uint8))
    (films / "viral" / "broken.png").write_bytes(b"no film")
    choose(qtbot, train, films)
    assert train.watch.path == films / "viral" / "person0_virus_0.png"
    train.watch.set_film(films / "bacterial" / "person1_bacteria_1.png")
    train.data.patients_chosen.emit("name")
    assert reach(qtbot, train, Stage.READY, Stage.PROBLEM) is Stage.READY
    assert train.watch.path == films / "bacterial" / "person1_bacteria_1.png"
    train.choose_data(films)
    assert train.watch.path is None


def test_a_film_of_a_table_is_watched_as_one_of_a_folder_is(
    train: TrainTab, qtbot: QtBot, films: Path
) -> None:
    cv2.imwrite(str(films / "viral" / "blank.png"), np.zeros((72, 72), np.uint8))
    found = sorted(films.rglob("*.png"), key=lambda film: film.name)
    rows = [f"{film.relative_to(films)},{film.parent.name}" for film in found]
    table = films / "films.csv"
    table.write_text("\n".join(["image,findings", *rows]))
    choose(qtbot, train, table)
    assert train.watch.path == films / "viral" / "person0_virus_0.png"


def test_other_films_are_not_chosen_behind_a_report(
    train: TrainTab, qtbot: QtBot, films: Path
) -> None:
    for page in ("report", "history"):
        train.pages.choose(page)
        train.choose_data(films)
        assert train.pages.choice == "run"
        train.data.chooser.cancel.click()


def test_from_films_to_a_model_in_use_and_back(
    window: MainWindow, train: TrainTab, qtbot: QtBot, films: Path
) -> None:
    choose(qtbot, train, films)
    make_small(train, epochs="1,1")
    train.run.bar.start.click()
    assert reach(qtbot, train, Stage.DONE, Stage.FAILED) is Stage.DONE
    assert len(train.run.curves.text) > 0
    assert train.run.epochs.rowCount() == 2
    assert len(train.session.progress.watched) == 3
    plan = train.session.plan
    qtbot.waitUntil(lambda: train.report.results is not None, timeout=LONG)
    assert train.pages.choice == "report"
    with qtbot.waitSignal(train.models.used, timeout=LONG):
        train.report.use_wanted.emit(plan.out)
    assert settings.load().model == plan.bundle_id
    with qtbot.waitSignal(window.viewer.session.model_ready, timeout=LONG) as ready:
        pass
    assert ready.args[0].model == plan.bundle_id
    with qtbot.waitSignal(train.models.brought_back, timeout=LONG):
        train.history.back_wanted.emit()
    assert settings.load().model == "pediatric-pneumonia"


@pytest.mark.slow
def test_pause_stop_and_go_on(train: TrainTab, qtbot: QtBot, films: Path) -> None:
    choose(qtbot, train, films)
    make_small(train, epochs="1,40")
    train.run.bar.start.click()
    assert reach(qtbot, train, Stage.TRAINING, Stage.FAILED) is Stage.TRAINING
    qtbot.waitUntil(lambda: len(train.session.progress.epochs) >= 2, timeout=LONG)
    train.run.bar.pause.click()
    assert train.session.state.stage is Stage.PAUSED
    assert train.run.bar.pause.text() == "Resume"
    train.run.bar.pause.click()
    assert train.session.state.stage is Stage.TRAINING
    train.run.bar.stop.click()
    assert reach(qtbot, train, Stage.RESUMABLE, Stage.FAILED, Stage.DONE) is Stage.RESUMABLE
    assert (train.session.plan.out / CHECKPOINT).is_file()
    learned = len(train.session.progress.epochs)
    assert train.run.bar.start.text() == "Go on"
    train.run.bar.start.click()
    qtbot.waitUntil(lambda: len(train.session.progress.epochs) > learned, timeout=LONG)
    train.run.bar.stop.click()
    assert reach(qtbot, train, Stage.RESUMABLE, Stage.DONE) is Stage.RESUMABLE


def test_without_a_folder_that_may_be_written_nothing_starts(
    train: TrainTab, qtbot: QtBot, films: Path, tmp_path: Path
) -> None:
    choose(qtbot, train, films)
    (tmp_path / "in the way").touch()
    train.drawer.use_folder(tmp_path / "in the way")
    train.run.bar.start.click()
    assert train.session.state.stage is Stage.READY
    assert train.drawer.isVisible()
    assert "choose one you may write to" in train.drawer.fields["out"].flaw
    train.run.bar.advanced.setChecked(False)
    train.evaluate("pediatric-pneumonia")
    assert train.session.state.stage is Stage.READY
    assert train.drawer.isVisible()


def test_a_stopped_run_can_go_on_until_other_films_are_chosen(
    train: TrainTab, qtbot: QtBot, films: Path, tmp_path: Path
) -> None:
    choose(qtbot, train, films)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / CHECKPOINT).touch()
    train.repeat(TrainingPlan(data=films, out=tmp_path / "run", weights=None))
    train.run.bar.stop.click()
    assert reach(qtbot, train, Stage.RESUMABLE, Stage.FAILED) is Stage.RESUMABLE
    train.evaluate("pediatric-pneumonia")
    assert train.session.state.stage is Stage.MEASURING
    assert reach(qtbot, train, *IDLE) is Stage.RESUMABLE
    assert train.run.bar.start.text() == "Go on"
    choose(qtbot, train, films)
    assert train.run.bar.start.text() == "Start"
    assert not train.session.can_go_on


@pytest.mark.slow
def test_films_that_cannot_be_learned_from_are_marked(
    train: TrainTab, qtbot: QtBot, films: Path
) -> None:
    for film in sorted((films / "viral").iterdir())[1:]:
        film.unlink()
    choose(qtbot, train, films)
    make_small(train, epochs="1,1")
    train.run.bar.start.click()
    assert reach(qtbot, train, Stage.FAILED, Stage.DONE) is Stage.FAILED
    assert train.session.state.field == "data"
    assert train.data.problem.isVisible()
    assert "viral has one film only" in train.data.problem.reason


@pytest.mark.slow
def test_weights_that_cannot_be_used_mark_their_field(
    train: TrainTab, qtbot: QtBot, films: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "weights"
    empty.mkdir()
    choose(qtbot, train, films)
    make_small(train, epochs="1,1")
    train.run.form.weights.use_folder(str(empty))
    train.run.bar.start.click()
    assert reach(qtbot, train, Stage.DONE, Stage.FAILED) is Stage.FAILED
    assert train.run.problem.isVisible()
    assert train.run.form.fields["weights"].flaw == train.run.problem.reason
    assert train.run.bar.start.isEnabled()


@pytest.mark.slow
def test_the_rate_finder_suggests_a_rate_that_can_be_taken(
    train: TrainTab, qtbot: QtBot, films: Path
) -> None:
    choose(qtbot, train, films)
    # From random weights so few films teach only a network that learns as a whole.
    make_small(train, epochs="0,1")
    train.drawer.rows["unfrozen"].set_text("0,-1")
    train.drawer.rows["batch_norm"].set_text("learning")
    found: list[object] = []
    train.session.rates_tried.connect(lambda _, rate: found.append(rate) if rate else None)
    train.run.bar.find_rate.click()
    assert train.session.state.stage is Stage.FINDING
    assert reach(qtbot, train, Stage.READY, Stage.FAILED) is Stage.READY
    assert found
    train.run.rates.use_button.click()
    assert "learning_rates" in train.form.plan().changes


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


@pytest.mark.slow
def test_a_model_is_evaluated_on_the_films_at_hand(
    window: MainWindow, train: TrainTab, qtbot: QtBot, films: Path
) -> None:
    window.actions_by_name["evaluate"].trigger()
    assert "Choose films" in train.messages.text
    choose(qtbot, train, films)
    window.actions_by_name["evaluate"].trigger()
    dialog = window.findChild(EvaluateDialog)
    assert dialog.models.currentData() == "pediatric-pneumonia"
    dialog.offer_folder(films)
    assert "There is no model" in dialog.flaw.text()
    # The model of a run, not installed.
    bundle = films.parent / "run" / "bundle"
    shutil.copytree(paths.bundled_models_dir() / "pediatric-pneumonia", bundle)
    dialog.offer_folder(bundle.parent)
    assert dialog.models.currentData() == str(bundle)
    assert not dialog.flaw.isVisible()
    dialog.start.click()
    assert train.session.state.stage is Stage.MEASURING
    assert reach(qtbot, train, Stage.READY, Stage.FAILED) is Stage.READY
    qtbot.waitUntil(lambda: train.report.results is not None, timeout=LONG)
    assert len(train.report.results.predictions) == 36
    assert train.report.results.model == str(bundle)
    assert not train.report.page.decision.isVisible()
