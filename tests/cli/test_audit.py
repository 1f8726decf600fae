"""`cxrviewer audit`: findings in words or as JSON, and the list of films left out."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.learning.drawn_films import write_clean_set


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = write_clean_set(tmp_path_factory.mktemp("set") / "films")
    shutil.copy(root / "normal" / "p03a" / "0.tif", root / "normal" / "p03a" / "copy.tif")
    (root / "viral" / "p00b" / "broken.png").write_bytes(b"no film")
    return root


def test_findings_are_told_with_their_films_and_fixes(run: Run, films: Path) -> None:
    ran = run("audit", films)
    assert ran.status == 0
    assert "57 films of 28 patients: normal 29, viral 28" in ran.out
    assert "unreadable: 1 of 58 films cannot be read" in ran.out
    assert "    normal/p03a/copy.tif" in ran.out
    assert "(--accept duplicate)" in ran.out


def test_accepted_fixes_become_a_list_of_films(run: Run, films: Path, tmp_path: Path) -> None:
    listed = tmp_path / "left-out.txt"
    ran = run("audit", films, "--accept", "duplicate", "--left-out", listed)
    assert (ran.status, listed.read_text()) == (0, "normal/p03a/copy.tif\n")
    ran = run("audit", films, "--accept", "all", "--left-out", listed, "--json")
    assert listed.read_text() == "viral/p00b/broken.png\nnormal/p03a/copy.tif\n"
    told = json.loads(ran.out)
    assert told["left_out"] == ["viral/p00b/broken.png", "normal/p03a/copy.tif"]
    assert [finding["kind"] for finding in told["findings"]] == ["unreadable", "duplicate"]


def test_wrong_usage_and_sets_that_cannot_be_used_are_one_sentence(
    run: Run, films: Path, tmp_path: Path
) -> None:
    assert run("audit", films, "--accept", "duplicate").status == 2
    ran = run("audit", films, "--accept", "haste", "--left-out", tmp_path / "a.txt")
    assert ran.status == 2
    assert "no fix for haste, but for duplicate, unreadable" in ran.err
    ran = run("audit", tmp_path / "gone")
    assert ran.status == 1
    assert ran.is_one_sentence()
    ran = run("audit", films, "--accept", "all", "--left-out", tmp_path / "no" / "a.txt")
    assert ran.status == 1
    assert "could not be written" in ran.err
