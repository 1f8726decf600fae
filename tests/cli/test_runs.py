"""`cxrviewer runs`, `use` and `recipes`: what was trained, what is in use, what can be trained."""

import json
from pathlib import Path

import pytest

from cxrviewer.core.recipes import RECIPES
from tests.cli.conftest import Run, write_noise

RECIPE = ("--recipe", "p3-chen-kute", "--threads", "1", "--set", "input_size=32")


@pytest.fixture
def trained(run: Run, tmp_path: Path) -> Path:
    """Train on films whose classes differ, so that the model has operating points."""
    data = tmp_path / "data"
    for seed, kind in enumerate(("normal", "viral")):
        (data / kind).mkdir(parents=True)
        for number in range(30):
            write_noise(data / kind / f"{number}.png", seed=100 * seed + number)
    out = tmp_path / "run"
    ran = run("train", data, *RECIPE, "--set", "epochs=1,0", "--out", out)
    assert (ran.status, ran.err) == (0, "")
    return out


def test_the_history_lists_compares_reproduces_exports_and_forgets(
    run: Run, trained: Path, tmp_path: Path
) -> None:
    [first] = json.loads(run("runs", "--json").out)
    assert (first["status"], first["out"]) == ("done", str(trained))
    again = run("runs", "reproduce", first["id"], "--out", tmp_path / "again", "--threads", "1")
    assert (again.status, again.err) == (0, "")
    weights = [
        folder / "bundle" / "weights.safetensors" for folder in (trained, tmp_path / "again")
    ]
    assert weights[0].read_bytes() == weights[1].read_bytes()

    listed = run("runs").out.splitlines()
    assert len(listed) == 3
    second = int(listed[1].split()[0])
    compared = run("runs", "compare", first["id"], second, "--json")
    assert (compared.status, compared.err) == (0, "")
    assert json.loads(compared.out)["comparison"]["verdict"] == "no evidence"
    assert "auroc" in run("runs", "compare", first["id"], second).out

    target = tmp_path / "for" / "a colleague"
    exported = run("runs", "export", second, "--to", target)
    assert (exported.err, str(target) in exported.out) == ("", True)
    names = {"report.html", "report.json", "predictions.csv"}
    assert {file.name for file in target.iterdir()} == names
    for name in names:
        assert (target / name).read_bytes() == (tmp_path / "again" / name).read_bytes()
    twice = run("runs", "export", second, "--to", target)
    assert (twice.status, twice.is_one_sentence()) == (1, True)
    assert "already holds" in twice.err

    assert run("runs", "delete", second, "--folder").status == 0
    assert not (tmp_path / "again").exists()
    assert len(run("runs").out.splitlines()) == 2


def test_a_model_is_taken_into_use_after_a_comparison_and_given_back(
    run: Run, trained: Path
) -> None:
    before = {model["name"] for model in json.loads(run("models", "--json").out)}
    used = run("use", trained, "--anyway")
    assert (used.status, used.err) == (0, "")
    assert "in use" in used.out.splitlines()[0]
    assert used.out.splitlines()[-1] == "The model in use is my-model."
    after = {model["name"] for model in json.loads(run("models", "--json").out)}
    assert after - before == {"my-model"}
    back = run("use", "--back")
    assert back.out == "The model in use is pediatric-pneumonia.\n"
    none = run("use", "--back")
    assert none.status == 1
    assert none.is_one_sentence()


def test_what_is_no_run_is_one_sentence(run: Run, tmp_path: Path) -> None:
    assert run("runs").out == "There is no run yet.\n"
    for words in (
        ("runs", "delete", 7),
        ("runs", "compare", 1, 2),
        ("runs", "export", 7, "--to", tmp_path / "out"),
        ("use", 7),
        ("use", tmp_path),
    ):
        ran = run(*words)
        assert ran.status == 1
        assert ran.is_one_sentence()
    assert run("use").status == 2


def test_the_recipes_are_a_table_with_their_backbones(run: Run) -> None:
    header, *rows, _ = run("recipes").out.splitlines()
    assert [row.split()[0] for row in rows] == list(RECIPES)
    column = header.index("backbones")
    for row, recipe in zip(rows, RECIPES.values(), strict=True):
        assert set(row[column:].split()) == {recipe.backbone, *recipe.backbones}
    told = json.loads(run("recipes", "--json").out)
    assert [recipe["layer_decay"] for recipe in told] == [1.0] * len(RECIPES)


def test_an_installed_model_is_no_run_to_use(run: Run) -> None:
    done = run("use", "adult-findings")
    assert done.status == 1
    assert "adult-findings is an installed model and no run" in done.err
