"""Films that stand in a data set more than once, and what is wrong with that."""

from collections import defaultdict
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np

from cxrviewer.core.audit import AuditFinding
from cxrviewer.core.progress import BatchDone
from cxrviewer.learning.data.audit_facts import Collected
from cxrviewer.learning.data.near_duplicates import near_duplicates
from cxrviewer.learning.trainer.keep import Table


@dataclass(frozen=True, kw_only=True)
class Group:
    """One film under several names.

    Attributes
    ----------
    films
        Indices, rising.
    exact
        True where all have the same greys.
    """

    films: tuple[int, ...]
    exact: bool


@dataclass(frozen=True, kw_only=True)
class _Fault:
    """How a kind of group is told; the sentences are completed with counts."""

    sentence: str
    fix: str
    keeps_first: bool


_FAULTS = {
    "label_conflict": _Fault(
        sentence="{groups} stand in the set several times ({films}) with different findings, so "
        "at least one of them is wrong.",
        fix="Leave out all {left_out} films, as nobody knows which finding is right.",
        keeps_first=False,
    ),
    "patient_leak": _Fault(
        sentence="{groups} stand in the set under the names of different patients ({films}), so "
        "one copy may be learned from and another be asked about.",
        fix="Keep one of each and leave out {left_out}.",
        keeps_first=True,
    ),
    "duplicate": _Fault(
        sentence="{groups} stand in the set several times ({films}), grey for grey; copies "
        "count more than other films and may be learned from here and asked about there.",
        fix="Keep one of each and leave out {left_out}.",
        keeps_first=True,
    ),
    "near_duplicate": _Fault(
        sentence="{groups} stand in the set several times ({films}), changed a little: encoded "
        "anew, resized, brightened, inverted, mirrored or cropped; copies may be learned from here "
        "and asked about there.",
        fix="Keep one of each and leave out {left_out}.",
        keeps_first=True,
    ),
}


def same_films(
    facts: Collected, usable: Sequence[int], table: Table
) -> Generator[BatchDone, None, list[Group]]:
    """Find the films that are the same film as another, grey for grey or nearly.

    Parameters
    ----------
    usable
        Indices of the films that show something.
    table
        Where the pairs that are nearly the same are kept, of exactly these films.
    """
    alike = _by_greys(facts, usable)
    near = yield from _kept(table, _near(facts, [films[0] for films in alike]))
    of_pairs = {film for pair in near for film in pair}
    exact = [(films[0], other) for films in alike for other in films[1:]]
    return [
        Group(films=films, exact=not of_pairs.intersection(films))
        for films in _joined([*near, *exact])
    ]


def _near(
    facts: Collected, films: Sequence[int]
) -> Generator[BatchDone, None, list[tuple[int, int]]]:
    if len(films) < 2:
        return []
    found = yield from near_duplicates(
        facts.descriptors[films], lambda film: facts.picture(films[film])
    )
    return [(films[one], films[other]) for one, other in found]


def _kept(
    table: Table, search: Generator[BatchDone, None, list[tuple[int, int]]]
) -> Generator[BatchDone, None, list[tuple[int, int]]]:
    """Return what was found before, or search and keep it: row 0 says how many pairs follow."""
    head = np.zeros(1, np.uint64)
    if len(table.missing(head)):
        pairs = yield from search
        rows = np.array([(len(pairs), 0), *pairs], np.int64)
        with table.writer() as writer:
            writer.add(np.arange(len(rows), dtype=np.uint64), rows)
    count = int(table.store(head).read(np.zeros(1, np.int64))[0, 0])
    kept = table.store(np.arange(1, count + 1, dtype=np.uint64)).read(np.arange(count))
    return [(int(one), int(other)) for one, other in kept]


def _by_greys(facts: Collected, usable: Sequence[int]) -> list[list[int]]:
    found: dict[bytes, list[int]] = defaultdict(list)
    for film in usable:
        found[facts.greys[film]].append(film)
    return list(found.values())


def findings(
    groups: Sequence[Group], facts: Collected, names: Sequence[str]
) -> dict[str, AuditFinding]:
    """Return what is wrong with the groups, by kind.

    Parameters
    ----------
    names
        What each film is called.
    """
    of_kind: dict[str, list[Group]] = defaultdict(list)
    for group in groups:
        of_kind[_kind(group, facts)].append(group)
    return {kind: _finding(kind, of_kind[kind], names) for kind in _FAULTS if kind in of_kind}


def _kind(group: Group, facts: Collected) -> str:
    if len({frozenset(facts.entries[film].findings) for film in group.films}) > 1:
        return "label_conflict"
    # A film that nobody claims is no patient's, so it cannot be another's.
    told = {facts.patients[film] for film in group.films if facts.sources[film] != "film"}
    if len(told) > 1:
        return "patient_leak"
    return "duplicate" if group.exact else "near_duplicate"


def _finding(kind: str, groups: Sequence[Group], names: Sequence[str]) -> AuditFinding:
    fault = _FAULTS[kind]
    films = [names[film] for group in groups for film in group.films]
    left_out = [
        names[film] for group in groups for film in group.films[1 if fault.keeps_first else 0 :]
    ]
    number = "One film" if len(groups) == 1 else f"{len(groups):,} films"
    sentence = fault.sentence.format(groups=number, films=f"{len(films):,} files")
    return AuditFinding(
        kind=kind,
        sentence=sentence.replace("One film stand ", "One film stands "),
        films=tuple(films),
        groups=tuple(len(group.films) for group in groups),
        fix=fault.fix.format(left_out=f"{len(left_out):,}"),
        left_out=tuple(left_out),
    )


def _joined(links: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
    """Return the films that are linked, over however many others, group by group."""
    films = sorted({film for link in links for film in link})
    home = {film: film for film in films}

    def root(film: int) -> int:
        while home[film] != film:
            home[film] = home[home[film]]
            film = home[film]
        return film

    for one, other in links:
        low, high = sorted((root(one), root(other)))
        home[high] = low
    groups: dict[int, list[int]] = defaultdict(list)
    for film in films:
        groups[root(film)].append(film)
    return [tuple(members) for members in groups.values()]
