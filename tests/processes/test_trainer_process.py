"""A training in its own process, which reads films through a child of its own."""

import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cxrviewer.core.audit import Audit
from cxrviewer.core.bundle import check_weights, read_bundle
from cxrviewer.core.errors import PlanError, ProcessError
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import EpochDone, Finished, Prepared, RateFound, RateTried
from cxrviewer.core.run import CANCELLED, UNFINISHED
from cxrviewer.core.run_history import RunHistory
from cxrviewer.processes.messages import Evaluated
from cxrviewer.processes.trainer_process import Trainer
from tests.learning.class_folders import write_films
from tests.open_gate import write_open_model


@pytest.fixture
def trainer() -> Iterator[Trainer]:
    trainer = Trainer(threads=1)
    yield trainer
    trainer.close()


@pytest.fixture
def films(tmp_path: Path) -> Path:
    return write_films(tmp_path / "films", patients=3, classes=2)


def plan(films: Path, out: Path, epochs: str = "1,0") -> TrainingPlan:
    return TrainingPlan(data=films, out=out, changes={"epochs": epochs, "input_size": "32"})


def test_one_child_audits_finds_a_rate_trains_evaluates_and_compares(
    trainer: Trainer, films: Path, tmp_path: Path
) -> None:
    (films / "bacterial" / "broken.dcm").write_bytes(b"no film")
    *_, audit = trainer.audit(films)
    assert isinstance(audit, Audit)
    assert "unreadable" in {finding.kind for finding in audit.findings}

    out = tmp_path / "out"
    *tried, found = trainer.find_rate(plan(films, out))
    assert isinstance(found, RateFound)
    assert found.suggestion in {each.rate for each in tried if isinstance(each, RateTried)}
    assert not out.exists()
    events = list(trainer.train(plan(films, out)))
    (prepared,) = (event for event in events if isinstance(event, Prepared))
    assert [Path(name).name for name, _ in prepared.refused] == ["broken.dcm"]
    assert isinstance(events[-1], Finished)
    check_weights(read_bundle(Path(events[-1].bundle)))

    *_, evaluated = trainer.evaluate(films, events[-1].bundle, tmp_path / "report")
    assert isinstance(evaluated, Evaluated)
    assert (evaluated.out / "report.html").is_file()
    assert trainer.compare(out, events[-1].bundle).verdict == "not comparable"
    assert trainer.compare(out, str(out)).verdict == "not comparable"
    with pytest.raises(PlanError) as raised:
        list(trainer.train(replace(plan(films, tmp_path / "other"), weights="missing")))
    assert raised.value.field == "weights"


@pytest.mark.skipif(sys.platform == "win32", reason="priorities are read otherwise there")
def test_the_window_comes_before_the_trainer(trainer: Trainer, films: Path) -> None:
    list(trainer.audit(films))
    assert trainer.pid is not None
    assert os.getpriority(os.PRIO_PROCESS, trainer.pid) >= os.getpriority(os.PRIO_PROCESS, 0) + 10


def test_a_training_that_is_given_up_leaves_nothing_and_the_next_one_runs(
    trainer: Trainer, films: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    events = trainer.train(plan(films, out, epochs="500,0"))
    next(event for event in events if isinstance(event, EpochDone))
    events.close()
    assert not out.exists()
    run = RunHistory().find(out)
    assert run is not None
    assert run.status == CANCELLED
    assert isinstance(list(trainer.train(plan(films, tmp_path / "again")))[-1], Finished)


def test_a_paused_training_goes_on(trainer: Trainer, films: Path, tmp_path: Path) -> None:
    events = trainer.train(plan(films, tmp_path / "out", epochs="5,0"))
    next(event for event in events if isinstance(event, Prepared))
    trainer.pause()
    again = threading.Timer(0.5, trainer.resume)
    again.start()
    assert isinstance(list(events)[-1], Finished)
    again.join()


def test_a_training_killed_from_outside_is_a_sentence_and_can_go_on(
    trainer: Trainer, films: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    events = trainer.train(plan(films, out, epochs="500,0"))
    next(event for event in events if isinstance(event, EpochDone))
    trainer.kill()
    with pytest.raises(ProcessError, match="Resume it"):
        list(events)
    assert [path.name for path in out.iterdir()] == ["checkpoint.safetensors"]
    run = RunHistory().find(out)
    assert run is not None
    assert run.status == UNFINISHED


def test_an_evaluation_killed_while_it_writes_leaves_nothing(
    trainer: Trainer, films: Path, tmp_path: Path
) -> None:
    out = tmp_path / "report"
    events = trainer.evaluate(films, write_open_model(tmp_path / "model"), out)
    next(event for event in events if event.stage == "drawing")
    trainer.kill()
    with pytest.raises(ProcessError):
        list(events)
    assert not out.exists()
