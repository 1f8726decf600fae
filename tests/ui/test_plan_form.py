"""From the controls to a plan, and back to the control that is in the way."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from cxrviewer.core import paths
from cxrviewer.core.errors import PlanError
from cxrviewer.core.hyperparameters import HYPERPARAMETERS, as_text
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.recipes import RECIPES
from cxrviewer.ui.plan_form import PlanControls, PlanForm
from cxrviewer.ui.widgets.advanced_drawer import AdvancedDrawer
from cxrviewer.ui.widgets.backbone_titles import offered
from cxrviewer.ui.widgets.data_panel import DataPanel
from cxrviewer.ui.widgets.question import Question
from cxrviewer.ui.widgets.run_panel import RunPanel
from cxrviewer.ui.widgets.watch_panel import WatchPanel

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def controls(qtbot: QtBot) -> Iterator[PlanControls]:
    made = PlanControls(
        data=DataPanel(), run=RunPanel(), drawer=AdvancedDrawer(), watch=WatchPanel()
    )
    for widget in (made.data, made.run, made.drawer, made.watch):
        qtbot.addWidget(widget)
    yield made
    made.watch.shut_down()


@pytest.fixture
def form(controls: PlanControls, tmp_path: Path) -> PlanForm:
    controls.data.choose(tmp_path / "films")
    return PlanForm(controls)


def test_untouched_controls_ask_for_the_recipe_as_it_is(form: PlanForm, tmp_path: Path) -> None:
    plan = form.plan()
    assert plan.data == tmp_path / "films"
    assert plan.changes == {}
    assert plan.settings == RECIPES["p3-chen-kute"]
    assert plan.weights is None
    assert plan.out.name == plan.bundle_id


def test_a_run_never_gets_the_folder_of_another(form: PlanForm) -> None:
    first = form.plan().out
    first.mkdir(parents=True)
    assert form.plan().out == first.with_name(f"{first.name}-2")


def test_without_films_there_is_no_plan(controls: PlanControls) -> None:
    with pytest.raises(PlanError, match="Choose films") as caught:
        PlanForm(controls).plan()
    assert caught.value.field == "data"


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_fills_the_drawer(form: PlanForm, controls: PlanControls, recipe: str) -> None:
    controls.run.form.choose(recipe)
    assert controls.drawer.changes == {}
    assert set(controls.drawer.rows) == set(HYPERPARAMETERS)
    assert form.plan().settings == RECIPES[recipe]


def test_the_papers_networks_come_first_and_all_others_after() -> None:
    named, others = offered(RECIPES["p2-pal-paul"])
    assert named[0] == "inception_v3"
    assert set(named) == set(RECIPES["p2-pal-paul"].backbones)
    assert len(named) + len(others) == 13
    assert not set(named) & set(others)


def test_a_network_brings_its_own_batch_size(form: PlanForm, controls: PlanControls) -> None:
    controls.run.form.choose("p2-pal-paul", backbone="nasnet_large")
    assert controls.drawer.rows["batch_size"].text == "8"
    assert form.plan().settings.batch_size == 8


def test_a_changed_value_is_marked_and_can_be_put_back(
    form: PlanForm, controls: PlanControls
) -> None:
    row = controls.drawer.rows["epochs"]
    row.set_text("1,2")
    assert row.is_changed
    assert form.plan().changes == {"epochs": "1,2"}
    assert [phase.epochs for phase in form.plan().settings.phases] == [1, 2]
    row.reset()
    assert form.plan().changes == {}


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("dropout", "7", "0 to 0.95"),
        ("batch_size", "many", "no value for batch_size"),
        ("epochs", "0,0", "needs an epoch"),
        ("learning_rates", "-1,1", "0 or more"),
        ("split", "1,2", "three shares"),
        ("hidden", "512,0", "width"),
        ("unfrozen", "0,x", "no value for unfrozen"),
    ],
)
def test_a_wrong_value_is_marked_where_it_stands(
    form: PlanForm, controls: PlanControls, qtbot: QtBot, key: str, text: str, words: str
) -> None:
    row = controls.drawer.rows[key]
    row.set_text(text)
    with qtbot.waitSignal(form.mend_wanted):
        row.edited.emit()
    assert words in row.flaw
    assert [other for other, its in controls.drawer.rows.items() if its.flaw] == [key]
    row.set_text(as_text(RECIPES["p3-chen-kute"], key))
    row.edited.emit()
    assert row.flaw == ""


def test_a_wrong_seed_or_name_is_marked(form: PlanForm, controls: PlanControls) -> None:
    controls.drawer.take({}, name="a/b", seed="1")
    assert "letters" in controls.drawer.fields["bundle_id"].flaw
    controls.drawer.take({}, name="", seed="-1")
    assert "seed" in controls.drawer.fields["seed"].flaw
    assert controls.drawer.fields["bundle_id"].flaw == ""


def test_a_plan_of_the_history_fills_the_controls(
    form: PlanForm, controls: PlanControls, tmp_path: Path
) -> None:
    plan = TrainingPlan(
        data=tmp_path,
        out=tmp_path / "run",
        recipe="p0-patadia-2",
        backbone="densenet201",
        weights=str(tmp_path),
        changes={"epochs": "1,1"},
        split_by="image",
        patients_from="name",
        bundle_id="made-before",
        seed=7,
    )
    form.show_plan(plan)
    again = form.plan()
    for field in ("data", "recipe", "backbone", "weights", "changes", "split_by", "seed"):
        assert getattr(again, field) == getattr(plan, field), field
    assert (again.patients_from, again.bundle_id) == ("name", "made-before")


def test_from_scratch_is_said_plainly(controls: PlanControls) -> None:
    assert "From scratch" in controls.run.form.warning
    controls.run.form.weights.use_folder("somewhere")
    assert controls.run.form.warning == ""
    controls.run.form.weights.use_scratch()
    controls.run.form.choose("p4-chambers-single")
    assert controls.run.form.warning == ""


def test_a_download_needs_a_yes(controls: PlanControls, qtbot: QtBot) -> None:
    weights = controls.run.form.weights
    controls.run.show()
    weights.ask_to_download()
    question = controls.run.findChild(Question)
    question.no.click()
    assert weights.weights is None
    weights.ask_to_download()
    with qtbot.waitSignal(weights.changed):
        controls.run.findChildren(Question)[-1].yes.click()
    assert weights.weights == "download"


def test_the_rate_that_was_found_keeps_the_share_of_later_phases(
    form: PlanForm, controls: PlanControls
) -> None:
    form.use_rate(0.002)
    rates = [phase.learning_rate for phase in form.plan().settings.phases]
    assert rates == pytest.approx([0.002, 0.0002])
    controls.drawer.rows["epochs"].set_text("0,5")
    form.use_rate(0.002)
    rates = [phase.learning_rate for phase in form.plan().settings.phases]
    assert rates == pytest.approx([0.02, 0.002])


def test_the_fields_show_all_of_a_rate_that_was_found(
    form: PlanForm, controls: PlanControls, qtbot: QtBot
) -> None:
    row = controls.drawer.rows["learning_rates"]
    controls.drawer.resize(320, 600)
    controls.drawer.show()
    form.use_rate(0.00911162)
    edits = row.findChildren(QLineEdit)
    assert [edit.text() for edit in edits] == ["9.1e-3", "9.1e-4"]
    for edit in edits:
        assert edit.fontMetrics().horizontalAdvance(edit.text()) < edit.width() - 12
        assert edit.cursorPosition() == 0


def test_a_plan_of_the_history_brings_nothing_of_the_one_before(
    form: PlanForm, controls: PlanControls, tmp_path: Path
) -> None:
    controls.run.form.choose("p3-chen-kute", backbone="vgg16")
    controls.drawer.rows["epochs"].set_text("1,1")
    form.show_plan(TrainingPlan(data=tmp_path, out=tmp_path / "run", recipe="p3-chen-kute"))
    assert form.plan().settings == RECIPES["p3-chen-kute"]


def test_a_folder_that_takes_nothing_is_no_fault_of_the_films(
    form: PlanForm, controls: PlanControls
) -> None:
    for field in ("out", "resume", ""):
        form.mark(field, "Nothing can be written there.")
        assert controls.data.problem.isHidden()
    form.mark("patients_from", "No column tells a patient.")
    assert not controls.data.problem.isHidden()


@pytest.fixture
def unwritable(tmp_path: Path) -> Path:
    """A folder that takes nothing, whoever asks: a file stands in its way."""
    (tmp_path / "in the way").touch()
    return tmp_path / "in the way" / "runs"


def test_a_folder_that_takes_nothing_is_marked_before_the_training(
    form: PlanForm, controls: PlanControls, qtbot: QtBot, unwritable: Path, tmp_path: Path
) -> None:
    controls.drawer.use_folder(unwritable)
    plan = form.plan()
    assert plan.out.parent == unwritable
    with qtbot.waitSignal(form.mend_wanted):
        assert not form.can_write(plan.out)
    field = controls.drawer.fields["out"]
    assert field.flaw == (
        f"Nothing can be written to the folder {unwritable}; choose one you may write to."
    )
    controls.drawer.use_folder(tmp_path / "mine")
    plan = form.plan()
    assert form.can_write(plan.out)
    assert field.flaw == ""
    assert list((tmp_path / "mine").iterdir()) == []
    assert not form.can_write(controls.data.chooser.data / "runs" / "one")
    assert "lies among the films" in field.flaw


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("~", Path.home()),
        ("mine", Path.home() / "mine"),
    ],
)
def test_a_folder_is_written_as_in_a_shell(controls: PlanControls, text: str, folder: Path) -> None:
    controls.drawer.fields["out"].findChild(QLineEdit).setText(text)
    assert controls.drawer.folder == folder


def test_a_folder_that_may_not_be_looked_at_is_marked(
    form: PlanForm, controls: PlanControls, tmp_path: Path
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    try:
        if os.access(closed, os.W_OK):
            pytest.skip("this user may do everything")
        controls.drawer.use_folder(closed / "runs")
        assert not form.can_write(form.plan().out)
        assert str(closed / "runs") in controls.drawer.fields["out"].flaw
    finally:
        closed.chmod(0o700)


def test_runs_lie_where_the_person_says_and_else_where_they_always_do(
    form: PlanForm, controls: PlanControls, qtbot: QtBot, tmp_path: Path
) -> None:
    assert form.plan().out.parent == paths.runs_dir()
    edit = controls.drawer.fields["out"].findChild(QLineEdit)
    for text, folder in ((str(tmp_path), tmp_path), ("~/my runs", Path.home() / "my runs")):
        edit.clear()
        qtbot.keyClicks(edit, text)
        assert form.plan().out.parent == folder
    form.show_plan(TrainingPlan(data=tmp_path, out=tmp_path / "runs" / "first"))
    assert form.plan().out.parent == tmp_path / "runs"
    form.show_plan(TrainingPlan(data=tmp_path, out=paths.runs_dir() / "first"))
    assert edit.text() == ""


def test_weights_that_cannot_be_used_mark_the_box_they_are_chosen_in(
    form: PlanForm, controls: PlanControls
) -> None:
    form.mark("weights", "The folder holds none.")
    box = controls.run.form.weights.focusProxy()
    assert box.property("flawed")
    assert box.accessibleDescription() == "The folder holds none."
    form.mark("", "")
    assert not box.property("flawed")
