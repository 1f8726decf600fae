"""The history of the runs: kept, shared by processes, recovered, never deleting what is not its."""

import json
import multiprocessing
import subprocess
import sys
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.core import paths, run_files
from cxrviewer.core.errors import DataError, PlanError, SettingsError
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.run import UNFINISHED, reproduce, resume
from cxrviewer.core.run_history import RunHistory

_CHILD = """
import os
import sys
from pathlib import Path
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.run_history import RunHistory
history = RunHistory()
for number in range(int(sys.argv[1])):
    plan = TrainingPlan(data=Path("data"), out=Path(f"out-{os.getpid()}-{number}"))
    run = history.add(plan)
    history.update(run, status="done")
history.add(TrainingPlan(data=Path("data"), out=Path(f"last-{os.getpid()}")))
print("added", flush=True)
sys.stdin.read()
"""


def plan(out: Path, **changes: Any) -> TrainingPlan:
    return TrainingPlan(data=Path("data"), out=out, **changes)


def _record(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "bundle").mkdir()
    (folder / "bundle" / "weights.safetensors").write_bytes(b"w")
    (folder / run_files.SPLIT).write_text("image,part\n")
    text = json.dumps({"plan": plan(folder).as_json(), "summary": "Fine."})
    (folder / run_files.RECORD).write_text(text)
    return folder


def test_a_run_is_kept_with_what_it_came_to(tmp_path: Path) -> None:
    history = RunHistory()
    first = history.add(plan(tmp_path / "a", seed=7, changes={"epochs": "1,2"}, watch=Path("f")))
    second = history.add(plan(tmp_path / "b", left_out=("x.png",)))
    measures = {"accuracy": 0.9, "auroc": None}
    history.update(first, status="done", summary="Fine.", measures=measures, bundle="mine")
    again = RunHistory()
    assert [run.id for run in again.list()] == [second, first]
    run = again.get(first)
    assert (run.status, run.summary, run.measures, run.bundle) == (
        "done",
        "Fine.",
        measures,
        "mine",
    )
    assert run.plan == plan(tmp_path / "a", seed=7, changes={"epochs": "1,2"}, watch=Path("f"))
    assert again.get(second).plan.left_out == ("x.png",)
    assert again.get(second).status == "running"
    assert again.find(tmp_path / "a") == run
    assert again.find(tmp_path / "c") is None


def test_the_same_plan_is_reproduced_in_a_folder_of_its_own(tmp_path: Path) -> None:
    history = RunHistory()
    asked = plan(tmp_path / "a", seed=7, changes={"dropout": "0.3"}, split_by="image")
    run = history.get(history.add(asked))
    (tmp_path / "a-2").mkdir()
    again = reproduce(run)
    assert again.out == tmp_path / "a-3"
    assert again.settings == asked.settings
    assert (again.seed, again.split_by, again.changes) == (7, "image", {"dropout": "0.3"})


def test_a_recipe_that_changed_since_is_reproduced_as_it_was(tmp_path: Path) -> None:
    history = RunHistory()
    run = history.get(history.add(plan(tmp_path / "a")))
    run.settings["batch_size"] = "48"
    assert reproduce(run).settings.batch_size == 48


def test_two_processes_add_runs_at_the_same_time_and_none_is_lost(tmp_path: Path) -> None:
    children = [_child(12) for _ in range(2)]
    for child in children:
        assert child.stdout.readline() == b"added\n"
    runs = RunHistory().list()
    assert len(runs) == 26
    assert [run.status for run in runs].count("running") == 2
    for child in children:
        child.communicate()


def _begin_together(folder: Path, together: Barrier) -> None:
    for number in range(40):
        together.wait(timeout=20)
        # Waking takes them one by one; a beat of the clock starts them at once.
        beat = time.monotonic() // 0.05
        while time.monotonic() // 0.05 == beat:
            pass
        RunHistory(folder / f"{number}.sqlite")


def test_a_history_that_several_processes_begin_at_once_is_there_for_all(tmp_path: Path) -> None:
    several = multiprocessing.get_context("spawn")
    together = several.Barrier(4)
    children = [
        several.Process(target=_begin_together, args=(tmp_path, together)) for _ in range(4)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * 4


def test_a_run_whose_process_was_killed_is_unfinished_and_goes_on_under_its_number() -> None:
    child = _child(0)
    child.stdout.readline()
    history = RunHistory()
    assert [run.status for run in history.list()] == ["running"]
    child.kill()
    child.communicate()
    (run,) = history.list()
    assert run.status == UNFINISHED
    assert run.resumable
    assert resume(run).resume
    assert history.add(resume(run)) == run.id
    assert [found.status for found in history.list()] == ["running"]


@pytest.mark.parametrize("resumed", [False, True])
def test_a_folder_in_which_a_training_runs_takes_no_other(tmp_path: Path, resumed: bool) -> None:
    running, other = RunHistory(), RunHistory()
    run = running.add(plan(tmp_path))
    with pytest.raises(PlanError, match="running in this folder") as raised:
        other.add(plan(tmp_path, resume=resumed))
    assert raised.value.field == "out"
    assert [found.status for found in other.list()] == ["running"]
    running.update(run, status="failed")
    assert other.add(plan(tmp_path, resume=resumed)) == run + (not resumed)


def _child(runs: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-c", _CHILD, str(runs)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


@pytest.mark.parametrize("damage", [b"not a database, but long enough to be read as one" * 9, b""])
def test_a_damaged_file_is_put_aside_and_the_runs_are_found_again(damage: bytes) -> None:
    folder = _record(paths.runs_dir() / "one")
    file = paths.run_history_file()
    RunHistory().add(plan(folder))
    if damage:
        file.write_bytes(damage)
    else:
        pages = bytearray(file.read_bytes())
        pages[4096 : 4096 + 512] = b"\xff" * 512
        file.write_bytes(pages)
    history = RunHistory()
    assert "damaged" in history.note
    assert "by their folders: 1," in history.note
    (aside,) = file.parent.glob("runs-damaged-*.sqlite")
    assert aside.name in history.note
    (run,) = history.list()
    assert (run.out, run.status, run.summary) == (folder, "done", "Fine.")
    assert (folder / "bundle" / "weights.safetensors").is_file()
    assert RunHistory().note == ""


def test_a_history_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file stands here")
    with pytest.raises(SettingsError, match="cannot be used"):
        RunHistory()


def test_deleting_forgets_the_run_and_its_files_only_where_asked(tmp_path: Path) -> None:
    history = RunHistory()
    kept, gone = _record(tmp_path / "kept"), _record(tmp_path / "gone")
    (gone / "notes.txt").write_text("mine")
    for folder, delete in ((kept, False), (gone, True)):
        run = history.add(plan(folder))
        history.update(run, status="done")
        history.delete(run, folder=delete)
    assert history.list() == ()
    assert (kept / "bundle").is_dir()
    assert [path.name for path in gone.iterdir()] == ["notes.txt"]


def test_a_folder_that_is_no_runs_is_not_deleted(tmp_path: Path) -> None:
    films = tmp_path / "films"
    (films / "bundle").mkdir(parents=True)
    (films / run_files.RECORD).write_text("[]")
    history = RunHistory()
    run = history.add(plan(films))
    with pytest.raises(DataError, match="still running"):
        history.delete(run)
    history.update(run, status="failed")
    with pytest.raises(DataError, match="no record of a run"):
        history.delete(run, folder=True)
    assert (films / "bundle").is_dir()
    assert history.get(run).status == "failed"
    with pytest.raises(DataError, match="no run 99"):
        history.get(99)
