"""Training, validation and test: no patient on two sides, every class on each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cxrviewer.core.errors import DataError
from cxrviewer.core.film import Array

PARTS = ("training", "validation", "test")
BY_IMAGE = (
    "The films are split by image, so films of one patient stand on both sides and the measures "
    "come out better than the model is; use it only to compare with published figures."
)


@dataclass(frozen=True, kw_only=True)
class SplitRule:
    """How films are to be divided.

    Attributes
    ----------
    shares
        Wished shares of training, validation and test films.
    by
        `patient`, or `image` for comparison with published figures only.
    """

    shares: tuple[float, float, float]
    by: str = "patient"
    seed: int = 1


@dataclass(frozen=True, kw_only=True)
class Split:
    """Which film is in which part.

    Attributes
    ----------
    part
        int64, (films,): index into `PARTS`.
    by
        `patient` or `image`.
    """

    part: Array
    by: str

    def films(self, name: str) -> Array:
        """Return the indices of the films in one part, rising."""
        return np.flatnonzero(self.part == PARTS.index(name))


def split_films(
    truth: Array, patients: Sequence[str], rule: SplitRule, *, classes: Sequence[str]
) -> Split:
    """Divide films among the parts, stratified by label.

    Whole patients (or, by image, single films) are dealt label by label, the rarest first, from
    the one with most films to those with one, so that every part has its share of films and of
    patients with many; who comes first among equals is random.

    Parameters
    ----------
    truth
        (films, labels): 1 shown, 0 not shown, NaN not known.
    patients
        Patient of each film.
    classes
        What the labels are called in a sentence.

    Raises
    ------
    DataError
        If a class has too few patients for one in every part.

    References
    ----------
    Sechidis, Tsoumakas, Vlahavas 2011, iterative stratification of multi-label data.
    """
    shown = np.nan_to_num(np.asarray(truth, dtype=np.float64)) > 0
    owners = patients if rule.by == "patient" else [str(index) for index in range(len(shown))]
    _, group = np.unique(np.asarray(owners), return_inverse=True)
    _check_groups(shown, group=group, classes=classes, by=rule.by)
    # Films that show nothing are a stratum too.
    strata = np.concatenate([shown, ~shown.any(axis=1, keepdims=True)], axis=1)
    counts = np.zeros((group.max() + 1, strata.shape[1]), dtype=np.int64)
    np.add.at(counts, group, strata)
    sizes = np.bincount(group)
    split = Split(part=_deal(counts, sizes, rule)[group], by=rule.by)
    _check_parts(split, shown, classes=classes)
    return split


def _deal(counts: Array, sizes: Array, rule: SplitRule) -> Array:
    """Return the part of each group, from its number of films in each stratum."""
    random = np.random.default_rng(rule.seed)
    part_of_group = np.full(len(counts), -1, dtype=np.int64)
    given = np.zeros((len(PARTS), counts.shape[1]))
    while (waiting := part_of_group < 0).any():
        waits = (counts[waiting] > 0).sum(axis=0)
        stratum = int(np.where(waits > 0, waits, len(counts) + 1).argmin())
        members = random.permutation(np.flatnonzero(waiting & (counts[:, stratum] > 0)))
        members = members[np.argsort(-sizes[members], kind="stable")]
        for position, member in enumerate(members):
            part = _most_lacking(
                given,
                counts[member],
                stratum=stratum,
                shares=np.asarray(rule.shares),
                left=len(members) - position,
            )
            part_of_group[member] = part
            given[part] += counts[member]
    return part_of_group


def _most_lacking(given: Array, own: Array, *, stratum: int, shares: Array, left: int) -> int:
    """Return the part that lacks most films of the stratum so far; of several, most of all."""
    wished = shares[:, None] * (given.sum(axis=0) + own)
    lacking = wished - given
    here = lacking[:, stratum].copy()
    empty = given[:, stratum] == 0
    if left <= empty.sum():
        # The last patients go where there is none yet.
        here[~empty] = -np.inf
    best = np.flatnonzero(np.isclose(here, here.max()))
    return int(best[lacking[best].sum(axis=1).argmax()])


def _check_groups(shown: Array, *, group: Array, classes: Sequence[str], by: str) -> None:
    for index, name in enumerate(classes):
        films = int(shown[:, index].sum())
        owners = len(np.unique(group[shown[:, index]]))
        if films == 1:
            told = f"The class {name} has one film only"
        elif owners == 1:
            told = f"All {films} films of the class {name} are of one patient"
        elif owners < len(PARTS):
            whom = "patients" if by == "patient" else "images"
            told = f"The class {name} has films of only {owners} {whom}"
        else:
            continue
        raise DataError(
            f"{told}; training, validation and test need one patient each, so add films of others "
            "or take the class out."
        )


def _check_parts(split: Split, shown: Array, *, classes: Sequence[str]) -> None:
    for index, name in enumerate(classes):
        present = np.unique(split.part[shown[:, index]])
        if len(present) < len(PARTS):
            lacking = next(part for i, part in enumerate(PARTS) if i not in present)
            raise DataError(
                f"The films of the class {name} come with others in a way that leaves none for "
                f"{lacking}; add films of other patients."
            )
