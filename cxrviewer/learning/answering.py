"""A loaded model's answers to many films, each read once."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np

from cxrviewer.core.analysis import Status
from cxrviewer.core.errors import FilmError
from cxrviewer.core.film import Array
from cxrviewer.core.manifest import Manifest
from cxrviewer.core.progress import BatchDone
from cxrviewer.learning import gate
from cxrviewer.learning.classifier import Classifier
from cxrviewer.learning.data import patients, seen_films
from cxrviewer.learning.data.labelled import Entry, Listing
from cxrviewer.learning.preprocess import unit
from cxrviewer.processes.reader_process import FilmReader

_BATCH = 32


@dataclass(frozen=True, kw_only=True, eq=False)
class Answered:
    """The films a model answered, and those it did not, each with its sentence.

    Attributes
    ----------
    logits
        float64, (films, labels), uncalibrated.
    digests
        Of each film, see `seen_films`.
    """

    manifest: Manifest
    entries: tuple[Entry, ...]
    patients: tuple[str, ...]
    logits: Array
    digests: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


def answer(listing: Listing, classifier: Classifier) -> Generator[BatchDone, None, Answered]:
    """Ask a model about every film of a listing that can be read and that its gate lets in."""
    entries: list[Entry] = []
    told: list[tuple[str, str]] = []
    digests: list[str] = []
    refused = list(listing.refused)
    rows: list[Array] = []
    waiting: list[Array] = []
    reader = FilmReader()
    try:
        for done, entry in enumerate(listing.entries, start=1):
            found = _read(entry, classifier, reader)
            if isinstance(found, str):
                refused.append((entry.path.name, found))
            else:
                levels, whose = found
                entries.append(entry)
                told.append(whose)
                digests.append(seen_films.digest(levels))
                waiting.append(levels)
            if len(waiting) == _BATCH:
                rows.append(_logits(waiting, classifier))
                waiting.clear()
            yield BatchDone(stage="reading", done=done, total=len(listing.entries))
        if waiting:
            rows.append(_logits(waiting, classifier))
    finally:
        reader.close()
    nothing = np.empty((0, len(classifier.manifest.labels)))
    return Answered(
        manifest=classifier.manifest,
        entries=tuple(entries),
        patients=patients.under_one_name(told),
        logits=np.concatenate([nothing, *rows]),
        digests=tuple(digests),
        refused=tuple(refused),
    )


def _read(
    entry: Entry, classifier: Classifier, reader: FilmReader
) -> tuple[Array, tuple[str, str]] | str:
    """Return a film's levels, its patient and what told it, or why it has no answer."""
    try:
        film = reader.read(entry.path)
    except FilmError as error:
        return error.sentence
    status, reason = gate.check(film, classifier.manifest.gate)
    if status is Status.REFUSED:
        return f"{entry.path.name}: {reason}"
    return classifier.preprocess.levels(film), entry.told(film)


def _logits(films: Sequence[Array], classifier: Classifier) -> Array:
    return classifier.logits(classifier.preprocess.scaled(unit(np.stack(films))))
