"""A model with a caution answers when it is asked for by name, and its caution is never lost."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from cxrviewer.core import paths
from cxrviewer.core.bundle import Bundle, read_bundle, write_manifest
from tests.cli.conftest import Run

SENTENCE = "Its COVID films come from one hospital and all others from another."


@pytest.fixture
def cautious(tiny_bundle: Bundle) -> Path:
    manifest = replace(tiny_bundle.manifest, id="cautious", caution=SENTENCE)
    folder = paths.user_models_dir() / "cautious"
    folder.parent.mkdir(parents=True)
    tiny_bundle.folder.rename(folder)
    write_manifest(manifest, folder)
    return folder


def test_the_table_has_it_in_every_row_with_an_answer(
    run: Run, film: Path, cautious: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.csv"
    missing = tmp_path / "missing.dcm"
    ran = run("predict", film, missing, "--model", "cautious", "--csv", out, "--json")
    assert f"cxrviewer: {SENTENCE}\n" in ran.err
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for answered, unread in (rows, json.loads(ran.out)):
        assert answered["status"] == "warn"
        assert SENTENCE in answered["reason"]
        assert answered["p_viral"]
        assert unread["status"] == "error"


def test_a_picture_of_where_it_looked_has_it_too(
    run: Run, film: Path, cautious: Path, tmp_path: Path
) -> None:
    plain, told = tmp_path / "plain.png", tmp_path / "told.png"
    ran = run("explain", film, "--model", cautious, "--out", told)
    assert SENTENCE in ran.err
    assert ran.is_one_sentence()
    assert SENTENCE in Image.open(told).text["Warning"]
    write_manifest(replace(read_bundle(cautious).manifest, caution=""), cautious)
    assert run("explain", film, "--model", cautious, "--out", plain).status == 0
    changed = np.argwhere((cv2.imread(str(told)) != cv2.imread(str(plain))).any(axis=2))
    assert len(changed)
    assert changed[:, 0].min() > 0.5 * cv2.imread(str(plain)).shape[0]


def test_it_is_listed_as_off_by_default(run: Run, cautious: Path) -> None:
    listed = {model["name"]: model for model in json.loads(run("models", "--json").out)}
    assert listed["cautious"]["off_by_default"]
    assert listed["cautious"]["caution"] == SENTENCE
    assert not listed["pediatric-pneumonia"]["off_by_default"]
    (line,) = (each for each in run("models").out.splitlines() if each.startswith("cautious"))
    assert line.startswith("cautious (off by default): ")
    assert line.endswith(SENTENCE)
