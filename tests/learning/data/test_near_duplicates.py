"""One film twice is found through what happens to copies; different films are left alone."""

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from cxrviewer.learning.data.near_duplicates import SIDE, descriptor, likeness, near_duplicates
from tests.learning.drawn_films import drawn

FILMS = 40


def _encoded_anew(film: np.ndarray) -> np.ndarray:
    return cv2.imdecode(cv2.imencode(".jpg", film, [cv2.IMWRITE_JPEG_QUALITY, 30])[1], 0)


CHANGES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "encoded anew": _encoded_anew,
    "halved": lambda film: cv2.resize(film, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
    "enlarged": lambda film: cv2.resize(film, None, fx=1.6, fy=1.6),
    "cropped": lambda film: film[5:-6, 7:-2],
    "cropped by a twentieth": lambda film: film[10:-10, 10:-10],
    "inverted": lambda film: 255 - film,
    "mirrored": lambda film: film[:, ::-1],
    "mirrored and inverted": lambda film: 255 - film[:, ::-1],
    "darker": lambda film: cv2.convertScaleAbs(film, alpha=0.7),
    "gamma": lambda film: (255 * (film / 255.0) ** 0.75).astype(np.uint8),
    "all": lambda film: _encoded_anew(cv2.convertScaleAbs(film[4:-3, 2:-6], alpha=0.85, beta=20)),
}


def _pairs(films: Sequence[np.ndarray]) -> list[tuple[int, int]]:
    small = [cv2.resize(film, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for film in films]
    search = near_duplicates(np.stack([descriptor(film) for film in small]), small.__getitem__)
    while True:
        try:
            next(search)
        except StopIteration as end:
            return end.value


@pytest.fixture(scope="module")
def films() -> list[np.ndarray]:
    return [drawn(seed) for seed in range(FILMS)]


def test_different_films_are_no_copies(films: list[np.ndarray]) -> None:
    assert _pairs(films) == []


@pytest.mark.parametrize("change", CHANGES)
def test_changed_copies_are_found(films: list[np.ndarray], change: str) -> None:
    copies = [CHANGES[change](film) for film in films[:8]]
    assert sorted(_pairs([*films, *copies])) == [(i, FILMS + i) for i in range(8)]


def test_an_even_picture_is_like_nothing() -> None:
    even = np.full((64, 64), 40, np.uint8)
    assert not descriptor(even).any()
    assert _pairs([even, even.copy(), drawn(1), drawn(2)]) == []


@pytest.mark.shared
@pytest.mark.parametrize(
    "cut", [(5, 3, 2, 6), pytest.param((11, 11, 11, 11), marks=pytest.mark.slow)]
)
def test_real_films_cropped_by_up_to_a_twentieth_are_found(
    shared: Path, cut: tuple[int, int, int, int]
) -> None:
    files = sorted((shared / "data" / "kermany" / "train" / "NORMAL").glob("*.jpeg"))[:400]
    films = [cv2.imread(str(file), cv2.IMREAD_GRAYSCALE) for file in files]
    before = set(_pairs(films))
    top, bottom, left, right = cut
    copies = [_encoded_anew(film[top:-bottom, left:-right]) for film in films[:100]]
    found = set(_pairs([*films, *copies]))
    assert sum((i, 400 + i) in found for i in range(100)) >= 98
    assert {pair for pair in found if pair[1] < 400} == before


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize("folder", ["nih/images", "hannover_covid", "kermany/train"])
def test_of_real_films_nothing_but_copies_is_found(shared: Path, folder: str) -> None:
    files = sorted((shared / "data" / folder).rglob("*.jp*g"))
    films = [cv2.imread(str(file), cv2.IMREAD_GRAYSCALE) for file in files]
    small = [cv2.resize(film, (SIDE, SIDE), interpolation=cv2.INTER_AREA) for film in films]
    assert len(small) > 200
    assert all(likeness(small[one], small[other]) > 0.99 for one, other in _pairs(films))
