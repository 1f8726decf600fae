"""The gate of the shipped children's model on real films; its figures stand in docs/models."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from cxrviewer.core.analysis import Analysis, Status
from cxrviewer.core.bundle import GATE, find_bundle
from cxrviewer.core.film import Array
from cxrviewer.imaging import reader
from cxrviewer.learning.classifier import Classifier
from cxrviewer.learning.device import cpu
from tests.learning.conftest import MakeFilm

pytestmark = pytest.mark.shared
# Patients the fit leaves out: the lowest numbers of each series.
HELD_OUT = (
    "NORMAL/IM-01*",
    "NORMAL/NORMAL2-IM-04*",
    "PNEUMONIA/person1[0-9][0-9]_*",
    "PNEUMONIA/person2[0-9][0-9]_*",
)


@pytest.fixture(scope="module")
def classifier() -> Iterator[Classifier]:
    yield Classifier.load(find_bundle(), device=cpu("for the tests"))


@pytest.fixture
def children(shared: Path) -> list[Path]:
    root = shared / "data" / "kermany" / "train"
    return [film for pattern in HELD_OUT for film in sorted(root.glob(pattern))[:8]]


def _asked(classifier: Classifier, paths: Sequence[Path]) -> list[Analysis]:
    return [classifier.analyse(reader.read_film(path), method="") for path in paths]


def _drawn(
    classifier: Classifier,
    film_of: MakeFilm,
    paths: Sequence[Path],
    change: Callable[[Array], Array],
) -> list[Analysis]:
    greys = [change(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)) for path in paths]
    return [classifier.analyse(film_of(np.ascontiguousarray(g)), method="") for g in greys]


def test_the_file_is_small(classifier: Classifier) -> None:
    assert (find_bundle().folder / GATE).stat().st_size < 500_000


def test_children_films_pass(classifier: Classifier, children: list[Path]) -> None:
    found = Counter(analysis.status for analysis in _asked(classifier, children))
    assert found[Status.OK] >= 0.95 * len(children)


def test_large_and_wide_copies_of_a_film_pass(
    classifier: Classifier, film_of: MakeFilm, children: list[Path]
) -> None:
    def large(grey: Array) -> Array:
        wide = cv2.resize(grey, (1500, 1050), interpolation=cv2.INTER_CUBIC)
        return wide.astype(np.uint16) * 257

    found = _drawn(classifier, film_of, children[::2], large)
    assert sum(analysis.status is Status.OK for analysis in found) >= 0.95 * len(found)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param(np.rot90, "turned", id="left"),
        pytest.param(lambda grey: np.rot90(grey, 3), "turned", id="right"),
        pytest.param(lambda grey: np.rot90(grey, 2), "upside-down", id="head down"),
        pytest.param(lambda grey: grey[::-1], "upside-down", id="mirrored"),
        pytest.param(lambda grey: 255 - grey, "inverted", id="inverted"),
    ],
)
def test_films_that_do_not_lie_as_they_should_are_refused_by_name(
    classifier: Classifier,
    film_of: MakeFilm,
    children: list[Path],
    change: Callable[[Array], Array],
    code: str,
) -> None:
    found = _drawn(classifier, film_of, children[::2], change)
    assert sum(analysis.code == code for analysis in found) >= 0.9 * len(found)
    assert sum(analysis.status is Status.REFUSED for analysis in found) >= 0.9 * len(found)


@pytest.mark.parametrize("folder", ["nih/images", "hannover_covid/images"])
def test_adults_are_not_answered_in_silence(
    classifier: Classifier, shared: Path, folder: str
) -> None:
    films = sorted((shared / "data" / folder).iterdir())[::17]
    found = _asked(classifier, films)
    assert sum(analysis.status is not Status.OK for analysis in found) >= 0.85 * len(found)


def test_no_picture_of_anything_else_in_the_dicom_set_is_answered(
    classifier: Classifier, shared: Path
) -> None:
    names = ("602dbefe9f", "6fecb0ac1f", "64f54c0f49", "308fb028c8", "65c2f33d35", "5d38cc99db")
    films = [next((shared / "dicom").glob(f"{name}*")) for name in names]
    found = _asked(classifier, films)
    assert [analysis.status for analysis in found] == [Status.REFUSED] * len(films)
