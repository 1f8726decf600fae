"""`cxrviewer train`, `rate` and `evaluate`: from folders of films to a model and its report."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, write_noise
from tests.cli.test_program import python

RECIPE = ("--recipe", "p3-chen-kute", "--threads", "1", "--set", "input_size=32")
LEFT = [
    "bundle",
    "figures",
    "predictions.csv",
    "report.html",
    "report.json",
    "run.json",
    "split.csv",
]


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
    watched = data / "viral" / "3.png"
    ran = run(
        *("train", data, *RECIPE, "--out", out, "--set", "epochs=1,1", "--json"),
        *("--watch", watched),
    )
    assert (ran.status, ran.err) == (0, "")
    events = [json.loads(line) for line in ran.out.splitlines()]
    quiet = ("BatchDone", "Noted")
    names = [event["event"] for event in events if event["event"] not in quiet]
    phase = ["PhaseStarted", "EpochDone", "Watched"]
    assert names == ["Prepared", "PhaseStarted", "Watched", *phase[1:], *phase, "Finished"]
    assert all("heat" not in event for event in events if event["event"] == "Watched")
    assert Path(events[-1]["bundle"]) == out / "bundle"
    assert sorted(path.name for path in out.iterdir()) == LEFT
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
    assert "--out: " in again.err


def test_a_training_in_words_with_films_left_out(run: Run, data: Path, tmp_path: Path) -> None:
    out, left_out = tmp_path / "run", tmp_path / "left-out.txt"
    (data / "viral" / "broken.png").write_bytes(b"no film")
    left_out.write_text("viral/broken.png\nnormal/0.png\n\n", encoding="utf-8")
    words = ("--left-out", left_out, "--set", "epochs=1,0")
    ran = run("train", data, *RECIPE, "--out", out, *words)
    assert (ran.status, ran.err) == (0, "")
    assert "Phase 1, head: 1 epochs" in ran.out
    assert "BatchDone" not in ran.out
    assert "broken.png" not in ran.out
    assert str(out / "bundle") in ran.out.splitlines()[-1]
    assert len((out / "split.csv").read_text().splitlines()) == 1 + 23


@pytest.mark.slow
def test_the_same_seed_gives_the_same_model_and_another_another(
    run: Run, data: Path, tmp_path: Path
) -> None:
    def weights(name: str, seed: int) -> bytes:
        words = ("--set", "epochs=1,0", "--set", f"seed={seed}", "--out", tmp_path / name)
        assert run("train", data, *RECIPE, *words).status == 0
        return (tmp_path / name / "bundle" / "weights.safetensors").read_bytes()

    first = weights("a", 1)
    assert weights("b", 1) == first
    assert weights("c", 2) != first


def test_learning_rates_are_tried_and_nothing_is_kept(run: Run, data: Path, tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    ran = run("rate", data, *RECIPE, "--json")
    assert (ran.status, ran.err) == (0, "")
    events = [json.loads(line) for line in ran.out.splitlines()]
    assert [event["event"] for event in events[-2:]] == ["RateTried", "RateFound"]
    assert set(tmp_path.iterdir()) - before <= {tmp_path / "home"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--recipe", "nonsense"), "--recipe: "),
        ((*RECIPE, "--set", "epochs=1"), "--set epochs: "),
        ((*RECIPE, "--set", "epochs=one,two"), "one,two"),
        ((*RECIPE, "--set", "magic=1"), "there are unfrozen, hidden"),
        ((*RECIPE, "--set", "seed=few"), "--set seed: "),
        ((*RECIPE, "--set", "dropout=2"), "--set dropout: "),
        ((*RECIPE, "--set", "bundle_id=../mine"), "--set bundle_id: "),
        ((*RECIPE, "--backbone", "resnet_9000"), "--backbone: "),
        ((*RECIPE, "--resume"), "--resume: "),
        ((*RECIPE, "--weights", "missing.safetensors"), "--weights: "),
        ((*RECIPE, "--left-out", "missing.txt"), "--left-out: "),
        ((*RECIPE, "--watch", "missing.png"), "--watch: "),
        ((*RECIPE, "--watch", __file__), "--watch: "),
    ],
)
def test_a_plan_that_cannot_be_run_is_one_sentence_with_its_word(
    run: Run, data: Path, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    ran = run("train", data, "--out", tmp_path / "run", *words)
    assert ran.status == 1
    assert ran.is_one_sentence()
    assert told in ran.err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("words", [("--recipe", "p3"), (*RECIPE, "--backbone", "resnet_9000")])
def test_a_misspelt_name_is_told_before_the_network_is_loaded(
    words: tuple[str, ...], data: Path, tmp_path: Path
) -> None:
    command = ["train", str(data), *words, "--out", str(tmp_path / "run")]
    check = (
        "import sys\n"
        "from cxrviewer.__main__ import main\n"
        f"assert main({command!r}) == 1\n"
        "assert 'torch' not in sys.modules\n"
    )
    done = python(check)
    assert done.returncode == 0, done.stderr
    assert "; choose " in done.stderr


@pytest.mark.parametrize("command", ["audit", "train", "rate", "evaluate"])
def test_data_without_a_name_is_not_the_current_folder(
    run: Run, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(data)
    words = {
        "train": (*RECIPE, "--out", tmp_path / "run"),
        "rate": RECIPE,
        "evaluate": ("--out", tmp_path / "run"),
    }
    ran = run(command, "", *words.get(command, ()))
    assert ran.status == 2
    assert "DATA: the name is empty" in ran.err
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
