"""Labelled films as values: what each shows, what is not known of it, and whose it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cxrviewer.core.film import Array, Film
from cxrviewer.learning.data import patients

NEGATIVE = frozenset({"normal", "no finding", "negative", "healthy", "no pneumonia"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One film of a data set, before it is read.

    Attributes
    ----------
    findings
        Label ids of what it shows, lower case.
    unknown
        Label ids it is not known to show or not to show.
    column, folder
        Patient by a table's column and by a sub-folder, empty where they are silent.
    patients_from
        What may tell the patient, see `cxrviewer.core.plan.PATIENTS_FROM`.
    """

    path: Path
    findings: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    column: str = ""
    folder: str = ""
    patients_from: str = "auto"

    def told(self, film: Film | None = None) -> tuple[str, str]:
        """Return the patient and what told it; without the film its header is not asked."""
        return self.told_with(patients.digest_of(film.identity.patient_id) if film else "")

    def told_with(self, header: str) -> tuple[str, str]:
        """Return the patient and what told it, given the digest of what the header says."""
        says = {
            "column": self.column,
            "header": header,
            "name": patients.patient_in_name(self.path.name),
            "folder": self.folder,
        }
        return patients.whose(says, patients_from=self.patients_from, film=str(self.path))

    @property
    def patient(self) -> str:
        """The patient as told without reading the film."""
        return self.told()[0]

    @property
    def source(self) -> str:
        """What told it: column, name, folder, or `film` where nothing did."""
        return self.told()[1]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """The films of a data set.

    Attributes
    ----------
    names
        Label id -> words as the data set writes them; labels that some film shows.
    refused
        What is not used: a name (file, row or folder) and its sentence.
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


def film_name(path: Path, data: Path) -> str:
    """Return what a film of a data set is called: its path from the set's folder, with `/`.

    A film that lies elsewhere is called by its whole path.
    """
    home = data if data.is_dir() else data.parent
    inner = path.relative_to(home) if path.is_relative_to(home) else path
    return inner.as_posix()


def truth_of(entries: Sequence[Entry], classes: Sequence[str]) -> Array:
    """Return what films show.

    Returns
    -------
    float32, (films, labels): 1 shown, 0 not shown, NaN not known.
    """
    column = {label: index for index, label in enumerate(classes)}
    truth = np.zeros((len(entries), len(classes)), np.float32)
    for row, entry in enumerate(entries):
        for labels, value in ((entry.unknown, np.nan), (entry.findings, 1)):
            truth[row, [column[label] for label in labels if label in column]] = value
    return truth
