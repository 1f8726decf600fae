"""No patient on two sides, every class on each, and the shares that were asked for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxrviewer.core.errors import DataError
from cxrviewer.learning.data.split import PARTS, Split, SplitRule, split_films

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


def _one_hot(labels: list[str]) -> np.ndarray:
    return np.array([[name == label for name in sorted(set(labels))] for label in labels], float)


def _split(labels: list[str], patients: list[str], **options) -> Split:
    rule = SplitRule(shares=SHARES, **options)
    return split_films(_one_hot(labels), patients, rule, classes=sorted(set(labels)))


def _apart(split: Split, patients: list[str]) -> bool:
    owners = [{patients[i] for i in split.films(part)} for part in PARTS]
    return not (owners[0] & owners[1] or owners[0] & owners[2] or owners[1] & owners[2])


@settings(deadline=None, max_examples=25)
@given(films(), st.integers(0, 5))
def test_patients_are_disjoint_and_classes_have_their_shares(sample, seed: int) -> None:
    labels, patients = sample
    split = _split(labels, patients, seed=seed)
    assert _apart(split, patients)
    for label in CLASSES:
        own = np.array([name == label for name in labels])
        for index, share in enumerate(SHARES):
            found = (split.part[own] == index).mean()
            assert abs(found - share) < 0.1
    assert sum(len(split.films(part)) for part in PARTS) == len(labels)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_films_with_several_findings_are_stratified_by_each(seed: int) -> None:
    random = np.random.default_rng(seed)
    patients = [str(number) for number in random.integers(0, 150, size=400)]
    truth = (random.random((400, 4)) < (0.5, 0.3, 0.2, 0.15)).astype(np.float32)
    truth[random.random(truth.shape) < 0.1] = np.nan
    split = split_films(truth, patients, SplitRule(shares=SHARES, seed=seed), classes="abcd")
    assert _apart(split, patients)
    for label in range(4):
        for index, share in enumerate(SHARES):
            assert abs((split.part[truth[:, label] == 1] == index).mean() - share) < 0.1
    assert abs((split.part == 0).mean() - SHARES[0]) < 0.1


def test_the_seed_decides() -> None:
    labels = ["a", "b"] * 40
    patients = [str(i) for i in range(80)]
    first, same, other = (_split(labels, patients, seed=seed).part for seed in (1, 1, 2))
    assert (first == same).all()
    assert (first != other).any()


def test_by_image_divides_a_patients_films() -> None:
    labels = ["a", "b"] * 40
    patients = [label * 3 for label in labels]
    split = _split(labels, patients, by="image")
    assert split.by == "image"
    assert [len(split.films(part)) for part in PARTS] == [56, 8, 16]


@pytest.mark.parametrize("seed", range(5))
def test_patients_with_many_films_are_in_every_part(seed: int) -> None:
    films = [10] * 20 + [1] * 200
    patients = [str(i) for i, count in enumerate(films) for _ in range(count)]
    labels = ["a"] * len(patients) + ["b"] * 20
    split = _split(labels, patients + [f"b{i}" for i in range(20)], seed=seed)
    many = [len({p for p in split.films(part) if p < 200}) // 10 for part in PARTS]
    assert many == pytest.approx([14, 2, 4], abs=1)


@pytest.mark.parametrize(
    ("owners", "words"),
    [
        ("x", "class rare has one film only; training, validation and test need"),
        ("xxxx", "All 4 films of the class rare are of one patient"),
        ("xyxy", "class rare has films of only 2 patients"),
    ],
)
def test_a_class_of_too_few_patients_is_refused_by_name(owners: str, words: str) -> None:
    labels = ["a"] * 30 + ["rare"] * len(owners)
    with pytest.raises(DataError, match=words):
        _split(labels, [str(i) for i in range(30)] + list(owners))


def test_a_rare_finding_beside_a_common_one_is_in_every_part() -> None:
    patients = [str(i) for i in range(30)]
    truth = np.zeros((30, 2))
    truth[:, 0] = 1
    truth[:3, 1] = 1
    split = split_films(truth, patients, SplitRule(shares=SHARES), classes="ab")
    assert sorted(split.part[:3]) == [0, 1, 2]
