"""What is left of a training whose process was ended while it wrote."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cxrviewer.core import paths
from cxrviewer.core.errors import ProcessError
from cxrviewer.core.in_use import PART, hold
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.processes import serving
from cxrviewer.processes.trainer_process import Trainer

CHECKPOINT = "checkpoint.safetensors"


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trainer]:
    monkeypatch.setitem(serving.SERVICES, "trainer", "tests.processes.practice_trainer_service")
    trainer = Trainer(threads=1)
    yield trainer
    trainer.close()


def plan(tmp_path: Path, **changed: str) -> TrainingPlan:
    return TrainingPlan(data=tmp_path / "data", out=tmp_path / "out", **changed)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_training_that_has_to_be_killed_leaves_nothing(trainer: Trainer, tmp_path: Path) -> None:
    cache = paths.cache_dir()
    cache.mkdir(parents=True)
    with (cache / f"of-another{PART}").open("xb") as stream:
        hold(stream.fileno())
        events = trainer.train(plan(tmp_path))
        next(events)
        assert len(names(cache)) == 2
        trainer.cancel()
        assert list(events) == []
        assert not (tmp_path / "out").exists()
        assert names(cache) == {f"of-another{PART}"}


def test_closing_one_that_has_to_be_killed_spares_what_was_there(
    trainer: Trainer, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    (out / CHECKPOINT).write_text("an epoch before")
    events = trainer.train(plan(tmp_path))
    next(events)
    events.close()
    assert names(out) == {"notes.txt", CHECKPOINT}


def test_a_training_that_died_keeps_its_checkpoint_and_says_that_it_can_go_on(
    trainer: Trainer, tmp_path: Path
) -> None:
    with pytest.raises(ProcessError, match="Resume it"):
        list(trainer.train(plan(tmp_path, bundle_id="dies")))
    assert names(tmp_path / "out") == {CHECKPOINT}


def test_one_ended_with_the_program_keeps_its_checkpoint(trainer: Trainer, tmp_path: Path) -> None:
    events = trainer.train(plan(tmp_path))
    next(events)
    trainer.kill()
    with pytest.raises(ProcessError):
        list(events)
    assert names(tmp_path / "out") == {CHECKPOINT}
