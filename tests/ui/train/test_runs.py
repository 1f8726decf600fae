"""Trainings and evaluations started in the tab, with the real trainer child."""

import shutil
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cxrviewer.core import paths, settings
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.run_files import CHECKPOINT
from cxrviewer.imaging.phantom import write_phantom
from cxrviewer.ui.main_window import MainWindow
from cxrviewer.ui.train_tab import TrainTab
from cxrviewer.ui.training_state import IDLE, Stage
from cxrviewer.ui.widgets.evaluate_dialog import EvaluateDialog
from tests.open_gate import write_open_model
from tests.ui.train.steps import LONG, choose, make_small, reach

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


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


def test_a_stopped_run_can_go_on_until_other_films_are_chosen(
    train: TrainTab, qtbot: QtBot, films: Path, tmp_path: Path
) -> None:
    choose(qtbot, train, films)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / CHECKPOINT).touch()
    train.repeat(TrainingPlan(data=films, out=tmp_path / "run", weights=None))
    train.run.bar.stop.click()
    assert reach(qtbot, train, Stage.RESUMABLE, Stage.FAILED) is Stage.RESUMABLE
    train.evaluate(write_open_model(tmp_path / "model"))
    assert train.session.state.stage is Stage.MEASURING
    assert reach(qtbot, train, *IDLE) is Stage.RESUMABLE
    assert train.run.bar.start.text() == "Go on"
    choose(qtbot, train, films)
    assert train.run.bar.start.text() == "Start"
    assert not train.session.can_go_on


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


def _phantoms(folder: Path) -> Path:
    """Write films that a real model answers, two a class; noise it would refuse."""
    for place, label in enumerate(("normal", "bacterial", "viral") * 2):
        file = folder / label / f"film-{place}.dcm"
        file.parent.mkdir(parents=True, exist_ok=True)
        write_phantom(file, rows=512, columns=512, seed=place + 1)
    return folder


@pytest.mark.slow
def test_a_model_is_evaluated_on_the_films_at_hand(
    window: MainWindow, train: TrainTab, qtbot: QtBot, tmp_path: Path
) -> None:
    films = _phantoms(tmp_path / "films")
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
    assert len(train.report.results.predictions) == 6
    assert train.report.results.model == str(bundle)
    assert not train.report.page.decision.isVisible()
