"""No patient on two sides, every class on each, and the shares that were asked for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxrviewer.core.errors import DataError
from cxrviewer.learning.split import PARTS, split_films

SHARES = (0.7, 0.1, 0.2)
CLASSES = ("normal", "bacterial", "viral")


@st.composite
def films(draw) -> tuple[list[str], list[str]]:
    """Labels and patients: three classes of 20 to 60 patients with 1 to 6 films each."""
    labels, patients = [], []
    for label in CLASSES:
        for number, count in enumerate(draw(st.lists(st.integers(1, 6), min_size=20, max_size=60))):
            labels += [label] * count
            patients += [f"{label} {number}"] * count
    order = np.random.default_rng(draw(st.integers(0, 9))).permutation(len(labels))
    return [labels[i] for i in order], [patients[i] for i in order]


@settings(deadline=None, max_examples=25)
@given(films(), st.integers(0, 5))
def test_patients_are_disjoint_and_classes_have_their_shares(sample, seed: int) -> None:
    labels, patients = sample
    split = split_films(labels, patients, shares=SHARES, seed=seed)
    owners = [{patients[i] for i in split.films(part)} for part in PARTS]
    assert not owners[0] & owners[1]
    assert not owners[0] & owners[2]
    assert not owners[1] & owners[2]
    for label in CLASSES:
        own = np.array([name == label for name in labels])
        for index, share in enumerate(SHARES):
            found = (split.part[own] == index).mean()
            assert abs(found - share) < 0.1
    assert sum(len(split.films(part)) for part in PARTS) == len(labels)


def test_the_seed_decides() -> None:
    labels = ["a", "b"] * 40
    patients = [str(i) for i in range(80)]
    first, same, other = (
        split_films(labels, patients, shares=SHARES, seed=seed).part for seed in (1, 1, 2)
    )
    assert (first == same).all()
    assert (first != other).any()


def test_by_image_divides_a_patients_films() -> None:
    labels = ["a", "b"] * 40
    patients = [label * 3 for label in labels]
    split = split_films(labels, patients, shares=SHARES, by="image")
    assert split.by == "image"
    assert [len(split.films(part)) for part in PARTS] == [56, 8, 16]


@pytest.mark.parametrize("seed", range(5))
def test_patients_with_many_films_are_in_every_part(seed: int) -> None:
    films = [10] * 20 + [1] * 200
    patients = [str(i) for i, count in enumerate(films) for _ in range(count)]
    labels = ["a"] * len(patients) + ["b"] * 20
    split = split_films(labels, patients + [f"b{i}" for i in range(20)], shares=SHARES, seed=seed)
    many = [len({p for p in split.films(part) if p < 200}) // 10 for part in PARTS]
    assert many == pytest.approx([14, 2, 4], abs=1)


def test_a_class_of_two_patients_is_refused_by_name() -> None:
    labels = ["a"] * 30 + ["rare"] * 9
    patients = [str(i) for i in range(30)] + ["x", "y", "x"] * 3
    with pytest.raises(DataError, match="class rare has films of only 2 patients"):
        split_films(labels, patients, shares=SHARES)
