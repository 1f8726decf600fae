"""A disk that fills while films are kept or a run is saved: a sentence, nothing half-written."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Run, run
from tests.e2e.trainings import SMALL, small_disk, write_data

__all__ = ["run"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data")


def test_a_disk_that_fills_while_films_are_kept(
    run: Run, data: Path, tmp_path: Path, isolated_user_dirs: Path
) -> None:
    cache, out = isolated_user_dirs / "cache", tmp_path / "run"
    with small_disk(cache, "16k"):
        ran = run("train", data, *SMALL, "--out", out)
        assert list(cache.iterdir()) == []
    assert ran.status == 1
    assert ran.is_one_sentence()
    assert "The disk is full" in ran.err
    assert not out.exists()


def test_a_disk_that_fills_while_a_checkpoint_is_saved(
    run: Run, data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    with small_disk(out, "1m"):
        ran = run("train", data, *SMALL, "--set", "epochs=0,1", "--out", out)
        assert list(out.iterdir()) == []
    assert ran.status == 1
    assert ran.is_one_sentence()
    assert "check the space" in ran.err


def test_a_disk_that_fills_while_the_model_is_saved_and_one_that_has_room_again(
    run: Run, data: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    words = ("train", data, *SMALL, "--set", "epochs=1,0", "--out", out)
    with small_disk(out, "1m"):
        ran = run(*words)
        assert ran.status == 1
        assert ran.is_one_sentence()
        assert [path.name for path in out.iterdir()] == ["checkpoint.safetensors"]
        subprocess.run(["mount", "-o", "remount,size=100m", str(out)], check=True)
        resumed = run(*words, "--resume")
        assert (resumed.status, resumed.err) == (0, "")
        assert (out / "bundle" / "weights.safetensors").is_file()
        assert not (out / "checkpoint.safetensors").exists()


def test_a_place_nobody_may_write_to(run: Run, data: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ran = run("train", data, *SMALL, "--out", tmp_path / "file" / "run")
    assert ran.status == 1
    assert ran.is_one_sentence()


def test_a_folder_that_takes_nothing_is_told_before_a_film_is_read(
    run: Run, data: Path, tmp_path: Path, isolated_user_dirs: Path
) -> None:
    out = tmp_path / "run"
    with small_disk(out, "1m"):
        subprocess.run(["mount", "-o", "remount,ro", str(out)], check=True)
        ran = run("train", data, *SMALL, "--out", out)
    assert ran.status == 1
    assert ran.is_one_sentence()
    assert "may write to" in ran.err
    assert not (isolated_user_dirs / "cache").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="an administrator may write everywhere")
def test_no_right_to_write(run: Run, data: Path, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    ran = run("train", data, *SMALL, "--out", tmp_path / "locked" / "run")
    assert ran.status == 1
    assert ran.is_one_sentence()
