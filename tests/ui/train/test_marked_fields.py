"""What a training cannot work with is marked where it is chosen."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cxrviewer.ui.train_tab import TrainTab
from cxrviewer.ui.training_state import Stage
from tests.ui.train.steps import choose, make_small, reach

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


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
