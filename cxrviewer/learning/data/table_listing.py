"""A data set as a CSV: a column of findings, or one column a finding.

The columns are `image`, `findings` (joined by `|`; `?name` is one that is not known) and
`patient_id`. Without `findings`, every column that holds nothing but 1, 0, -1 and blanks is a
finding: 1 is shown, 0 is not, -1 and blank are not known (the form of CheXpert; Irvin et al. 2019).
"""

import csv
import itertools
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath

from cxrviewer.core.errors import DataError
from cxrviewer.core.progress import BatchDone
from cxrviewer.learning.data.labelled import Entry, Listing, label_id
from cxrviewer.learning.data.patients import patient_in_folders

PACE = 500
# Column -> how public sets name it, in lower case.
_COLUMNS = {
    "image": ("image", "image index", "path", "filename", "file"),
    "findings": ("findings", "finding labels", "labels", "label"),
    "patient_id": ("patient_id", "patient id", "patientid", "patient", "subject_id"),
}
# Columns about the film or its patient that may well hold only ones and zeros.
_ASIDE = frozenset({"age", "sex", "gender", "view", "split", "fold", "follow_up", "index", ""})
_SHOWN, _NOT_SHOWN, _UNKNOWN = {"1", "1.0"}, {"0", "0.0"}, {"", "-1", "-1.0"}
_MARKS = frozenset().union(_SHOWN, _NOT_SHOWN, _UNKNOWN)
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "upright bars", " ": "spaces"}
_NEEDED = "it needs image, findings and, if known, patient_id"

Row = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class _Form:
    """Which columns of a table mean what; `findings` is empty where each has its own column."""

    image: str
    findings: str
    patient: str
    wide: tuple[str, ...]

    def labels(self, row: Row) -> tuple[list[str], list[str]]:
        """Return the names of what a row says is shown and of what it leaves open."""
        if not self.findings:
            shown = [name for name in self.wide if row.get(name, "") in _SHOWN]
            return shown, [name for name in self.wide if row.get(name, "") in _UNKNOWN]
        words = [word.strip() for word in row.get(self.findings, "").split("|")]
        shown = [word for word in words if word and not word.startswith("?")]
        return shown, [word[1:].strip() for word in words if word[1:].strip() and word[0] == "?"]

    def silent(self, shown: list[str], unknown: list[str]) -> bool:
        """Tell whether a row says nothing: none named, or all of them left open."""
        if shown:
            return False
        return len(unknown) == len(self.wide) if self.wide else not unknown


def scan(data: Path) -> Generator[BatchDone, None, Listing]:
    """List the films of a table, telling every `PACE` rows how many there were.

    Raises
    ------
    DataError
        If the table cannot be read or lacks a column or rows.
    """
    form = _form(data)
    entries: dict[Path, Entry] = {}
    names: dict[str, str] = {}
    refused: list[tuple[str, str]] = []
    number = 0
    for number, row in enumerate(_rows(data), start=1):
        image = row.get(form.image, "")
        path = _beside(data, image)
        shown, unknown = form.labels(row)
        flaw = _flaw(image, path=path, listed=entries, silent=form.silent(shown, unknown))
        if flaw:
            refused.append((image, flaw))
        else:
            names.update({label_id(name): name for name in shown if label_id(name) not in names})
            entries[path] = _entry(
                path, shown, unknown, column=row.get(form.patient, ""), data=data
            )
        if number % PACE == 0:
            yield BatchDone(stage="listing", done=number, total=0)
    if not number:
        raise DataError(f"{data} holds a header and no rows; add one row a film.")
    yield BatchDone(stage="listing", done=number, total=0)
    return Listing(entries=tuple(entries.values()), names=names, refused=tuple(refused))


