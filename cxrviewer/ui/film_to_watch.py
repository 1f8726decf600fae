"""Which film a training watches where the person has chosen none."""

import csv
from collections.abc import Iterator
from pathlib import Path

from cxrviewer.core.audit import Audit
from cxrviewer.core.folders import files_in, is_companion

# Kinds of findings whose films show nothing that a map could lie on.
_NOTHING_TO_SEE = ("unreadable", "blank")
_SHOWN = ("1", "1.0")


def film_to_watch(data: Path, audit: Audit) -> Path | None:
    """Return the first film of a folder or a CSV that shows its last label and can be looked at."""
    if not audit.counts:
        return None
    last = audit.counts[-1][0]
    whole = data.is_dir()
    home = data if whole else data.parent
    unfit = {
        home / film
        for finding in audit.findings
        if finding.kind in _NOTHING_TO_SEE
        for film in finding.films
    }
    films = _in_folder(data, last) if whole else _in_table(data, last)
    return next((film for film in films if film not in unfit), None)


def _in_folder(data: Path, label: str) -> Iterator[Path]:
    for folder in sorted(path for path in data.iterdir() if path.is_dir()):
        if _label(folder.name) == label:
            yield from (file for file in files_in(folder) if not is_companion(file))


def _in_table(data: Path, label: str) -> Iterator[Path]:
    """Take from each row that names the label, or marks it, the cell that names a file."""
    places = (data.parent, data.parent / "images", data.parent.parent)
    with data.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.reader(stream)
        columns = [_label(name) for name in next(rows, [])]
        for row in rows:
            cells = [cell.strip() for cell in row]
            named = {_label(word) for cell in cells for word in cell.split("|")}
            marked = {name for name, cell in zip(columns, cells, strict=False) if cell in _SHOWN}
            if label in named | marked:
                files = (place / cell for cell in cells if cell for place in places)
                yield from (file for file in files if _is_file(file))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        # A whole report stands in some cells, and no file has so long a name.
        return False


def _label(name: str) -> str:
    return " ".join(name.lower().split())
