"""A training that was killed goes on where it was, and ends as if nothing had happened."""

import json
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import safetensors.torch
import torch

from cxrviewer.core.errors import ExportError, PlanError
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import BatchDone, EpochDone, Event, Finished, PhaseStarted, Prepared
from cxrviewer.core.run_files import CHECKPOINT
from cxrviewer.learning.trainer import bundle_writer
from cxrviewer.learning.trainer.training import train
from tests.learning.class_folders import write_films

pytestmark = pytest.mark.usefixtures("films_read_once")

# High rates, so that the best epoch is not the last one.
CHANGES = {"epochs": "2,2", "learning_rates": "0.3,0.01", "input_size": "64"}
_KILLED = """
import json, os, signal, sys
import torch
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import EpochDone
from cxrviewer.learning.trainer.training import train

if __name__ == "__main__":
    last = int(sys.argv[2])
    torch.set_num_threads(1)
    done = 0
    plan = TrainingPlan.from_json(json.loads(sys.argv[1]))
    for event in train(plan):
        done += isinstance(event, EpochDone)
        if done == last:
            os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_films(tmp_path_factory.mktemp("films"), patients=6)


def plan_for(films: Path, out: Path) -> TrainingPlan:
    return TrainingPlan(data=films, out=out, changes=CHANGES)


def told(plan: TrainingPlan) -> list[Event]:
    return [event for event in train(plan) if not isinstance(event, BatchDone)]


def list_only(plan: TrainingPlan) -> None:
    """Run a plan that must end before a film is read."""
    for event in train(plan):
        assert isinstance(event, BatchDone)
        assert event.stage == "listing"


def weights(out: Path) -> dict[str, torch.Tensor]:
    return safetensors.torch.load_file(out / "bundle" / "weights.safetensors")


def interrupted(plan: TrainingPlan, *, after: int) -> None:
    """Run a plan and end it from outside after so many epochs."""
    events = train(plan)
    for event in events:
        after -= isinstance(event, EpochDone)
        if not after:
            break
    with pytest.raises(KeyboardInterrupt):
        events.throw(KeyboardInterrupt())


@pytest.fixture(scope="module")
def whole(films: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Event]]:
    """A training that nothing interrupted: its folder and its events."""
    out = tmp_path_factory.mktemp("whole") / "out"
    return out, told(plan_for(films, out))


@pytest.fixture(scope="module")
def _begun(films: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("begun") / "out"
    interrupted(plan_for(films, out), after=1)
    return out


@pytest.fixture
def unfinished(_begun: Path, films: Path, tmp_path: Path) -> TrainingPlan:
    """The plan of a training that was ended from outside after its first epoch."""
    return plan_for(films, shutil.copytree(_begun, tmp_path / "out"))


@pytest.mark.parametrize("last", [1, 2, 3])
def test_a_killed_training_ends_like_one_that_was_not(
    films: Path, tmp_path: Path, whole: tuple[Path, list[Event]], last: int
) -> None:
    out = tmp_path / "out"
    script = tmp_path / "killed.py"
    script.write_text(_KILLED)
    plan = plan_for(films, out)
    words = [sys.executable, str(script), json.dumps(plan.as_json()), str(last)]
    killed = subprocess.run(words, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert [path.name for path in out.iterdir()] == [CHECKPOINT]

    events = told(replace(plan, resume=True))
    seconds = {"seconds": 0.0}
    assert [type(event) for event in events] == [type(event) for event in whole[1]]
    assert [replace(e, **seconds) for e in events if isinstance(e, EpochDone)] == [
        replace(e, **seconds) for e in whole[1] if isinstance(e, EpochDone)
    ]
    expected, found = weights(whole[0]), weights(out)
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    assert not (out / CHECKPOINT).exists()
    assert sorted(path.name for path in out.iterdir()) == sorted(
        path.name for path in whole[0].iterdir()
    )


def test_what_a_kill_leaves_of_writing_is_taken_away(
    unfinished: TrainingPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_content: object, file: Path, **_: object) -> None:
        # As the library does: under a name of its own, beside the file it is asked for.
        (file.parent / ".tmpAbCdEf").write_bytes(b"half")
        shutil.copytree(unfinished.out, tmp_path / "killed")
        raise OSError

    with monkeypatch.context() as patch, pytest.raises(ExportError):
        patch.setattr(safetensors.torch, "save_file", killed)
        told(replace(unfinished, resume=True))
    out = tmp_path / "killed"
    assert len(list(out.iterdir())) > 1
    events = train(replace(unfinished, out=out, resume=True))
    for event in events:
        if isinstance(event, EpochDone) and event.epoch == 2:
            break
    assert [path.name for path in out.iterdir()] == [CHECKPOINT]
    events.close()


def test_epochs_done_before_are_told_and_not_done_again(unfinished: TrainingPlan) -> None:
    events = train(replace(unfinished, resume=True))
    first = []
    for event in events:
        if isinstance(event, BatchDone) and event.stage == "training":
            break
        if not isinstance(event, BatchDone):
            first.append(event)
        if isinstance(event, EpochDone) and event.epoch == 2:
            break
    events.close()
    assert [type(event) for event in first][:3] == [Prepared, PhaseStarted, EpochDone]
    assert first[2].epoch == 1


def test_a_resumed_training_that_is_given_up_can_be_resumed(unfinished: TrainingPlan) -> None:
    events = train(replace(unfinished, resume=True))
    next(events)
    events.close()
    assert isinstance(told(replace(unfinished, resume=True))[-1], Finished)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seed": 2}, "other weights, seed"),
        ({"changes": CHANGES | {"epochs": "2,3"}}, "other epochs"),
        ({"split_by": "image"}, "other split_by"),
    ],
)
def test_another_plan_is_one_sentence_before_any_film_is_read(
    unfinished: TrainingPlan, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(PlanError, match=words) as raised:
        list_only(replace(unfinished, resume=True, **changes))
    assert raised.value.field == "resume"
    assert (unfinished.out / CHECKPOINT).is_file()


def test_other_films_are_one_sentence(unfinished: TrainingPlan, tmp_path: Path) -> None:
    more = write_films(tmp_path / "more", patients=7)
    with pytest.raises(PlanError, match="begun with other films"):
        told(replace(unfinished, data=more, resume=True))
    assert (unfinished.out / CHECKPOINT).is_file()


def test_the_same_films_in_another_place_go_on(unfinished: TrainingPlan, tmp_path: Path) -> None:
    moved = write_films(tmp_path / "moved", patients=6)
    assert isinstance(told(replace(unfinished, data=moved, resume=True))[-1], Finished)


def test_nothing_to_resume_is_one_sentence(films: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(PlanError, match="no unfinished training"):
        list_only(replace(plan_for(films, out), resume=True))
    assert not out.exists()


def test_an_unfinished_training_is_not_overwritten(unfinished: TrainingPlan) -> None:
    before = (unfinished.out / CHECKPOINT).read_bytes()
    with pytest.raises(PlanError, match="did not end"):
        list_only(unfinished)
    assert (unfinished.out / CHECKPOINT).read_bytes() == before


@pytest.mark.parametrize(
    "spoil", [lambda b: b[: len(b) // 2], lambda _: b"", lambda _: b"text" * 9]
)
def test_a_damaged_checkpoint_is_one_sentence(unfinished: TrainingPlan, spoil: object) -> None:
    file = unfinished.out / CHECKPOINT
    file.write_bytes(spoil(file.read_bytes()))  # type: ignore[operator]
    with pytest.raises(PlanError, match="cannot be read"):
        list_only(replace(unfinished, resume=True))


def test_a_full_disk_at_the_end_loses_no_epoch(
    films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    plan = plan_for(films, tmp_path / "out")
    with monkeypatch.context() as patch:
        patch.setattr(bundle_writer.weights, "save", full)
        with pytest.raises(ExportError, match="could not be written"):
            told(plan)
    assert [path.name for path in plan.out.iterdir()] == [CHECKPOINT]
    assert isinstance(told(replace(plan, resume=True))[-1], Finished)
