"""The shared films as CSVs the program learns from, one a bundle."""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

_KINDS = {"_bacteria_": "bacterial", "_virus_": "viral"}
_COVID = "covid-19"
_HEAD = ("image", "findings", "patient_id")
# The rarer ones have films of fewer than 30 patients.
ADULT_FINDINGS = ("no finding", "pneumonia", "infiltration", "atelectasis", "edema", "effusion")

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


def _of_adults(shared: Path) -> Rows:
    """Yield a column a finding: a film with a rare finding alone shows none of the others."""
    folder = shared / "data/nih"
    yield "image", "patient_id", *ADULT_FINDINGS
    for row in _rows(folder):
        findings = {finding.lower() for finding in row["findings"].split("|")}
        marks = (int(finding in findings) for finding in ADULT_FINDINGS)
        yield _film(folder, row), row["patient_id"], *marks


def _with_covid(shared: Path) -> Rows:
    """Yield normal films and pneumonia of one archive, COVID-19 of another."""
    yield _HEAD
    nih, hannover = shared / "data/nih", shared / "data/hannover_covid"
    for row in _rows(nih):
        findings = row["findings"].split("|")
        if findings == ["No Finding"]:
            yield _film(nih, row), "normal", row["patient_id"]
        elif "Pneumonia" in findings:
            yield _film(nih, row), "pneumonia", row["patient_id"]
    for row in _rows(hannover):
        yield _film(hannover, row), _COVID, row["patient_id"]


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _film(folder: Path, row: dict[str, str]) -> Path:
    return folder / "images" / row["image"]


LISTINGS: dict[str, Callable[[Path], Rows]] = {
    "pediatric-pneumonia": _of_children,
    "adult-findings": _of_adults,
    "covid-research": _with_covid,
}


def write(rows: Rows, out: Path) -> Path:
    """Write rows, the names of the columns first, as OUT/films.csv."""
    file = out / "films.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return file
