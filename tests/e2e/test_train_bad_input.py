"""What cannot be trained on is told in a sentence before anything is written."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from numpy import zeros

from tests.cli.conftest import Run, run, write_noise
from tests.e2e.trainings import SMALL, write_data

__all__ = ["run"]


def _folder(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data", patients=4)


def _empty(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def _one_class(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data", kinds=("normal",))


def _with_a_class(tmp_path: Path, *names: str) -> Path:
    data = _folder(tmp_path)
    (data / "rare").mkdir()
    for number, name in enumerate(names):
        write_noise(data / "rare" / name, seed=number)
    return data


def _one_film(tmp_path: Path) -> Path:
    return _with_a_class(tmp_path, "only.png")


def _one_patient(tmp_path: Path) -> Path:
    return _with_a_class(tmp_path, *(f"person7_bacteria_{number}.jpeg" for number in range(4)))


def _unreadable(tmp_path: Path) -> Path:
    data = _folder(tmp_path)
    for film in data.rglob("*.png"):
        film.write_bytes(b"no film")
    return data


def _same_name(tmp_path: Path) -> Path:
    data = _folder(tmp_path)
    (data / "Normal").mkdir()
    write_noise(data / "Normal" / "a.png", seed=5)
    return data


def _table(tmp_path: Path, text: str) -> Path:
    _folder(tmp_path)
    (tmp_path / "films.csv").write_text(text, encoding="utf-8")
    return tmp_path / "films.csv"


def _missing_columns(tmp_path: Path) -> Path:
    return _table(tmp_path, "film,what\ndata/normal/p00_0.png,normal\n")


def _wrong_separator(tmp_path: Path) -> Path:
    return _table(tmp_path, "image;findings\ndata/normal/p00_0.png;normal\n")


def _absent_films(tmp_path: Path) -> Path:
    return _table(tmp_path, "image,findings\nnowhere/a.png,normal\nnowhere/b.png,viral\n")


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda tmp_path: tmp_path / "nowhere", "nowhere"),
        (_empty, ""),
        (_one_class, "class"),
        (_one_film, "rare"),
        (_one_patient, "rare"),
        (_unreadable, ""),
        (_same_name, "normal"),
        (_missing_columns, "image"),
        (_wrong_separator, "separated by semicolons"),
        (_absent_films, ""),
    ],
)
def test_films_that_cannot_be_used(
    run: Run, tmp_path: Path, make: Callable[[Path], Path], told: str
) -> None:
    out = tmp_path / "run"
    ran = run("train", make(tmp_path), *SMALL, "--out", out)
    assert ran.status == 1
    assert ran.is_one_sentence()
    assert told in ran.err.lower()
    assert not out.exists()


def test_half_of_the_films_are_unreadable_and_the_others_are_learned_from(
    run: Run, tmp_path: Path
) -> None:
    data = _folder(tmp_path)
    (data / "normal" / "notes.txt").write_text("no film")
    for film in data.rglob("*_1.png"):
        film.write_bytes(b"no film")
    ran = run("train", data, *SMALL, "--set", "epochs=1,0", "--out", tmp_path / "run")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.count("left out: ") == 8


@pytest.mark.slow
def test_seventy_classes(run: Run, tmp_path: Path) -> None:
    data = tmp_path / "films.csv"
    with data.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(("image", "findings", "patient_id"))
        for number in range(210):
            film = write_noise(tmp_path / f"{number}.png", seed=number)
            table.writerow((film.name, f"finding {number % 70:02d}", number))
    ran = run("train", data, *SMALL, "--set", "epochs=1,0", "--out", tmp_path / "run")
    assert (ran.status, ran.err) == (0, "")
    assert (tmp_path / "run" / "bundle" / "manifest.json").is_file()


def _of_another_network(file: Path) -> None:
    from safetensors.numpy import save_file

    weights = {"stem.weight": zeros((4, 4), "float32"), "head.bias": zeros(4, "float32")}
    save_file(weights, file)


def _pickled(file: Path) -> None:
    # An empty dictionary in Python's serialisation, protocol 4.
    file.write_bytes(b"\x80\x04}\x94.")


@pytest.mark.parametrize("make", [_of_another_network, _pickled, Path.touch, Path.mkdir])
def test_weights_that_cannot_be_used(
    run: Run, tmp_path: Path, make: Callable[[Path], object]
) -> None:
    weights = tmp_path / "weights.safetensors"
    make(weights)
    out = tmp_path / "run"
    ran = run("train", _folder(tmp_path), *SMALL, "--weights", weights, "--out", out)
    assert ran.status == 1
    assert ran.is_one_sentence()
    assert "--weights: " in ran.err
    assert not out.exists()
