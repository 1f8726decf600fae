"""A loaded model's answers to many films, each read once."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cxrviewer.core.errors import FilmError
from cxrviewer.core.film import Array
from cxrviewer.core.manifest import Manifest
from cxrviewer.core.progress import BatchDone
from cxrviewer.learning import gate
from cxrviewer.learning.classifier import Classifier
from cxrviewer.learning.data import patients, seen_films
from cxrviewer.learning.data.labelled import Entry, Listing
from cxrviewer.learning.preprocess import unit
from cxrviewer.learning.verdict import Verdict, worst
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


def answer(
    listing: Listing, classifier: Classifier, *, anyway: bool = False
) -> Generator[BatchDone, None, Answered]:
    """Ask a model about every film of a listing that can be read and that its gate lets in.

    Parameters
    ----------
    anyway
        Ask about films that it refuses, too, where a person might set that aside.
    """
    kept: list[tuple[_Read, Array]] = []
    refused = list(listing.refused)
    waiting: list[_Read] = []
    reader = FilmReader()
    try:
        for done, entry in enumerate(listing.entries, start=1):
            found = _read(entry, classifier, reader, anyway=anyway)
            if isinstance(found, str):
                refused.append((entry.path.name, found))
            else:
                waiting.append(found)
            if len(waiting) == _BATCH or done == len(listing.entries):
                for film, logits, verdict in _asked(waiting, classifier):
                    if verdict.refused and not anyway:
                        refused.append((film.entry.path.name, _sentence(film.entry, verdict)))
                    else:
                        kept.append((film, logits))
                waiting.clear()
            yield BatchDone(stage="reading", done=done, total=len(listing.entries))
    finally:
        reader.close()
    nothing = np.empty((0, len(classifier.manifest.labels)))
    return Answered(
        manifest=classifier.manifest,
        entries=tuple(film.entry for film, _ in kept),
        patients=patients.under_one_name([film.told for film, _ in kept]),
        logits=np.concatenate([nothing, *(logits[None] for _, logits in kept)]),
        digests=tuple(film.digest for film, _ in kept),
        refused=tuple(refused),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Read:
    """A film that its header and greys let in; `told` is its patient and what told it."""

    entry: Entry
    told: tuple[str, str]
    levels: Array
    verdict: Verdict
    age_known: bool

    @property
    def digest(self) -> str:
        return seen_films.digest(self.levels)


def _read(entry: Entry, classifier: Classifier, reader: FilmReader, *, anyway: bool) -> _Read | str:
    """Return a film that the network may see, or why it has no answer."""
    try:
        film = reader.read(entry.path)
    except FilmError as error:
        return error.sentence
    admitted = gate.admit(film, classifier.manifest.gate, classifier.preprocess, anyway=anyway)
    if admitted.levels is None:
        return _sentence(entry, admitted.verdict)
    return _Read(
        entry=entry,
        told=entry.told(film),
        levels=admitted.levels,
        verdict=admitted.verdict,
        age_known=admitted.age_known,
    )


def _asked(
    films: Sequence[_Read], classifier: Classifier
) -> Iterator[tuple[_Read, Array, Verdict]]:
    if not films:
        return
    greys = unit(np.stack([film.levels for film in films]))
    logits, seen = classifier.judged(
        classifier.preprocess.scaled(greys), [film.age_known for film in films]
    )
    for film, row, verdict in zip(films, logits, seen, strict=True):
        yield film, row, worst((film.verdict, verdict))


def _sentence(entry: Entry, verdict: Verdict) -> str:
    return f"{entry.path.name}: {verdict.reason}"
