"""What the errands hand over: the films among dropped files, and words on the rest."""

import os
from pathlib import Path

import pytest

from cxrviewer.ui.workers.errand_worker import ErrandWorker

_PNG = b"\x89PNG\r\n\x1a\n"


def found_in(*dropped: Path) -> tuple[list[str], str]:
    """Names of the films that are found, and the sentence about the others."""
    worker = ErrandWorker()
    answers: list[tuple[list[Path], str]] = []
    worker.files_found.connect(lambda films, sentence: answers.append((films, sentence)))
    worker.find(list(dropped))
    [(films, sentence)] = answers
    return [film.name for film in films], sentence


def test_films_are_told_by_their_first_bytes_or_their_name(tmp_path: Path) -> None:
    (tmp_path / "a.dcm").touch()
    (tmp_path / "b.odd").write_bytes(bytes(128) + b"DICM")
    (tmp_path / "c.odd").write_bytes(_PNG)
    (tmp_path / "1.2.840.7").touch()
    assert found_in(tmp_path) == (["1.2.840.7", "a.dcm", "b.odd", "c.odd"], "")


@pytest.mark.parametrize(
    ("others", "sentence"),
    [
        (("labels.csv",), "1 other file in the folder is no film and was left out."),
        (
            ("DICOMDIR", "tool.exe"),
            "2 other files in the folder are no films and were left out.",
        ),
    ],
)
def test_what_is_left_out_is_counted(
    tmp_path: Path, others: tuple[str, ...], sentence: str
) -> None:
    for name in ("film.png", *others):
        (tmp_path / name).write_bytes(_PNG if name == "film.png" else b"other")
    assert found_in(tmp_path) == (["film.png"], sentence)


def test_a_dropped_file_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    assert found_in(tmp_path / "missing.csv") == (["missing.csv"], "")


@pytest.mark.timeout(30)
def test_a_pipe_in_a_folder_keeps_nobody_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "film.png").write_bytes(_PNG)
    assert found_in(tmp_path)[0] == ["film.png"]


def test_a_stopped_worker_walks_no_further(tmp_path: Path) -> None:
    (tmp_path / "film.png").write_bytes(_PNG)
    worker = ErrandWorker()
    worker.stop()
    films: list[list[Path]] = []
    worker.files_found.connect(lambda found, _: films.append(found))
    worker.find([tmp_path])
    assert films == [[]]