def _entry(path: Path, shown: list[str], unknown: list[str], *, column: str, data: Path) -> Entry:
    findings = tuple(dict.fromkeys(label_id(name) for name in shown))
    home = data.parent
    return Entry(
        path=path,
        findings=findings,
        unknown=tuple(label_id(name) for name in unknown if label_id(name) not in findings),
        column=column,
        folder=patient_in_folders(
            path.relative_to(home) if path.is_relative_to(home) else PurePath(path), of_class=False
        ),
    )


def _form(data: Path) -> _Form:
    header = _header(data)
    found = {
        column: next((name for name in header if name.lower() in known), "")
        for column, known in _COLUMNS.items()
    }
    aside = {*(name.lower() for name in found.values()), *_ASIDE}
    wide = [] if found["findings"] else [name for name in header if name.lower() not in aside]
    wide = _of_marks(data, wide)
    missing = [name for name in ("image", "findings") if not found[name]]
    if wide:
        missing = [name for name in missing if name != "findings"]
    if missing:
        raise DataError(f"{data} has no column {' and no column '.join(missing)}; {_NEEDED}.")
    return _Form(
        image=found["image"],
        findings=found["findings"],
        patient=found["patient_id"],
        wide=tuple(wide),
    )


def _of_marks(data: Path, columns: list[str]) -> list[str]:
    """Return the columns that hold marks only; one of marks with a slip in it is refused."""
    marked: Counter[str] = Counter()
    others: Counter[str] = Counter()
    first: dict[str, str] = {}
    for number, row in enumerate(_rows(data) if columns else (), start=1):
        for name in columns:
            text = row.get(name, "")
            if text not in _MARKS:
                others[name] += 1
                first.setdefault(name, f"`{text}` in row {number}")
            elif text:
                marked[name] += 1
    for name, slip in first.items():
        # Dropped in silence, the finding would be missing from the model.
        if marked[name] > others[name]:
            raise DataError(
                f"The column {name} of {data} holds {slip}; write 1, 0, -1 or nothing there, "
                "or take the column out."
            )
    return [name for name in columns if not others[name]]


def _header(data: Path) -> list[str]:
    with _opened(data) as lines:
        header = [name.strip() for name in next(lines, [])]
    if not header:
        raise DataError(f"{data} is empty; {_NEEDED}.")
    # A lone column may have spaces in its own name.
    alone = len(header) == 1 and header[0].lower() not in itertools.chain(*_COLUMNS.values())
    for mark, words in _SEPARATORS.items():
        if alone and mark in header[0]:
            raise DataError(f"The columns of {data} are separated by {words}; save it with commas.")
    return header


def _rows(data: Path) -> Iterator[Row]:
    with _opened(data) as lines:
        header = [name.strip() for name in next(lines, [])]
        for line in lines:
            if line:
                yield {key: text.strip() for key, text in zip(header, line, strict=False)}


@contextmanager
def _opened(data: Path) -> Iterator[Iterator[list[str]]]:
    try:
        with data.open(encoding="utf-8-sig", newline="") as stream:
            yield csv.reader(stream)
    except UnicodeDecodeError as error:
        raise DataError(f"{data} is not written in UTF-8; save it anew as CSV UTF-8.") from error
    except (OSError, csv.Error) as error:
        raise DataError(f"{data} cannot be read as a CSV; check it and your rights.") from error


def _beside(data: Path, image: str) -> Path:
    path = data.parent / image
    places = [path, data.parent / "images" / image]
    # Public tables name their own folder as the first one of each path.
    if PurePath(image).parts[:1] == (data.parent.name,):
        places.append(data.parent.parent / image)
    return next((place for place in places if place.is_file()), path)


def _flaw(image: str, *, path: Path, listed: dict[Path, Entry], silent: bool) -> str:
    if not image:
        return "A row of the CSV names no film; fill its column image."
    if silent:
        return f"{image}: the CSV states no finding; fill its column findings."
    if path in listed:
        return f"{image}: the CSV names this film twice; the first row is used."
    if not path.is_file():
        return f"{image}: there is no such file beside the CSV; mend the path."
    return ""
