"""The history of runs: list, open, compare, reproduce, go on, delete."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractItemView
from pytestqt.qtbot import QtBot

from cxrviewer.core.paired import Comparison
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.run_history import RunHistory
from cxrviewer.core.settings import Settings
from cxrviewer.ui.widgets.history_drawer import HistoryDrawer
from tests.ui.made_runs import FILMS, finished_run, two_phases

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
_LONG = 30_000


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    """Two runs that ended, and one that was cancelled, oldest first."""
    films = [tmp_path / "films" / f"{number}.png" for number in range(len(FILMS))]
    folders = [
        finished_run(tmp_path / "first", films),
        finished_run(tmp_path / "second", films),
        tmp_path / "third",
    ]
    history = RunHistory()
    for folder, status in zip(folders, ("done", "done", "cancelled"), strict=True):
        number = history.add(TrainingPlan(data=tmp_path / "films", out=folder))
        history.update(number, status=status, measures={"accuracy": 0.8125})
    return folders


@pytest.fixture
def drawer(qtbot: QtBot) -> Iterator[HistoryDrawer]:
    drawer = HistoryDrawer(Settings())
    qtbot.addWidget(drawer)
    drawer.resize(900, 400)
    yield drawer
    if drawer.dialog is not None:
        drawer.dialog.close()
    assert drawer.shut_down()


@pytest.fixture
def listing(drawer: HistoryDrawer, runs: list[Path], qtbot: QtBot) -> HistoryDrawer:
    drawer.show()
    qtbot.waitUntil(lambda: len(drawer.table.runs) == 3, timeout=_LONG)
    return drawer


def choose(drawer: HistoryDrawer, *rows: int) -> None:
    drawer.table.clearSelection()
    drawer.table.setSelectionMode(QAbstractItemView.SelectionMode.MultiSelection)
    for row in rows:
        drawer.table.selectRow(row)


def allowed(drawer: HistoryDrawer) -> set[str]:
    return {name for name, button in drawer.buttons.items() if button.isEnabled()}


def test_without_runs_nothing_can_be_done(drawer: HistoryDrawer, qtbot: QtBot) -> None:
    drawer.show()
    assert drawer.empty_text == "Reading the history"
    qtbot.waitUntil(lambda: "once one was started" in drawer.empty_text, timeout=_LONG)
    assert drawer.table.runs == ()
    assert allowed(drawer) == set()


def test_runs_are_listed_newest_first_with_their_measure(listing: HistoryDrawer) -> None:
    texts = [
        [listing.table.item(row, column).text() for column in range(1, 6)]  # type: ignore[union-attr]
        for row in range(3)
    ]
    assert [run.out.name for run in listing.table.runs] == ["third", "second", "first"]
    assert texts[1] == ["p3-chen-kute", "mobilenet_v2", "films", "done", "0.812"]
    assert texts[0][3] == "stopped"


def test_what_is_allowed_follows_the_choice(listing: HistoryDrawer) -> None:
    choose(listing, 1)
    assert allowed(listing) == {"open", "reproduce", "export", "delete"}
    choose(listing, 1, 2)
    assert allowed(listing) == {"compare"}
    choose(listing, 0, 1)
    assert allowed(listing) == set()
    choose(listing, 0)
    assert allowed(listing) == {"reproduce", "delete"}


def test_a_run_is_opened(listing: HistoryDrawer, runs: list[Path], qtbot: QtBot) -> None:
    choose(listing, 2)
    with qtbot.waitSignal(listing.run_chosen) as opened:
        listing.buttons["open"].click()
    assert opened.args == [runs[0]]


def test_a_run_is_reproduced_in_a_folder_of_its_own(
    listing: HistoryDrawer, runs: list[Path], qtbot: QtBot
) -> None:
    choose(listing, 2)
    with qtbot.waitSignal(listing.reproduce_wanted) as wanted:
        listing.buttons["reproduce"].click()
    (plan,) = wanted.args
    assert plan.out == runs[0].with_name("first-2")
    assert not plan.resume


def test_a_run_that_was_killed_can_go_on(
    drawer: HistoryDrawer, tmp_path: Path, qtbot: QtBot
) -> None:
    # The row says running, but the history that would show a sign of life is gone.
    history = RunHistory()
    number = history.add(TrainingPlan(data=tmp_path, out=tmp_path / "killed"))
    history._signs.end(number)
    drawer.show()
    qtbot.waitUntil(lambda: len(drawer.table.runs) == 1, timeout=_LONG)
    choose(drawer, 0)
    with qtbot.waitSignal(drawer.resume_wanted) as wanted:
        drawer.buttons["resume"].click()
    assert wanted.args[0].resume


def test_nothing_is_deleted_before_the_question_is_answered(
    listing: HistoryDrawer, runs: list[Path], qtbot: QtBot
) -> None:
    choose(listing, 2)
    listing.buttons["delete"].click()
    assert listing.question.isVisible()
    assert str(runs[0]) in listing.question.text
    listing.question.keep_button.click()
    assert len(RunHistory().list()) == 3
    listing.buttons["delete"].click()
    listing.question.folder_button.click()
    qtbot.waitUntil(lambda: len(listing.table.runs) == 2, timeout=_LONG)
    assert not (runs[0] / "report.json").exists()
    assert (runs[1] / "report.json").exists()


def test_a_run_taken_off_the_list_keeps_its_folder(
    listing: HistoryDrawer, runs: list[Path], qtbot: QtBot
) -> None:
    choose(listing, 2)
    listing.buttons["delete"].click()
    listing.question.list_button.click()
    qtbot.waitUntil(lambda: len(listing.table.runs) == 2, timeout=_LONG)
    assert (runs[0] / "report.json").exists()


def test_two_runs_are_drawn_over_each_other_and_tested(
    listing: HistoryDrawer, qtbot: QtBot
) -> None:
    choose(listing, 1, 2)
    listing.buttons["compare"].click()
    qtbot.waitUntil(lambda: listing.dialog is not None, timeout=_LONG)
    assert listing.dialog is not None
    losses = tuple(epoch.val_loss for epoch in two_phases().epochs)
    assert [line.name for line in listing.dialog.plots[0].lines] == ["B", "A"]
    assert all(line.y == losses for line in listing.dialog.plots[0].lines)
    listing.dialog.show_comparison(
        Comparison(verdict="better", sentence="The new model is better than the one in use: x.")
    )
    assert listing.dialog.text == "The model of run A is better than that of run B: x."
    listing.dialog.show_comparison(
        Comparison(verdict="not comparable", sentence="Films the model in use was fitted on.")
    )
    assert listing.dialog.text == "Films the model of run B was fitted on."


def test_the_old_model_comes_back_only_where_there_is_one(
    drawer: HistoryDrawer, qtbot: QtBot
) -> None:
    assert not drawer.buttons["back"].isEnabled()
    drawer.set_model_before("pediatric-pneumonia")
    with qtbot.waitSignal(drawer.back_wanted):
        drawer.buttons["back"].click()
