"""The answers film by film as a table, the worst errors first.

Columns: `image`, `patient` (a number), `actual`, `called` and `unknown` (label ids joined by
`|`), and `p_<label>` for each label.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cxrviewer.core import paths
from cxrviewer.core.errors import DataError
from cxrviewer.core.film import Array
from cxrviewer.core.run_files import PREDICTIONS
from cxrviewer.learning.answers import Answers

_COLUMNS = ("image", "patient", "actual", "called", "unknown")
_SCORE = "p_"


@dataclass(frozen=True, kw_only=True, eq=False)
class Predictions:
    """A table of answers as read back; the arrays are those of `Answers`."""

    images: tuple[Path, ...]
    patients: tuple[str, ...]
    classes: tuple[str, ...]
    probabilities: Array
    called: Array
    truth: Array


def wrong(answers: Answers) -> Array:
    """Return whether some call of a film is known to be wrong, bool, (films,)."""
    return np.asarray(np.any(answers.known & ~answers.right, axis=1))


def worst_first(answers: Answers) -> Array:
    """Return the films in the order of the table: wrong ones first, the surest error first."""
    distance = np.abs(answers.probabilities - np.nan_to_num(answers.truth))
    counted = answers.positive if answers.exclusive else answers.known
    surest = np.where(counted, distance, 0).max(axis=1, initial=0)
    return np.lexsort((-surest, ~wrong(answers)))


def numbered(patients: Sequence[str]) -> dict[str, int]:
    """Return a number from 1 for each patient, in the order they come."""
    return {patient: number + 1 for number, patient in enumerate(dict.fromkeys(patients))}


def joined(classes: Sequence[str], shown: Array) -> str:
    """Return the ids of the labels that are shown, bool (labels,), joined by `|`."""
    return "|".join(name for name, there in zip(classes, shown, strict=True) if there)


def write(
    answers: Answers, images: Sequence[Path], folder: Path, *, numbers: dict[str, int]
) -> None:
    """Write the table into an existing folder, whole or not at all.

    Parameters
    ----------
    numbers
        Patient -> number, as elsewhere in the run's folder.
    """
    with (
        paths.replacing(folder / PREDICTIONS) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as stream,
    ):
        table = csv.writer(stream)
        table.writerow((*_COLUMNS, *(f"{_SCORE}{name}" for name in answers.classes)))
        for film in worst_first(answers):
            lists = (answers.positive[film], answers.called[film], ~answers.known[film])
            table.writerow(
                (
                    images[film],
                    numbers[answers.patients[film]],
                    *(joined(answers.classes, shown) for shown in lists),
                    *(f"{value:.7g}" for value in answers.probabilities[film]),
                )
            )


def read(folder: Path) -> Predictions:
    """Read the table of a run or an evaluation.

    Raises
    ------
    DataError
        If there is none or it is damaged.
    """
    try:
        with (folder / PREDICTIONS).open(encoding="utf-8", newline="") as stream:
            table = csv.DictReader(stream)
            rows = list(table)
            names = [name for name in table.fieldnames or () if name.startswith(_SCORE)]
        classes = tuple(name.removeprefix(_SCORE) for name in names)
        scores = [[float(row[name]) for name in names] for row in rows]
        positive, called, unknown = (
            _shown([row[column] for row in rows], classes) for column in _COLUMNS[2:]
        )
        images = tuple(Path(row["image"]) for row in rows)
        patients = tuple(row["patient"] for row in rows)
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise DataError(f"{PREDICTIONS} in {folder} is missing or damaged.") from error
    return Predictions(
        images=images,
        patients=patients,
        classes=classes,
        probabilities=np.array(scores, dtype=np.float64).reshape(len(rows), len(classes)),
        called=called,
        truth=np.where(unknown, np.nan, positive),
    )


def _shown(cells: Sequence[str], classes: Sequence[str]) -> Array:
    rows = [cell.split("|") for cell in cells]
    found = [[name in row for name in classes] for row in rows]
    return np.array(found, dtype=bool).reshape(len(rows), len(classes))
