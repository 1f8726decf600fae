"""Films are called at the operating point that is asked for."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from cxrviewer.core import paths
from cxrviewer.core.bundle import Bundle, write_manifest
from cxrviewer.core.estimate import Estimate
from cxrviewer.core.operating_points import OperatingPoint, UncertainBand
from tests.cli.conftest import Run
from tests.learning.class_folders import write_films

RATE = Estimate(value=0.97, low=0.95, high=0.98, n=400)


@pytest.fixture
def between(tiny_bundle: Bundle, run: Run, film: Path) -> Bundle:
    """Return a bundle whose two points lie to either side of what it says of the film."""
    [row] = json.loads(run("predict", film, "--model", tiny_bundle.folder, "--json").out)
    said = 1 - row["p_normal"]
    points = tuple(
        OperatingPoint(name=name, label="", threshold=cut, sensitivity=RATE)
        for name, cut in (("balanced", said + 0.01), ("screening", said - 0.01))
    )
    band = UncertainBand(label="", low=said, high=said + 0.02, wrong_share=0.05, films=90)
    changed = replace(tiny_bundle.manifest, points=points, uncertain=(band,))
    write_manifest(changed, tiny_bundle.folder)
    return replace(tiny_bundle, manifest=changed)


def test_the_label_follows_the_point(run: Run, film: Path, between: Bundle) -> None:
    words = ("predict", film, "--model", between.folder, "--json")
    [default] = json.loads(run(*words).out)
    [balanced] = json.loads(run(*words, "--operating-point", "balanced").out)
    [screening] = json.loads(run(*words, "--operating-point", "screening").out)
    assert default == balanced
    assert (balanced["label"], screening["label"] == "normal") == ("normal", False)
    assert {**screening, "label": "normal"} == balanced


def test_the_picture_names_point_and_call(
    run: Run, film: Path, between: Bundle, tmp_path: Path
) -> None:
    out = tmp_path / "out.png"
    words = ("explain", film, "--model", between.folder, "--out", out)
    assert run(*words, "--operating-point", "screening").status == 0
    text = Image.open(out).text
    assert text["Operating point"] == "screening"
    assert text["Call"] in ("bacterial", "viral")
    assert run(*words).status == 0
    assert Image.open(out).text["Call"] == "normal"


@pytest.mark.parametrize("command", ["predict", "explain"])
def test_a_point_that_the_model_lacks_is_one_sentence(
    run: Run, film: Path, tiny_bundle: Bundle, tmp_path: Path, command: str
) -> None:
    out = tmp_path / "out.png"
    target = ("--out", out) if command == "explain" else ("--csv", out)
    words = (command, film, "--model", tiny_bundle.folder, *target)
    ran = run(*words, "--operating-point", "screening")
    assert ran.status == 1
    assert ran.is_one_sentence()
    assert "has no screening operating point, only balanced" in ran.err
    assert not out.exists()
    assert run(*words, "--operating-point", "specific").status == 2


def test_the_points_are_listed_with_their_counts(
    run: Run, between: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "bundled_models_dir", lambda: between.folder.parent)
    [model] = json.loads(run("models", "--json").out)
    assert [point["name"] for point in model["points"]] == ["balanced", "screening"]
    assert model["points"][1]["sensitivity"] == {"value": 0.97, "low": 0.95, "high": 0.98, "n": 400}
    assert model["uncertain"][0]["films"] == 90
    assert run("models").out.rstrip().endswith("operating points: balanced and screening")


def test_an_evaluation_says_what_each_point_does(run: Run, between: Bundle, tmp_path: Path) -> None:
    films = write_films(tmp_path / "films", patients=5)
    out = tmp_path / "report"
    ran = run("evaluate", films, "--model", between.folder, "--out", out)
    assert ran.status == 0
    points = json.loads((out / "report.json").read_text())["points"]
    lines = ran.out.splitlines()[1:3]
    for point, line in zip(points, lines, strict=True):
        assert line.startswith(f"anything but normal, {point['name']} (from ")
        assert f"sensitivity {point['sensitivity']['value']:.3f} (" in line
        assert f"), {point['true_positive']} of 10 films" in line
        assert line.endswith(f", {point['true_negative']} of 5 films")
    few = write_films(tmp_path / "few", patients=3)
    ran = run("evaluate", few, "--model", between.folder, "--out", tmp_path / "other")
    assert "sensitivity not measurable, " in ran.out
