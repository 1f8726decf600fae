from pathlib import Path

import numpy as np
import pytest

from cxrviewer.core.analysis import Status
from cxrviewer.core.manifest import Gate
from cxrviewer.learning.gate import check
from cxrviewer.learning.verdict import PASS
from tests.learning.conftest import MakeFilm

CHILDREN = Gate(
    modalities=("CR", "DX"), views=("AP", "PA"), body_parts=("CHEST",), age_years=(1.0, 5.0)
)
PIXELS = np.random.default_rng(1).integers(0, 4096, (128, 96), dtype=np.uint16)


@pytest.mark.parametrize(
    "facts",
    [
        {"file_format": "PNG"},
        {"file_format": "DICOM", "modality": "DX"},
        {"file_format": "DICOM", "modality": "RG"},
        {"file_format": "DICOM", "modality": "CR", "view": "PA", "body_part": "CHEST"},
        {"file_format": "DICOM", "modality": "CR", "body_part": "THORAX"},
        {"file_format": "DICOM", "modality": "DX", "body_part": "RIBCAGE"},
        {"file_format": "DICOM", "modality": "CR", "body_part": "PORT CHEST"},
        {"file_format": "DICOM", "modality": "CR", "body_part": "UNKNOWN"},
        {"file_format": "DICOM", "modality": "CR", "age_years": 5.9},
        {"file_format": "DICOM", "modality": "CR", "age_years": 1.0},
    ],
)
def test_films_the_model_was_made_for_pass(film_of: MakeFilm, facts: dict[str, object]) -> None:
    assert check(film_of(PIXELS, **facts), CHILDREN) == PASS


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"modality": "CT"}, "modality is CT; the model was made for CR, DX"),
        ({"modality": "DX", "view": "LL"}, "view is LL; the model was made for AP and PA"),
        ({"modality": "DX", "body_part": "HAND"}, "shows hand; the model was made for chest"),
        ({"modality": "DX", "frames": 12}, "12 frames"),
        ({"modality": "DX", "colour": True}, "colour"),
        ({"modality": "DX", "damaged": True}, "damaged"),
    ],
)
def test_films_of_another_kind_are_refused(
    film_of: MakeFilm, facts: dict[str, object], says: str
) -> None:
    verdict = check(film_of(PIXELS, file_format="DICOM", **facts), CHILDREN)
    assert verdict.status is Status.REFUSED
    assert says in verdict.reason


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"modality": "DX", "age_years": 61.4}, "61 years old; the model was trained on patients"),
        ({"modality": "DX", "age_years": 0.3}, "3 months old"),
        ({"modality": "DX", "age_years": 0.1}, "1 month old"),
        ({"modality": "DX", "age_years": 6.0}, "of 1 to 5 years"),
        ({"modality": "SC"}, "does not say that it is an X-ray film (its modality is SC)"),
        ({"modality": ""}, "names no modality"),
    ],
)
def test_films_that_may_not_fit_are_warned_about(
    film_of: MakeFilm, facts: dict[str, object], says: str
) -> None:
    verdict = check(film_of(PIXELS, file_format="DICOM", **facts), CHILDREN)
    assert verdict.status is Status.WARN
    assert says in verdict.reason


def test_all_warnings_are_told(film_of: MakeFilm) -> None:
    film = film_of(PIXELS, file_format="DICOM", modality="OT", age_years=40.0)
    reason = check(film, CHILDREN).reason
    assert "modality is OT" in reason
    assert "40 years" in reason


def test_a_refusal_leaves_the_warnings_out(film_of: MakeFilm) -> None:
    film = film_of(PIXELS, file_format="DICOM", modality="DX", age_years=40.0, view="LATERAL")
    verdict = check(film, CHILDREN)
    assert verdict.status is Status.REFUSED
    assert "40" not in verdict.reason


def test_a_gate_that_names_nothing_accepts_any_header(film_of: MakeFilm) -> None:
    film = film_of(
        PIXELS, file_format="DICOM", modality="CT", view="LL", body_part="HAND", age_years=90.0
    )
    assert check(film, Gate()) == PASS


@pytest.mark.parametrize(
    ("pixels", "says"),
    [
        (np.zeros((256, 256), dtype=np.uint8), "shows nothing"),
        (np.full((256, 256), 117, dtype=np.uint16), "shows nothing"),
        (PIXELS[:40], "only 96 x 40 px"),
        (np.tile(PIXELS, (4, 1)), "long and narrow"),
    ],
)
def test_pictures_that_cannot_be_films_are_refused(
    film_of: MakeFilm, pixels: np.ndarray, says: str
) -> None:
    verdict = check(film_of(pixels), Gate())
    assert verdict.status is Status.REFUSED
    assert says in verdict.reason


@pytest.mark.shared
@pytest.mark.parametrize("kind", ["NORMAL", "PNEUMONIA"])
def test_real_films_pass(shared: Path, film_of: MakeFilm, kind: str) -> None:
    import cv2

    for path in sorted((shared / "data" / "kermany" / "train" / kind).iterdir())[:40]:
        film = film_of(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE), file_format="JPEG")
        assert check(film, CHILDREN) == PASS
