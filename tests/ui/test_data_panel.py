"""The data column with audits of its own making."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cxrviewer.core.audit import Audit, AuditFinding, PatientGroups
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import BatchDone
from cxrviewer.ui.training_state import Stage, TrainingState
from cxrviewer.ui.widgets.data_panel import DataPanel
from cxrviewer.ui.widgets.films_dialog import FilmsDialog
from cxrviewer.ui.widgets.question import Question

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

COPIES = AuditFinding(
    kind="duplicate",
    sentence="Two films are there twice.",
    films=("NORMAL/a.png", "NORMAL/b.png", "viral/c.png", "viral/d.png"),
    groups=(2, 2),
    fix="Leave out the copies.",
    left_out=("NORMAL/b.png", "viral/d.png"),
)
RISK = AuditFinding(kind="shortcut", sentence="Size alone tells viral films.")


def audit(*findings: AuditFinding) -> Audit:
    return Audit(
        data="films",
        counts=(("normal", 60), ("viral", 40)),
        films=100,
        patients=50,
        several=False,
        grouping=(
            PatientGroups(source="name", films=98, patients=48, examples=(("IM-1", 6),)),
            PatientGroups(source="film", films=2, patients=2),
        ),
        shortcut_areas=(("viral", 0.9),),
        split=((43, 28), (5, 4), (12, 8)),
        findings=findings,
        at_stake={"NORMAL/b.png": ("normal",), "viral/d.png": ("viral",)},
    )


@pytest.fixture
def panel(qtbot: QtBot, tmp_path: Path) -> DataPanel:
    panel = DataPanel()
    qtbot.addWidget(panel)
    panel.resize(300, 1200)
    panel.choose(tmp_path)
    panel.show_audit(audit(COPIES, RISK))
    panel.show_state(TrainingState(stage=Stage.READY))
    panel.show()
    return panel


def test_an_empty_panel_says_what_to_drop(qtbot: QtBot) -> None:
    panel = DataPanel()
    qtbot.addWidget(panel)
    panel.show()
    assert panel.chooser.folder.isVisible()
    assert not panel.bars.isVisible()
    assert not panel.problem.isVisible()


def test_a_scan_shows_how_far_it_is_and_can_be_given_up(panel: DataPanel, qtbot: QtBot) -> None:
    panel.show_state(TrainingState(stage=Stage.SCANNING))
    panel.show_scanned(BatchDone(stage="reading", done=1200, total=5216, rate=181.0))
    assert panel.chooser.cancel.isVisible()
    assert not panel.bars.isVisible()
    with qtbot.waitSignal(panel.cancel_wanted):
        panel.chooser.cancel.click()


def test_what_is_wrong_with_the_films_stands_below_them(panel: DataPanel) -> None:
    panel.show_state(TrainingState(stage=Stage.PROBLEM, sentence="There is no film."))
    assert panel.problem.isVisible()
    assert panel.problem.reason == "There is no film."
    assert not panel.findings.isVisible()
    panel.mark("")
    assert panel.problem.reason == "There is no film."
    panel.show_state(TrainingState(stage=Stage.SCANNING))
    assert not panel.problem.isVisible()


def test_an_accepted_fix_leaves_films_out_and_the_counts_follow(
    panel: DataPanel, qtbot: QtBot
) -> None:
    assert panel.split.bar.films == (71, 9, 20)
    assert "about" not in panel.split.bar.accessibleName()
    row = panel.findings.rows[0]
    with qtbot.waitSignal(panel.changed):
        row.accept.click()
    assert panel.left_out == ("NORMAL/b.png", "viral/d.png")
    assert dict(panel.bars.counts) == {"normal": 59, "viral": 39}
    assert sum(panel.split.bar.films) == 98
    assert "about" in panel.split.bar.accessibleName()
    row.leave.click()
    assert panel.left_out == ()
    assert panel.split.bar.films == (71, 9, 20)


def test_films_of_a_table_count_by_what_they_show_and_unreadable_ones_never_did(
    panel: DataPanel,
) -> None:
    unread = AuditFinding(
        kind="unreadable",
        sentence="One film cannot be read.",
        films=("NORMAL/e.png",),
        fix="Leave it out.",
        left_out=("NORMAL/e.png",),
    )
    copy = replace(COPIES, left_out=("pictures/1.png",))
    panel.show_audit(replace(audit(unread, copy), at_stake={"pictures/1.png": ("viral",)}))
    for row in panel.findings.rows:
        row.accept.click()
    assert dict(panel.bars.counts) == {"normal": 60, "viral": 39}
    assert sum(panel.split.bar.films) == 99


def test_a_plan_of_other_films_brings_its_own_films_left_out(
    panel: DataPanel, tmp_path: Path
) -> None:
    panel.findings.rows[0].accept.click()
    plan = TrainingPlan(data=tmp_path / "other", out=tmp_path, recipe="robust", left_out=("a.png",))
    panel.show_plan(plan)
    assert panel.left_out == ("a.png",)
    panel.choose(tmp_path)
    assert panel.left_out == ()


def test_a_finding_without_a_fix_offers_none(panel: DataPanel) -> None:
    assert not panel.findings.rows[1].accept.isVisible()
    assert not panel.findings.rows[1].show_films.isVisible()


def test_the_films_of_a_finding_open_one_by_one(
    panel: DataPanel, qtbot: QtBot, tmp_path: Path
) -> None:
    panel.findings.rows[0].show_films.click()
    dialog = panel.findChild(FilmsDialog)
    texts = [dialog.films.model().index(row, 0).data().strip() for row in range(6)]
    assert texts == ["1.", "NORMAL/a.png", "NORMAL/b.png", "2.", "viral/c.png", "viral/d.png"]
    dialog.films.setCurrentIndex(dialog.films.model().index(4, 0))
    with qtbot.waitSignal(panel.film_wanted) as wanted:
        qtbot.keyClick(dialog.films, Qt.Key.Key_Return)
    assert wanted.args == [tmp_path / "viral/c.png"]
    dialog.close()


def test_the_patients_are_told_with_their_source(panel: DataPanel, qtbot: QtBot) -> None:
    assert "50 patients, 100 films" in panel.patients.text
    assert "98 films told apart by file name" in panel.patients.text
    assert "2 films tell no patient" in panel.patients.text


def test_the_split_follows_the_shares_of_another_recipe(panel: DataPanel) -> None:
    panel.use_shares((0.8, 0.1, 0.1))
    assert panel.split.bar.films == (80, 10, 10)


def test_by_image_needs_a_yes_and_stays_a_warning(panel: DataPanel, qtbot: QtBot) -> None:
    panel.split.by_image.click()
    question = panel.findChild(Question)
    question.no.click()
    assert panel.split.by == "patient"
    panel.split.by_image.click()
    with qtbot.waitSignal(panel.changed):
        panel.findChildren(Question)[-1].yes.click()
    assert panel.split.by == "image"
    assert panel.split.warning.isVisible()
    panel.split.warning.button.click()
    assert panel.split.by == "patient"


def test_nothing_can_be_decided_while_a_training_runs(panel: DataPanel) -> None:
    panel.show_state(TrainingState(stage=Stage.TRAINING))
    assert panel.bars.isVisible()
    assert not panel.findings.rows[0].accept.isEnabled()
    assert panel.findings.rows[0].show_films.isEnabled()
    assert not panel.chooser.folder.isEnabled()
    assert not panel.split.by_image.isEnabled()
