"""Training, validation and test: no patient on two sides, every class on each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cxrviewer.core.errors import DataError
from cxrviewer.core.film import Array

PARTS = ("training", "validation", "test")


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
    labels: Sequence[str],
    patients: Sequence[str],
    *,
    shares: tuple[float, float, float],
    by: str = "patient",
    seed: int = 1,
) -> Split:
    """Divide films among the parts, stratified by class.

    Whole patients (or, by image, single films) are dealt within their class from the one with
    most films to those with one, so that every part has its share of films and of patients with
    many; who comes first among equals is random.

    Parameters
    ----------
    labels, patients
        Class and patient of each film.
    shares
        Wished shares of training, validation and test films.

    Raises
    ------
    DataError
        If a class has too few patients for one in every part.
    """
    classes, truth = np.unique(np.asarray(labels), return_inverse=True)
    owners = patients if by == "patient" else [str(index) for index in range(len(truth))]
    _, group = np.unique(np.asarray(owners), return_inverse=True)
    sizes = np.bincount(group)
    home = _main_class(truth, group, classes=len(classes))
    part_of_group = np.zeros(len(sizes), dtype=np.int64)
    generator = np.random.default_rng(seed)
    for index in range(len(classes)):
        members = generator.permutation(np.flatnonzero(home == index))
        members = members[np.argsort(-sizes[members], kind="stable")]
        part_of_group[members] = _deal(sizes[members], shares)
    split = Split(part=part_of_group[group], by=by)
    _check(split, truth, group=group, classes=classes.tolist())
    return split


def _main_class(truth: Array, group: Array, *, classes: int) -> Array:
    """Return each group's most frequent class, the stratum it is drawn in."""
    counts = np.zeros((group.max() + 1, classes), dtype=np.int64)
    np.add.at(counts, (group, truth), 1)
    main: Array = counts.argmax(axis=1)
    return main


def _deal(sizes: Array, shares: tuple[float, float, float]) -> Array:
    """Return the part of each patient: the one that lacks most films so far."""
    given = np.zeros(len(shares))
    parts = np.empty(len(sizes), dtype=np.int64)
    for position, size in enumerate(sizes):
        lacking = np.asarray(shares) * (given.sum() + size) - given
        if len(sizes) - position <= (given == 0).sum():
            # The last patients go where there is none yet.
            lacking[given > 0] = -np.inf
        parts[position] = lacking.argmax()
        given[parts[position]] += size
    return parts


def _check(split: Split, truth: Array, *, group: Array, classes: Sequence[str]) -> None:
    for index, name in enumerate(classes):
        chosen = truth == index
        if len(np.unique(split.part[chosen])) < len(PARTS):
            owners = len(np.unique(group[chosen]))
            raise DataError(
                f"The class {name} has films of only {owners} "
                f"{'patients' if split.by == 'patient' else 'images'}; training, validation and "
                "test need more, so add films of others."
            )
