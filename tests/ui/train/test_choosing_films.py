"""The films to learn from, looked through by the real trainer child."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from cxrviewer.ui.main_window import MainWindow
from cxrviewer.ui.train_tab import TrainTab
from cxrviewer.ui.training_state import Stage
from tests.ui.train.steps import choose, drop, reach

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


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
