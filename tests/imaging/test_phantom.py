import hashlib
import shutil
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

from cxrviewer.core.film import Array
from cxrviewer.imaging import phantom


@pytest.fixture(scope="module")
def film() -> Array:
    return phantom.draw(rows=512, columns=512)


@pytest.fixture(scope="module")
def small() -> Array:
    return phantom.draw(rows=96, columns=80)


def _patch(film: Array, x: float, y: float, *, half: int = 8) -> float:
    row, column = round(y * len(film)), round(x * len(film))
    return float(film[row - half : row + half, column - half : column + half].mean())


def test_twelve_bits_from_black_to_nearly_white(film: Array) -> None:
    assert film.dtype == np.uint16
    assert film.shape == (512, 512)
    assert film.min() == 0
    assert 3800 < film.max() <= 4095


def test_the_same_seed_gives_the_same_film(film: Array) -> None:
    again = phantom.draw(rows=512, columns=512)
    digest = [hashlib.sha256(each.tobytes()).hexdigest() for each in (film, again)]
    assert digest[0] == digest[1]
    assert (phantom.draw(rows=512, columns=512, seed=2) != film).mean() > 0.1


@pytest.mark.parametrize(
    ("darker", "brighter"),
    [
        pytest.param((0.05, 0.6), (0.32, 0.50), id="air beside the body, lung"),
        pytest.param((0.32, 0.50), (0.64, 0.62), id="lung, heart"),
        pytest.param((0.32, 0.66), (0.32, 0.80), id="lung, liver"),
        pytest.param((0.64, 0.62), (0.50, 0.85), id="heart, spine over the abdomen"),
        pytest.param((0.69, 0.82), (0.30, 0.82), id="air in the stomach, liver"),
        pytest.param((0.498, 0.25), (0.47, 0.25), id="trachea, spine beside it"),
    ],
)
def test_air_is_darker_than_tissue_and_tissue_than_bone(
    film: Array, darker: tuple[float, float], brighter: tuple[float, float]
) -> None:
    assert _patch(film, *darker, half=4) + 100 < _patch(film, *brighter, half=4)


def test_the_heart_lies_to_the_left_of_the_patient(film: Array) -> None:
    assert _patch(film, 0.66, 0.66) > _patch(film, 0.34, 0.66) + 800


@pytest.mark.parametrize("size", [(300, 500), (500, 300), (224, 224), (3000, 3000)])
def test_every_size_shows_the_whole_chest(film: Array, size: tuple[int, int]) -> None:
    rows, columns = size
    drawn = phantom.draw(rows=rows, columns=columns)
    assert drawn.shape == size
    side = min(size)
    top, left = (rows - side) // 2, (columns - side) // 2
    chest = drawn[top : top + side, left : left + side].astype(float)
    whole = film.astype(float)
    coarse = [cv2.resize(each, (8, 8), interpolation=cv2.INTER_AREA) for each in (chest, whole)]
    assert np.abs(coarse[0] - coarse[1]).max() < 80


def test_the_dataset_says_that_it_is_a_phantom() -> None:
    dataset = phantom.phantom_dataset(rows=64, columns=64)
    assert str(dataset.PatientName) == "PHANTOM^DEMONSTRATION"
    assert dataset.PatientID == "PHANTOM"
    assert dataset.BurnedInAnnotation == "YES"
    assert (dataset.Modality, dataset.BodyPartExamined, dataset.ViewPosition) == (
        "DX",
        "CHEST",
        "PA",
    )
    assert list(dataset.PatientOrientation) == ["L", "F"]
    assert all(
        uid.startswith("2.25.") and UID(uid).is_valid
        for uid in (dataset.SOPInstanceUID, dataset.StudyInstanceUID, dataset.SeriesInstanceUID)
    )


def test_the_word_phantom_is_burned_into_the_pixels(film: Array) -> None:
    word = film[45:65, 400:475]
    assert (word > 3500).mean() > 0.05
    assert (word < 200).mean() > 0.3


@pytest.mark.parametrize(
    "transfer_syntax",
    [
        ExplicitVRLittleEndian,
        ImplicitVRLittleEndian,
        ExplicitVRBigEndian,
        DeflatedExplicitVRLittleEndian,
        RLELossless,
        JPEGLSLossless,
        JPEG2000Lossless,
    ],
    ids=lambda uid: uid.name,
)
def test_every_transfer_syntax_gives_back_the_drawn_pixels(
    tmp_path: Path, small: Array, transfer_syntax: UID
) -> None:
    file = tmp_path / "phantom.dcm"
    phantom.write_phantom(file, transfer_syntax=transfer_syntax, rows=96, columns=80)
    dataset = pydicom.dcmread(file)
    assert dataset.file_meta.TransferSyntaxUID == transfer_syntax
    np.testing.assert_array_equal(dataset.pixel_array, small)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "phantom.dcm"
    file.write_bytes(b"before")
    with pytest.raises(NotImplementedError):
        phantom.write_phantom(
            file, transfer_syntax=UID("1.2.840.10008.1.2.4.100"), rows=64, columns=64
        )
    assert file.read_bytes() == b"before"
    assert [each.name for each in tmp_path.iterdir() if each.is_file()] == ["phantom.dcm"]


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dicom3tools is not installed")
def test_the_standards_validator_finds_no_error(tmp_path: Path) -> None:
    file = tmp_path / "phantom.dcm"
    phantom.write_phantom(file, rows=64, columns=64)
    found = subprocess.run(["dciodvfy", file], capture_output=True, text=True, check=False).stderr
    assert "DXImageForPresentation" in found
    assert "Error" not in found
