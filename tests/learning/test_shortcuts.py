"""What can be told without looking at the lungs."""

from pathlib import Path

import numpy as np
import pytest

from cxrviewer.imaging.reader import read_film
from cxrviewer.learning import shortcuts
from tests.learning.class_folders import write_films


def test_a_class_told_by_its_brightness_is_found_out(tmp_path: Path) -> None:
    files = sorted(write_films(tmp_path / "films", patients=8, classes=2).rglob("*.png"))
    films = [read_film(file) for file in files]
    values = np.stack([shortcuts.traits(f, f.stored.astype(np.float32)) for f in films])
    truth = np.array([file.parent.name == "bacterial" for file in files]).astype(int)
    half = np.arange(len(files)) % 2 == 0
    areas = shortcuts.baseline(
        values, truth, training=np.flatnonzero(half), test=np.flatnonzero(~half)
    )
    assert min(areas) > 0.99


def test_traits_that_say_nothing_stay_near_one_half() -> None:
    generator = np.random.default_rng(2)
    values = generator.normal(size=(1200, len(shortcuts.TRAITS)))
    truth = generator.integers(2, size=1200)
    areas = shortcuts.baseline(values, truth, training=np.arange(600), test=np.arange(600, 1200))
    assert areas == pytest.approx((0.5, 0.5), abs=0.08)


def test_a_trait_that_never_varies_is_no_trouble() -> None:
    values = np.tile(np.arange(20.0)[:, None] % 2, (1, 5))
    values[:, 3] = 1.0
    truth = np.arange(20) % 2
    areas = shortcuts.baseline(values, truth, training=np.arange(10), test=np.arange(10, 20))
    assert areas == (1.0, 1.0)
