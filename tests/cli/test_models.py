"""Models that are there, missing or damaged, as the commands tell of them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cxrviewer.core import paths
from cxrviewer.core.bundle import MANIFEST, WEIGHTS, Bundle
from tests.cli.conftest import Run


@pytest.fixture
def installed(tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(paths, "bundled_models_dir", lambda: tmp_path / "none shipped")
    folder = paths.user_models_dir() / "tiny-model"
    shutil.copytree(tiny_bundle.folder, folder)
    return folder


def _other_weights(folder: Path) -> None:
    with (folder / WEIGHTS).open("ab") as file:
        file.write(b"\0")


def _no_weights(folder: Path) -> None:
    (folder / WEIGHTS).unlink()


def _unknown_architecture(folder: Path) -> None:
    file = folder / MANIFEST
    file.write_text(file.read_text().replace("mobilenet_v2", "resnet_9000"))


def _damaged_manifest(folder: Path) -> None:
    (folder / MANIFEST).write_text('{"format": 2}')


def _missing(folder: Path) -> None:
    shutil.rmtree(folder)


DAMAGES = {
    "wrong hash": _other_weights,
    "missing": _no_weights,
    "resnet_9000": _unknown_architecture,
    "not complete": _damaged_manifest,
    "There is no model": _missing,
}


@pytest.mark.parametrize("words", DAMAGES)
def test_a_damaged_model_is_one_sentence(
    run: Run, film: Path, tiny_bundle: Bundle, tmp_path: Path, words: str
) -> None:
    damage: Callable[[Path], None] = DAMAGES[words]
    damage(tiny_bundle.folder)
    out = tmp_path / "out.csv"
    ran = run("predict", film, "--model", tiny_bundle.folder, "--csv", out)
    assert ran.status == 1
    assert ran.is_one_sentence()
    assert words in ran.err
    assert not out.exists()


def test_models_are_listed_by_the_name_that_predict_takes(
    run: Run, film: Path, installed: Path
) -> None:
    [model] = json.loads(run("models", "--json").out)
    assert model["labels"] == ["normal", "bacterial", "viral"]
    assert model["folder"] == str(installed)
    assert run("predict", film, "--model", model["name"], "--json").status == 0
    assert run("models").out.startswith("tiny-model: Tiny model 1.0")


def test_a_damaged_model_does_not_hide_the_others(run: Run, installed: Path) -> None:
    broken = installed.parent / "broken"
    broken.mkdir()
    (broken / MANIFEST).write_text("{")
    ran = run("models", "--json")
    assert ran.status == 0
    assert [model["name"] for model in json.loads(ran.out)] == ["tiny-model"]
    assert ran.is_one_sentence()
    assert str(broken) in ran.err


def test_no_model_is_said(run: Run, installed: Path) -> None:
    shutil.rmtree(installed)
    ran = run("models", "--json")
    assert (ran.status, json.loads(ran.out)) == (0, [])
    assert ran.is_one_sentence()


def test_the_self_test_passes_here(run: Run, installed: Path) -> None:
    ran = run("self-test", "--json")
    failed = [check for check in json.loads(ran.out) if not check["ok"]]
    assert (failed, ran.status, ran.err) == ([], 0, "")


def test_the_self_test_finds_changed_weights_and_other_answers(run: Run, installed: Path) -> None:
    other = installed.parent / "other"
    shutil.copytree(installed, other)
    _other_weights(installed)
    manifest = json.loads((other / MANIFEST).read_text())
    manifest.update(id="other", reference_logits=[1.0, 2.0, 3.0])
    (other / MANIFEST).write_text(json.dumps(manifest))
    ran = run("self-test")
    assert ran.status == 1
    lines = ran.out.splitlines()
    assert "ok     weights of other" in ran.out
    assert any(line.startswith("FAILED weights of tiny-model") for line in lines)
    assert any(line.startswith("FAILED reference answer of other") for line in lines)
    assert "checks failed" in lines[-1]


def test_recipes_are_listed(run: Run) -> None:
    recipes = json.loads(run("recipes", "--json").out)
    assert "p3-chen-kute" in [recipe["name"] for recipe in recipes]
    assert "p3-chen-kute" in run("recipes").out
