"""A training that is ended from outside goes on and ends with the weights it would have had."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run, program, run
from tests.e2e.trainings import (
    INTERRUPT,
    KILL,
    SMALL,
    Event,
    killed_at,
    weights_of,
    write_data,
)

__all__ = ["program", "run"]
EPOCHS = ("--set", "epochs=2,2")
LEFT = {
    "bundle",
    "figures",
    "predictions.csv",
    "report.html",
    "report.json",
    "run.json",
    "split.csv",
}


def epoch(phase: int, number: int) -> Callable[[Event], bool]:
    return lambda event: (
        event["event"] == "EpochDone" and (event["phase"], event["epoch"]) == (phase, number)
    )


def stage(name: str) -> Callable[[Event], bool]:
    return lambda event: event.get("stage") == name


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data")


@pytest.mark.slow
@pytest.mark.parametrize(
    "reached",
    [epoch(0, 1), epoch(0, 2), epoch(1, 1), epoch(1, 2), stage("measuring"), stage("drawing")],
    ids=["head", "head done", "top layers", "top layers done", "measuring", "drawing"],
)
def test_a_killed_training_goes_on_to_the_same_weights(
    run: Run, data: Path, tmp_path: Path, reached: Callable[[Event], bool]
) -> None:
    whole, out = tmp_path / "whole", tmp_path / "run"
    assert run("train", data, *SMALL, *EPOCHS, "--out", whole).status == 0
    killed_at(reached, data, out, *EPOCHS, with_signal=KILL)
    assert not (out / "run.json").exists()
    resumed = run("train", data, *SMALL, *EPOCHS, "--out", out, "--resume")
    assert (resumed.status, resumed.err) == (0, "")
    assert weights_of(out) == weights_of(whole)
    assert {path.name for path in out.iterdir()} == LEFT


@pytest.mark.slow
@pytest.mark.parametrize("name", ["listing", "reading"])
def test_one_killed_before_its_first_epoch_starts_anew(
    run: Run, data: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "run"
    killed_at(stage(name), data, out, *EPOCHS, with_signal=KILL)
    words = ("train", data, *SMALL, *EPOCHS, "--out", out)
    resumed = run(*words, "--resume")
    assert resumed.status == 1
    assert resumed.is_one_sentence()
    assert "start it without resuming" in resumed.err
    assert run(*words).status == 0
    assert {path.name for path in out.iterdir()} == LEFT


def test_ctrl_c_keeps_the_checkpoint_and_says_how_to_go_on(
    run: Run, data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    stopped = killed_at(epoch(0, 1), data, out, "--set", "epochs=2000,0", with_signal=INTERRUPT)
    assert stopped.returncode == 130
    assert stopped.stderr.count("\n") == 1
    assert "--resume" in stopped.stderr
    assert [path.name for path in out.iterdir()] == ["checkpoint.safetensors"]
    listed = run("runs")
    assert "unfinished" in listed.out
