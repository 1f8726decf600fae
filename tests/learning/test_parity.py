"""A large DICOM film and the small JPEG made of it are one film to every bundled model (F72)."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from cxrviewer.core.bundle import read_bundle
from cxrviewer.core.paths import bundled_models_dir
from cxrviewer.imaging import display, phantom
from cxrviewer.imaging.reader import read_film
from cxrviewer.learning.classifier import Classifier

BUNDLED = sorted(file.parent for file in bundled_models_dir().glob("*/manifest.json"))
_SIDE = 224


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("parity") / "film.dcm"
    phantom.write_phantom(file, rows=3000, columns=2500)
    return file


@pytest.fixture(scope="module")
def small(large: Path) -> Path:
    """The film as training films were stored: squashed to 224 x 224, 8 bit, JPEG."""
    greys = display.render(read_film(large), bits=8)
    squashed = cv2.resize(greys, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    file = large.with_name("film.jpg")
    assert cv2.imwrite(str(file), squashed, [cv2.IMWRITE_JPEG_QUALITY, 90])
    return file


@pytest.mark.parametrize("folder", BUNDLED, ids=lambda folder: folder.name)
def test_a_large_film_and_its_small_copy_get_the_same_answer(
    folder: Path, large: Path, small: Path
) -> None:
    classifier = Classifier.load(read_bundle(folder))
    films = [read_film(file) for file in (large, small)]
    inputs = [classifier.preprocess.greys(film) for film in films]
    assert np.abs(inputs[0] - inputs[1]).mean() < 0.01
    scores = [
        [score.probability for score in classifier.analyse(film, method="").scores]
        for film in films
    ]
    np.testing.assert_allclose(*scores, atol=0.03)
