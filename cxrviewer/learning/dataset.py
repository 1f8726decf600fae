"""Labelled films: which films there are, what they show, and whose they are.

A data set is a folder with one folder a class (the folder's name is the label, sub-folders
are walked) or a CSV with the columns `image`, `findings` (several separated by `|`) and
`patient_id`; relative paths in it start at the CSV's own folder or its folder `images`.
"""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cxrviewer.core.errors import DataError
from cxrviewer.core.film import Film
from cxrviewer.core.folders import films_in

NEGATIVE = frozenset({"normal", "no finding", "negative", "healthy", "no pneumonia"})
_COLUMNS = ("image", "findings")
# File names of the public children's set carry the patient; the numbering of `person` restarts
# for each kind of pneumonia, so the kind belongs to the key.
_PATIENT_IN_NAME = (
    re.compile(r"(?P<key>person\d+_(?:bacteria|virus))_\d+"),
    re.compile(r"(?P<key>(?:NORMAL\d*-)?IM-\d+)-\d+"),
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One film of a data set, before it is read.

    Attributes
    ----------
    findings
        Label ids, lower case.
    patient
        Patient as a CSV column, or a file or folder name tells; may be empty.
    stated
        True where `patient` comes from a CSV column and outranks the film's own header.
    """

    path: Path
    findings: tuple[str, ...]
    patient: str = ""
    stated: bool = False

    def patient_of(self, film: Film) -> str:
        """Return whose film this is: the CSV, the header, the name, or else nobody else's."""
        if self.stated:
            return self.patient
        return film.identity.patient_id or self.patient or str(self.path)


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The films of a data set.

    Attributes
    ----------
    names
        Label id -> words as the data set writes them.
    refused
        Rows that name no usable film: file name and sentence.
    """

    entries: tuple[Entry, ...]
    names: dict[str, str]
    refused: tuple[tuple[str, str], ...] = ()

    @property
    def classes(self) -> tuple[str, ...]:
        """Label ids, the negative one first, the others by name."""
        return tuple(sorted(self.names, key=lambda label: (label not in NEGATIVE, label)))


def label_id(name: str) -> str:
    """Return the id of a finding: its words in lower case, single spaces."""
    return " ".join(name.lower().split())


def list_films(data: Path) -> Listing:
    """List the films of a folder or a CSV.

    Raises
    ------
    DataError
        If there is no such data set or no film in it.
    """
    if data.is_dir():
        listing = _list_folder(data)
    elif data.is_file():
        listing = _list_csv(data)
    else:
        raise DataError(f"There is no folder or CSV {data}; name a folder with one folder a class.")
    if not listing.entries:
        raise DataError(f"There are no labelled films in {data}; put them in one folder a class.")
    return listing


def with_one_finding(listing: Listing) -> Listing:
    """Keep the films that state exactly one finding, as a network with one label a film needs."""
    kept = tuple(entry for entry in listing.entries if len(entry.findings) == 1)
    several = tuple(
        (entry.path.name, f"{entry.path.name}: several findings; only films with one are used.")
        for entry in listing.entries
        if len(entry.findings) > 1
    )
    present = {entry.findings[0] for entry in kept}
    names = {label: name for label, name in listing.names.items() if label in present}
    return Listing(entries=kept, names=names, refused=listing.refused + several)


def for_training(data: Path) -> Listing:
    """List the films of a data set that a network with one label a film can learn from.

    Raises
    ------
    DataError
        If there is no such data set, or films of fewer than two classes in it.
    """
    listing = with_one_finding(list_films(data))
    if len(listing.names) < 2:
        only = ", ".join(listing.names.values()) or "none"
        raise DataError(
            f"{data} holds films of one class only ({only}); training needs at least two."
        )
    return listing


def _list_folder(data: Path) -> Listing:
    entries: list[Entry] = []
    names: dict[str, str] = {}
    shown = (path for path in data.iterdir() if not path.name.startswith("."))
    for folder in sorted(path for path in shown if path.is_dir()):
        films = films_in(folder)
        label = label_id(folder.name)
        if films:
            names.setdefault(label, folder.name)
        entries.extend(
            Entry(path=film, findings=(label,), patient=_patient_in_path(film, folder))
            for film in films
        )
    return Listing(entries=tuple(entries), names=names)


def _list_csv(data: Path) -> Listing:
    entries: dict[Path, Entry] = {}
    names: dict[str, str] = {}
    refused: list[tuple[str, str]] = []
    for row in _rows(data):
        path = _beside(data, row["image"])
        findings = [name.strip() for name in row["findings"].split("|") if name.strip()]
        flaw = _flaw(row["image"], path=path, findings=findings, listed=entries)
        if flaw:
            refused.append((row["image"], flaw))
            continue
        for name in findings:
            names.setdefault(label_id(name), name)
        patient = row.get("patient_id", "")
        entries[path] = Entry(
            path=path,
            findings=tuple(dict.fromkeys(label_id(name) for name in findings)),
            patient=patient or _patient_in_path(path, path.parent),
            stated=bool(patient),
        )
    return Listing(entries=tuple(entries.values()), names=names, refused=tuple(refused))


def _rows(data: Path) -> list[dict[str, str]]:
    try:
        with data.open(encoding="utf-8-sig", newline="") as stream:
            table = csv.DictReader(stream)
            missing = [name for name in _COLUMNS if name not in (table.fieldnames or ())]
            rows = [
                {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}
                for row in table
            ]
    except (OSError, ValueError, csv.Error) as error:
        raise DataError(f"{data} cannot be read as a CSV in UTF-8; save it anew.") from error
    if missing:
        raise DataError(
            f"{data} has no column {' and '.join(missing)}; it needs image, findings, patient_id."
        )
    return rows


def _beside(data: Path, image: str) -> Path:
    path = data.parent / image
    inner = data.parent / "images" / image
    return inner if inner.is_file() and not path.is_file() else path


def _flaw(image: str, *, path: Path, findings: list[str], listed: Iterable[Path]) -> str:
    if not image:
        return "A row of the CSV names no film; fill its column image."
    if not findings:
        return f"{image}: the CSV states no finding; fill its column findings."
    if path in listed:
        return f"{image}: the CSV names this film twice; the first row is used."
    if not path.is_file():
        return f"{image}: there is no such file beside the CSV; mend the path."
    return ""


def _patient_in_path(film: Path, folder: Path) -> str:
    for pattern in _PATIENT_IN_NAME:
        match = pattern.match(film.name)
        if match:
            return match["key"]
    inner = film.relative_to(folder).parts
    return inner[0] if len(inner) > 1 else ""
