"""`cxrviewer train` and `evaluate`: from folders of films to a model and its report."""

import json
from pathlib import Path

import pytest

from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import EpochDone
from tests.cli.conftest import Run, write_noise

RECIPE = ("--recipe", "p3-chen-kute")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    for seed, kind in enumerate(("normal", "viral")):
        (folder / kind).mkdir(parents=True)
        for number in range(12):
            write_noise(folder / kind / f"{number}.png", seed=100 * seed + number)
    return folder


def test_a_training_leaves_a_model_that_predicts_and_evaluates(
    run: Run, data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    ran = run("train", data, *RECIPE, "--out", out, "--set", "epochs=1,1", "--json")
    assert (ran.status, ran.err) == (0, "")
    events = [json.loads(line) for line in ran.out.splitlines()]
    names = [event["event"] for event in events if event["event"] != "BatchDone"]
    phase = ["PhaseStarted", "EpochDone"]
    assert names == ["Prepared", *phase, *phase, "Finished"]
    assert Path(events[-1]["bundle"]) == out / "bundle"
    predicted = run("predict", data, "--model", out / "bundle", "--json")
    assert len(json.loads(predicted.out)) == 24

    report = tmp_path / "report"
    evaluated = run("evaluate", data, "--model", out / "bundle", "--out", report, "--json")
    assert (evaluated.status, evaluated.err) == (0, "")
    assert json.loads(evaluated.out) == json.loads((report / "report.json").read_text())
    assert (report / "report.html").is_file()

    again = run("train", data, *RECIPE, "--out", out, "--set", "epochs=1,1")
    assert again.status == 1
    assert again.is_one_sentence()
    assert "already holds" in again.err


def test_a_training_that_was_ended_from_outside_is_resumed(
    run: Run, data: Path, tmp_path: Path
) -> None:
    from cxrviewer.learning.training import train

    out = tmp_path / "run"
    events = train(TrainingPlan(data=data, out=out, changes={"epochs": "1,1"}))
    next(event for event in events if isinstance(event, EpochDone))
    with pytest.raises(KeyboardInterrupt):
        events.throw(KeyboardInterrupt())

    words = ("train", data, *RECIPE, "--out", out, "--set", "epochs=1,1")
    anew = run(*words)
    assert anew.status == 1
    assert anew.is_one_sentence()
    ran = run(*words, "--backbone", "mobilenet_v2", "--resume")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.count("  epoch 1:") == 2
    assert sorted(path.name for path in out.iterdir()) == ["bundle", "run.json", "split.csv"]


def test_a_training_in_words(run: Run, data: Path, tmp_path: Path) -> None:
    ran = run("train", data, *RECIPE, "--out", tmp_path / "run", "--set", "epochs=1,0")
    assert (ran.status, ran.err) == (0, "")
    assert "Phase 1, head: 1 epochs" in ran.out
    assert "BatchDone" not in ran.out
    assert str(tmp_path / "run" / "bundle") in ran.out.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--recipe", "nonsense"), "recipe"),
        ((*RECIPE, "--set", "epochs=1"), "epochs"),
        ((*RECIPE, "--set", "epochs=one,two"), "one,two"),
        ((*RECIPE, "--set", "magic=1"), "magic"),
        ((*RECIPE, "--backbone", "resnet_9000"), "mobilenet_v2"),
        ((*RECIPE, "--resume"), "no unfinished training"),
        ((*RECIPE, "--weights", "missing.safetensors"), "missing.safetensors"),
    ],
)
def test_a_plan_that_cannot_be_run_is_one_sentence(
    run: Run, data: Path, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    ran = run("train", data, "--out", tmp_path / "run", *words)
    assert ran.status == 1
    assert ran.is_one_sentence()
    assert told in ran.err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("make", [lambda path: None, Path.mkdir, Path.touch])
def test_data_that_is_none_is_one_sentence(run: Run, tmp_path: Path, make: object) -> None:
    make(tmp_path / "data")  # type: ignore[operator]
    ran = run("train", tmp_path / "data", *RECIPE, "--out", tmp_path / "run")
    assert ran.status == 1
    assert ran.is_one_sentence()


def test_an_evaluation_with_other_labels_is_one_sentence(
    run: Run, tmp_path: Path, tiny_bundle: object
) -> None:
    (tmp_path / "data" / "gout").mkdir(parents=True)
    write_noise(tmp_path / "data" / "gout" / "a.png", seed=1)
    ran = run(
        "evaluate", tmp_path / "data", "--model", tiny_bundle.folder, "--out", tmp_path / "report"
    )
    assert ran.status == 1
    assert ran.is_one_sentence()
    assert not (tmp_path / "report").exists()
