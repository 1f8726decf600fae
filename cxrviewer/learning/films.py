"""The films of a data set, decoded once: their greys at the input's size and what is known of them.

What was read is kept between runs by file, size and time of change, so that another training on
the same films decodes nothing. Of a header only a digest of the patient's id is kept.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from cxrviewer.core.errors import CxrViewerError, DataError, sentence_for
from cxrviewer.core.film import Array, Film
from cxrviewer.core.logs import film_alias, logger
from cxrviewer.core.manifest import InputRule
from cxrviewer.core.progress import BatchDone
from cxrviewer.learning import patients, shortcuts
from cxrviewer.learning.device import usable_cores
from cxrviewer.learning.keep import Keep, Table, Writer, digest
from cxrviewer.learning.labelled import Entry, Listing, truth_of
from cxrviewer.learning.preprocess import Preprocess, unit
from cxrviewer.learning.reader_pool import Read, ReaderPool
from cxrviewer.learning.runner import Runner
from cxrviewer.learning.store import Store

_READERS = 2
_OWNER = patients.DIGEST_BYTES
_NOBODY = bytes(_OWNER)


@dataclass(frozen=True, kw_only=True, eq=False)
class Films:
    """Films that could be read, in the order of the listing.

    Attributes
    ----------
    classes
        Label ids in the order of the outputs.
    rule
        The size the films were brought to, and how they are scaled.
    truth
        float32, (films, labels): 1 shown, 0 not shown, NaN not known.
    traits
        float64, (films, traits): what can be known without looking at the lungs.
    refused
        Films left out, each with its sentence.
    greys
        uint16, (height, width) each, 0 black .. 65535 white, at the input's size.
    keys
        uint64, (films,): which file this is, in which state.
    """

    classes: tuple[str, ...]
    rule: InputRule
    paths: tuple[Path, ...]
    patients: tuple[str, ...]
    truth: Array
    traits: Array
    refused: tuple[tuple[str, str], ...]
    greys: Store
    keys: Array


def read_films(
    listing: Listing,
    classes: Sequence[str],
    rule: InputRule,
    *,
    runner: Runner,
    keep: Keep | None = None,
) -> Generator[BatchDone, None, Films]:
    """Read every film of a listing once, in reader children; those known from before not at all.

    Raises
    ------
    DataError
        If no film can be read, or none that shows some label, or the cache was emptied meanwhile.
    ExportError
        If what was read cannot be kept.
    """
    entries = listing.entries
    keys = film_keys([entry.path for entry in entries])
    tables = _tables(keep or Keep(), rule)
    refused = yield from _read_missing(entries, keys, rule, tables=tables, runner=runner)
    greys, facts = tables
    lost = np.union1d(greys.missing(keys), facts.missing(keys))
    if len(lost) != len(refused):
        raise DataError("The cache was emptied while films were read into it; start again.")
    here = np.setdiff1d(np.arange(len(entries)), lost)
    kept = [entries[index] for index in here]
    refused = (*listing.refused, *refused)
    truth = truth_of(kept, classes)
    _check(truth, classes, refused=refused)
    owners, traits = _unpacked(facts.store(keys[here]).read(np.arange(len(here))))
    return Films(
        classes=tuple(classes),
        rule=rule,
        paths=tuple(entry.path for entry in kept),
        patients=patients.under_one_name(
            [entry.told_with(owner) for entry, owner in zip(kept, owners, strict=True)]
        ),
        truth=truth,
        traits=traits,
        refused=refused,
        greys=greys.store(keys[here]),
        keys=keys[here],
    )


def film_keys(films: Sequence[Path]) -> Array:
    """Return a number for each file in its present state, uint64: path, size, times of change.

    The time of the last change of the file itself is one that no copying program sets back, so
    that a film replaced by another of its size and date is read anew. A file that may not be
    looked at has a number too; reading it tells why.
    """
    keys = np.empty(len(films), np.uint64)
    for index, path in enumerate(films):
        try:
            facts = path.stat()
            state = (facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
        except OSError:
            state = (0, 0, 0)
        keys[index] = int(digest(str(path.absolute()), *state)[:16], 16)
    return keys


def _tables(keep: Keep, rule: InputRule) -> tuple[Table, Table]:
    size = (rule.height, rule.width, rule.resize)
    return (
        keep.table("greys", digest("greys", *size)),
        keep.table("facts", digest("facts", *size, _OWNER, shortcuts.TRAITS)),
    )


def _read_missing(
    entries: Sequence[Entry],
    keys: Array,
    rule: InputRule,
    *,
    tables: tuple[Table, Table],
    runner: Runner,
) -> Generator[BatchDone, None, tuple[tuple[str, str], ...]]:
    greys, facts = tables
    wanted = np.union1d(greys.missing(keys), facts.missing(keys))
    if not len(wanted):
        return ()
    refused: list[tuple[str, str]] = []
    work = partial(_read, Preprocess(rule))
    paths = (entries[index].path for index in wanted)
    readers = min(_READERS, usable_cores())
    with (
        greys.writer() as grey_rows,
        facts.writer() as fact_rows,
        ReaderPool(paths, work, readers=readers) as pool,
    ):
        for done, (index, answer) in enumerate(zip(wanted, pool, strict=True), start=1):
            if isinstance(answer, str):
                refused.append((entries[index].path.name, answer))
            else:
                _write(keys[index : index + 1], answer, grey_rows, fact_rows)
            yield from runner.tell("reading", done=done, total=len(wanted))
    return tuple(refused)


def _read(preprocess: Preprocess, path: Path, read: Read) -> "_Kept | str":
    """Return what is kept of a film, or the sentence why it cannot be read."""
    try:
        return _Kept.of(read(path), preprocess)
    except CxrViewerError as error:
        return error.sentence
    except Exception as error:  # noqa: BLE001 - a bad film is a row, never a stop
        logger.error("%s failed", film_alias(path), exc_info=error)
        return f"{path.name}: {sentence_for(error)}"


@dataclass(frozen=True, eq=False)
class _Kept:
    """What is kept of one film: uint16 levels, and its facts as uint8 bytes."""

    levels: Array
    facts: Array

    @classmethod
    def of(cls, film: Film, preprocess: Preprocess) -> "_Kept":
        levels = preprocess.levels(film)
        # Without the id itself: what is kept beyond a run names nobody.
        owner = bytes.fromhex(patients.digest_of(film.identity.patient_id)) or _NOBODY
        traits = np.asarray(shortcuts.traits(film, unit(levels)), "<f8")
        return cls(levels, np.frombuffer(owner + traits.tobytes(), np.uint8))


def _write(key: Array, film: _Kept, grey_rows: Writer, fact_rows: Writer) -> None:
    grey_rows.add(key, film.levels[None])
    fact_rows.add(key, film.facts[None])


def _unpacked(facts: Array) -> tuple[list[str], Array]:
    """Return the owners, empty where the header names none, and the traits of each film."""
    owners = [bytes(row) for row in facts[:, :_OWNER]]
    traits = np.ascontiguousarray(facts[:, _OWNER:]).view("<f8")
    return [owner.hex() if owner != _NOBODY else "" for owner in owners], traits


def _check(truth: Array, classes: Sequence[str], *, refused: Sequence[tuple[str, str]]) -> None:
    shown = (truth == 1).any(axis=0)
    lost = [label for label, there in zip(classes, shown, strict=True) if not there]
    if lost:
        cause = refused[-1][1] if refused else ""
        which = "No film" if len(lost) == len(classes) else f"No film of the class {lost[0]}"
        raise DataError(f"{which} can be read: {cause}")
