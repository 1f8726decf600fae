"""The worker of trainings, stopped at moments that a busy machine brings about."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.run_files import CHECKPOINT
from cxrviewer.processes import half_written, serving
from cxrviewer.ui.workers.training_worker import TrainingWorker
from tests.processes.practice_trainer_service import TOLD


@pytest.fixture
def plan(tmp_path: Path) -> TrainingPlan:
    return TrainingPlan(data=tmp_path / "data", out=tmp_path / "out")


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[TrainingWorker]:
    """A worker in this thread, whose child learns an epoch and then never ends."""
    monkeypatch.setitem(serving.SERVICES, "trainer", "tests.processes.practice_trainer_service")
    worker = TrainingWorker(threads=1)
    yield worker
    worker.stop()
    worker.close()


@pytest.fixture
def ends(worker: TrainingWorker) -> list[Any]:
    """Whether the job was given up, or the sentence it failed with."""
    found: list[Any] = []
    worker.ended.connect(found.append)
    worker.failed.connect(lambda sentence, _field: found.append(sentence))
    return found


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("closing", [False, True])
def test_what_was_told_before_a_stop_and_is_read_after_it_costs_no_checkpoint(
    worker: TrainingWorker, ends: list[Any], plan: TrainingPlan, qtbot: QtBot, *, closing: bool
) -> None:
    told: list[Any] = []

    def stop(event: Any) -> None:
        told.append(event)
        # The second sentence then lies in the pipe.
        qtbot.waitUntil((plan.out / TOLD).exists)
        if closing:
            worker.stop()
        else:
            worker.cancel(keep=True)

    worker.told.connect(stop)
    worker.train(plan)
    assert len(told) == 1
    assert ends == [True]
    assert _names(plan.out) == [CHECKPOINT]


@pytest.mark.parametrize("keep", [False, True])
def test_a_stop_before_there_is_a_child_ends_the_training(
    worker: TrainingWorker,
    ends: list[Any],
    plan: TrainingPlan,
    monkeypatch: pytest.MonkeyPatch,
    *,
    keep: bool,
) -> None:
    look = half_written.names_in

    def stop_then_look(folder: Path) -> frozenset[str]:
        worker.cancel(keep=keep)
        return look(folder)

    monkeypatch.setattr(half_written, "names_in", stop_then_look)
    worker.expect()
    worker.train(plan)
    assert ends == [True]
    assert plan.out.exists() == keep
