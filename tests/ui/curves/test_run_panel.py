"""How a run goes: its status, and what stands where curves would."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QProgressBar
from pytestqt.qtbot import QtBot

from cxrviewer.core.progress import BatchDone, Finished, Progress
from cxrviewer.ui.training_state import Stage, TrainingState
from cxrviewer.ui.widgets.run_panel import RunPanel
from cxrviewer.ui.widgets.run_status import RunStatus
from tests.ui.made_runs import prepared, two_phases

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_the_status_says_phase_epoch_time_left_device_and_notes(qtbot: QtBot) -> None:
    status = RunStatus()
    qtbot.addWidget(status)
    assert status.text == "Not started"
    status.set_planned((2, 20))
    status.show_progress(two_phases())
    assert "Phase 2 of 2: top layers  ·  epoch 4 of 20" in status.text
    assert "about 30 seconds left" in status.text
    assert "CPU (no CUDA device)" in status.text
    assert "The batch was halved to 16." in status.text
    batch = BatchDone(stage="training", done=128, total=400, rate=250.0)
    status.show_progress(two_phases().after(batch))
    assert "training: 128 / 400 films  ·  250 films/s" in status.text
    status.show_progress(two_phases().after(Finished(bundle="b", summary="s")))
    assert status.text.startswith("Done")


def test_what_is_left_out_is_told_beside_the_run(qtbot: QtBot) -> None:
    status = RunStatus()
    qtbot.addWidget(status)
    left = [("a.png", "a.png: too dark."), ("311 films", "311 films: several findings.")]
    status.show_progress(Progress().after(replace(prepared(), refused=tuple(left))))
    assert "Left out: a.png: too dark. 311 films: several findings." in status.text
    many = tuple(left[:1] * 9)
    status.show_progress(Progress().after(replace(prepared(), refused=many)))
    assert "Left out: a.png: too dark. The report names 8 more." in status.text


def test_a_run_that_was_started_says_so_before_its_first_event(qtbot: QtBot) -> None:
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.show_state(TrainingState(stage=Stage.PREPARING), can_go_on=False)
    panel.show_progress(Progress())
    assert panel.status.text == "Preparing the films"


def test_three_epochs_are_in_sight_in_the_smallest_window(qtbot: QtBot) -> None:
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.show_state(TrainingState(stage=Stage.TRAINING), can_go_on=False)
    panel.resize(660, 698)
    panel.show()
    panel.show_progress(two_phases())
    qtbot.waitUntil(lambda: panel.epochs.viewport().height() >= 3 * 24)
    assert panel.curves.loss.height() >= 150


def test_only_a_run_that_goes_on_has_time_left(qtbot: QtBot) -> None:
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.show_progress(two_phases())
    for stage, told in ((Stage.TRAINING, True), (Stage.RESUMABLE, False), (Stage.FAILED, False)):
        panel.show_state(TrainingState(stage=stage), can_go_on=True)
        assert ("left" in panel.status.text) is told


def test_a_run_that_failed_while_it_prepared_moves_no_more(qtbot: QtBot) -> None:
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.show_state(TrainingState(stage=Stage.PREPARING), can_go_on=False)
    panel.show_progress(Progress().after(BatchDone(stage="listing", done=20, total=0)))
    bar = panel.status.findChild(QProgressBar)
    assert isinstance(bar, QProgressBar)
    assert bar.maximum() == 0
    panel.show_state(TrainingState(stage=Stage.FAILED), can_go_on=False)
    assert bar.maximum() > 0


def test_a_run_that_learned_nothing_shows_no_empty_curves(qtbot: QtBot) -> None:
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.resize(480, 560)
    panel.show()
    failed = TrainingState(stage=Stage.FAILED, sentence="The folder holds none.", field="weights")
    panel.show_state(TrainingState(stage=Stage.PREPARING), can_go_on=False)
    assert panel.curves.isVisible()
    panel.mark("weights", failed.sentence)
    panel.show_state(failed, can_go_on=False)
    assert not panel.curves.isVisible()
    tops = {panel.form.fields[name].geometry().top() for name in ("backbone", "weights")}
    assert len(tops) == 1
    panel.show_progress(two_phases())
    panel.show_state(TrainingState(stage=Stage.TRAINING), can_go_on=False)
    panel.show_state(failed, can_go_on=True)
    assert panel.curves.isVisible()


def test_a_run_stopped_before_its_first_epoch_shows_what_to_do(qtbot: QtBot) -> None:
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.show()
    ready = TrainingState(stage=Stage.READY, sentence="Stopped; nothing of it was kept.")
    panel.show_state(TrainingState(stage=Stage.PREPARING), can_go_on=False)
    panel.show_progress(Progress().after(BatchDone(stage="listing", done=60, total=0)))
    panel.show_state(ready, can_go_on=False)
    assert not panel.curves.isVisible()
    panel.show_state(TrainingState(stage=Stage.FINDING), can_go_on=False)
    panel.show_state(ready, can_go_on=False)
    assert panel.rates.isVisible()
