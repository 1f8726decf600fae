"""What can be told without looking at the lungs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.imaging.reader import read_film
from cxrviewer.learning.data import shortcuts
from tests.learning.class_folders import write_films
from tests.learning.conftest import MakeFilm


def test_a_class_told_by_its_brightness_is_found_out(tmp_path: Path) -> None:
    files = sorted(write_films(tmp_path / "films", patients=10, classes=2).rglob("*.png"))
    films = [read_film(file) for file in files]
    values = np.stack([shortcuts.traits(f, f.stored.astype(np.float32)) for f in films])
    truth = _one_hot([file.parent.name == "bacterial" for file in files])
    half = np.arange(len(files)) % 2 == 0
    areas = shortcuts.baseline(
        values,
        truth,
        [str(file) for file in files],
        training=np.flatnonzero(half),
        test=np.flatnonzero(~half),
    )
    assert min(areas) > 0.99
    assert min(shortcuts.cross_validated(values, truth, [str(file) for file in files])) > 0.99


def _one_hot(positive: list[bool] | np.ndarray) -> np.ndarray:
    return np.eye(2)[np.asarray(positive).astype(int)]


def test_the_maker_of_the_machine_gives_a_class_away(film_of: MakeFilm, tmp_path: Path) -> None:
    file = tmp_path / "film.dcm"
    file.touch()
    generator = np.random.default_rng(4)
    values = []
    for number in range(40):
        grey = generator.integers(0, 255, (16, 16), dtype=np.uint8)
        made = film_of(grey, file_format="DICOM", manufacturer=("Acme", "Other ")[number % 2])
        values.append(shortcuts.traits(replace(made, path=file), grey))
    truth = _one_hot(np.arange(40) % 2)
    assert shortcuts.cross_validated(np.stack(values), truth, [str(i) for i in range(40)]) == (1, 1)


def test_traits_that_say_nothing_stay_near_one_half() -> None:
    generator = np.random.default_rng(2)
    values = generator.normal(size=(1200, len(shortcuts.TRAITS)))
    truth = _one_hot(generator.integers(2, size=1200))
    parts = {"training": np.arange(600), "test": np.arange(600, 1200)}
    areas = shortcuts.baseline(values, truth, [str(i) for i in range(1200)], **parts)
    assert areas == pytest.approx((0.5, 0.5), abs=0.08)
    areas = shortcuts.cross_validated(values, truth, [str(i // 3) for i in range(1200)])
    assert areas == pytest.approx((0.5, 0.5), abs=0.08)


def test_the_films_of_a_patient_stay_in_one_fold() -> None:
    generator = np.random.default_rng(2)
    patients = np.arange(600) // 20
    # The traits tell the patient and nothing else, and a patient has one label.
    values = np.eye(30)[patients] + generator.normal(scale=0.01, size=(600, 30))
    truth = _one_hot(generator.permutation(np.arange(30) % 2)[patients])
    areas = shortcuts.cross_validated(values, truth, patients.astype(str).tolist())
    assert max(areas) < 0.75


def test_a_trait_that_never_varies_is_no_trouble() -> None:
    values = np.tile(np.arange(20.0)[:, None] % 2, (1, 5))
    values[:, 3] = 1.0
    truth = _one_hot(np.arange(20) % 2)
    parts = {"training": np.arange(10), "test": np.arange(10, 20)}
    areas = shortcuts.baseline(values, truth, [str(i) for i in range(20)], **parts)
    assert areas == (1.0, 1.0)


def test_a_label_that_is_not_known_counts_neither_way() -> None:
    values = np.arange(40.0)[:, None]
    truth = (np.arange(40) >= 20).astype(float)[:, None]
    truth[::2] = np.nan
    truth = np.concatenate([truth, np.full((40, 1), np.nan)], axis=1)
    areas = shortcuts.cross_validated(values, truth, [str(i) for i in range(40)])
    assert areas[0] == 1
    assert np.isnan(areas[1])


def test_a_label_of_a_single_film_warns_of_nothing() -> None:
    generator = np.random.default_rng(3)
    values = generator.normal(size=(60, 3))
    truth = np.zeros((60, 2))
    truth[:, 0] = np.arange(60) % 2
    truth[[5, 45], 1] = 1
    # Both films of the rare label stand out, and only one of them is a test film.
    values[[5, 45]] += 9
    patients = [str(i) for i in range(60)]
    parts = {"training": np.arange(30), "test": np.arange(30, 60)}
    for areas in (
        shortcuts.baseline(values, truth, patients, **parts),
        shortcuts.cross_validated(values, truth, patients),
    ):
        assert 0 < areas[0] < 0.8
        assert np.isnan(areas[1])
