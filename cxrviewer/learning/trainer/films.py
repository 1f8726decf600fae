"""The films of a data set, decoded once: their greys at the input's size and what is known of them.

What was read is kept between runs by file, size and time of change, so that another training on
the same films decodes nothing. Of a header only a digest of the patient's id is kept.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from cxrviewer.core.errors import DataError
from cxrviewer.core.film import Array, Film
from cxrviewer.core.manifest import InputRule
from cxrviewer.core.progress import BatchDone
from cxrviewer.learning.data import patients, shortcuts
from cxrviewer.learning.data.kept_films import film_keys, read_missing
from cxrviewer.learning.data.labelled import Listing, truth_of
from cxrviewer.learning.preprocess import Preprocess, unit
from cxrviewer.learning.trainer.keep import Keep, Table, digest
from cxrviewer.learning.trainer.runner import Runner
from cxrviewer.learning.trainer.store import Store

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
    files = [entry.path for entry in entries]
    keys = film_keys(files)
    tables = greys, facts = _tables(keep or Keep(), rule)
    measure = partial(_kept, Preprocess(rule))
    unread = yield from read_missing(files, keys, tables, measure, telling=runner)
    here = np.array([index for index in range(len(entries)) if index not in unread], np.int64)
    kept = [entries[index] for index in here]
    refused = (*listing.refused, *((files[index].name, flaw) for index, flaw in unread.items()))
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


def _tables(keep: Keep, rule: InputRule) -> tuple[Table, Table]:
    size = (rule.height, rule.width, rule.resize)
    return (
        keep.table("greys", digest("greys", *size)),
        keep.table("facts", digest("facts", *size, _OWNER, shortcuts.TRAITS)),
    )


def _kept(preprocess: Preprocess, film: Film) -> tuple[Array, Array]:
    """Return the uint16 levels of a film, and its facts as uint8 bytes."""
    levels = preprocess.levels(film)
    # Without the id itself: what is kept beyond a run names nobody.
    owner = bytes.fromhex(patients.digest_of(film.identity.patient_id)) or _NOBODY
    traits = np.asarray(shortcuts.traits(film, unit(levels)), "<f8")
    return levels, np.frombuffer(owner + traits.tobytes(), np.uint8)


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
