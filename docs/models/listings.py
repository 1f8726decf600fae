"""The shared films as CSVs the program learns from, one a bundle."""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

_KINDS = {"_bacteria_": "bacterial", "_virus_": "viral"}

Rows = Iterable[tuple[object, ...]]


def children(films: Path) -> list[tuple[Path, str]]:
    """Return each film of Kermany et al. with its label; the kind stands in the file's name."""
    normal = [(film, "normal") for film in sorted((films / "NORMAL").iterdir())]
    ill = []
    for film in sorted((films / "PNEUMONIA").iterdir()):
        (kind,) = (label for mark, label in _KINDS.items() if mark in film.name)
        ill.append((film, kind))
    return normal + ill


def _of_children(shared: Path) -> Rows:
    # The patient is found in the file names by the program.
    yield "image", "findings"
    yield from children(shared / "data/kermany/train")


LISTINGS: dict[str, Callable[[Path], Rows]] = {
    "pediatric-pneumonia": _of_children,
}


def write(rows: Rows, out: Path) -> Path:
    """Write rows, the names of the columns first, as OUT/films.csv."""
    file = out / "films.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return file
