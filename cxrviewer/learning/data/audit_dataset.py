"""An audit of labelled films before a training: every film is read once, in reader children."""

from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from pathlib import Path

import numpy as np

from cxrviewer.core.audit import Audit, AuditFinding, PatientGroups
from cxrviewer.core.errors import DataError
from cxrviewer.core.film import Array
from cxrviewer.core.plan import PATIENTS_FROM
from cxrviewer.core.progress import BatchDone
from cxrviewer.learning.data import audit_facts, same_films, shortcuts
from cxrviewer.learning.data.audit_facts import Collected, facts_of
from cxrviewer.learning.data.dataset import film_name, scan_films, usable
from cxrviewer.learning.data.kept_films import film_keys, read_missing
from cxrviewer.learning.data.labelled import Entry, Listing, truth_of
from cxrviewer.learning.data.near_duplicates import VERSION
from cxrviewer.learning.data.set_faults import BLANK_SPREAD, CHECKS, Seen
from cxrviewer.learning.data.split import PARTS, SplitRule, split_films
from cxrviewer.learning.trainer.keep import Keep, digest
from cxrviewer.learning.trainer.telling import Telling

_EXAMPLES = 8
_SHOWN = 40
_GRAVEST_FIRST = (
    "few_films",
    "label_conflict",
    "patient_leak",
    "shortcut",
    "unreadable",
    "blank",
    "duplicate",
    "near_duplicate",
    "many_classes",
    "imbalance",
    "tiny",
    "not_used",
)

Shares = tuple[float, float, float]


def audit(
    data: Path, *, patients_from: str = "auto", split: Shares = (0.7, 0.1, 0.2)
) -> Generator[BatchDone, None, Audit]:
    """Look at every film of a data set and return what is wrong with the set.

    What was read is kept by file and state, so that the same films are read once, however often
    it is asked whose they are. Closing the generator ends the readers.

    Parameters
    ----------
    patients_from
        What may tell the patient, see `cxrviewer.core.plan.PATIENTS_FROM`.
    split
        Shares of training, validation and test the split is tried with.

    Raises
    ------
    DataError
        If there is no such data set, nothing to tell apart in it, or no film that can be read.
    ExportError
        If what was read cannot be kept.
    """
    listing = yield from scan_films(data)
    listing = usable(listing, data, activation="sigmoid", patients_from=patients_from)
    keep = Keep()
    facts, keys = yield from _read(listing.entries, keep)
    if not facts.entries:
        raise DataError(
            f"None of the {len(facts.refused):,} films in {data} can be read; the first: "
            f"{facts.refused[0][1]}"
        )
    seen = _seen(data, listing, facts)
    shown = np.flatnonzero(facts.spread >= BLANK_SPREAD)
    table = keep.table("copies", digest("copies", VERSION, keys.tobytes(), shown.tobytes()))
    groups = yield from same_films.same_films(facts, shown.tolist(), table)
    found = same_films.findings(groups, facts, seen.names)
    return _audit(data, seen, found, shares=split)


def _read(
    entries: Sequence[Entry], keep: Keep
) -> Generator[BatchDone, None, tuple[Collected, Array]]:
    """Return the facts and the keys of the films; those known from before are not read."""
    files = [entry.path for entry in entries]
    keys, table = film_keys(files), audit_facts.table(keep)
    unread = yield from read_missing(files, keys, [table], facts_of, telling=Telling())
    here = np.array([film for film in range(len(entries)) if film not in unread], np.int64)
    kept = [entries[film] for film in here]
    refused = [(entries[film], flaw) for film, flaw in unread.items()]
    return Collected(kept, refused, table.store(keys[here])), keys[here]


def _seen(data: Path, listing: Listing, facts: Collected) -> Seen:
    truth = truth_of(facts.entries, listing.classes)
    return Seen(
        facts=facts,
        names=tuple(film_name(entry.path, data) for entry in facts.entries),
        unread=tuple((film_name(entry.path, data), flaw) for entry, flaw in facts.refused),
        not_used=listing.refused,
        classes=listing.classes,
        truth=truth,
        areas=shortcuts.cross_validated(facts.traits, truth, facts.patients),
    )


def _audit(data: Path, seen: Seen, found: dict[str, AuditFinding], *, shares: Shares) -> Audit:
    facts = seen.facts
    for kind, check in CHECKS.items():
        finding = check(seen)
        if finding:
            found[kind] = finding
    counts = (seen.truth == 1).sum(axis=0).tolist()
    return Audit(
        data=str(data),
        counts=tuple(zip(seen.classes, counts, strict=True)),
        films=len(facts.entries),
        patients=len(set(facts.patients)),
        several=any(len(entry.findings) > 1 for entry in facts.entries),
        grouping=_grouping(facts, data),
        shortcut_areas=tuple(
            (label, area)
            for label, area in zip(seen.classes, seen.areas, strict=True)
            if not np.isnan(area)
        ),
        split=_split(seen, shares),
        findings=tuple(found[kind] for kind in _GRAVEST_FIRST if kind in found),
        at_stake=_at_stake(seen, found.values()),
    )


def _at_stake(seen: Seen, findings: Iterable[AuditFinding]) -> dict[str, tuple[str, ...]]:
    left_out = {film for finding in findings for film in finding.left_out}
    labels = np.array(seen.classes)
    return {
        film: tuple(labels[shown == 1].tolist())
        for film, shown in zip(seen.names, seen.truth, strict=True)
        if film in left_out
    }


def _grouping(facts: Collected, data: Path) -> tuple[PatientGroups, ...]:
    films: dict[str, Counter[str]] = {}
    for patient, source in zip(facts.patients, facts.sources, strict=True):
        films.setdefault(source, Counter())[patient] += 1
    return tuple(
        PatientGroups(
            source=source,
            films=films[source].total(),
            patients=len(films[source]),
            examples=tuple(
                (_shown(patient, source, data), number)
                for patient, number in films[source].most_common(_EXAMPLES)
            ),
        )
        for source in PATIENTS_FROM
        if source in films
    )


def _shown(patient: str, source: str, data: Path) -> str:
    words = film_name(Path(patient), data) if source == "film" else patient
    return words if len(words) <= _SHOWN else f"…{words[1 - _SHOWN :]}"


def _split(seen: Seen, shares: Shares) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Return the films of each label in each part, or nothing where no split is possible."""
    rule = SplitRule(shares=shares)
    try:
        split = split_films(seen.truth, seen.facts.patients, rule, classes=seen.classes)
    except DataError:
        return (), (), ()
    first, second, third = (
        tuple((seen.truth[split.films(part)] == 1).sum(axis=0).tolist()) for part in PARTS
    )
    return first, second, third
