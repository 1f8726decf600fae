"""Files to films by what is in them; what cannot be shown is said in one sentence."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

from cxrviewer.core.errors import FilmError
from cxrviewer.core.film import Array
from cxrviewer.imaging import display
from cxrviewer.imaging.reader import read_film

MakeDicom = Callable[..., Path]


def _refusal(path: Path) -> str:
    with pytest.raises(FilmError) as caught:
        read_film(path)
    sentence = caught.value.sentence
    assert sentence.startswith(f"{path.name}: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize(
    "syntax",
    [
        ImplicitVRLittleEndian,
        DeflatedExplicitVRLittleEndian,
        RLELossless,
        JPEG2000Lossless,
        JPEGLSLossless,
    ],
)
def test_lossless_transfer_syntaxes_keep_every_value(
    make_dicom: MakeDicom, ramp: Array, syntax: str
) -> None:
    film = read_film(make_dicom(transfer_syntax=syntax))

    assert np.array_equal(film.stored, ramp)
    assert film.facts.transfer_syntax


def test_a_name_says_nothing_about_the_content(make_dicom: MakeDicom, tmp_path: Path) -> None:
    dicom = make_dicom(name="film.jpg")
    picture = tmp_path / "film.dcm"
    Image.new("L", (8, 8), 7).save(picture, format="PNG")

    assert read_film(dicom).facts.file_format == "DICOM"
    assert read_film(picture).facts.file_format == "PNG"


def test_names_outside_ascii(make_dicom: MakeDicom, tmp_path: Path, ramp: Array) -> None:
    picture = tmp_path / "Röntgen 胸部 снимок.png"
    Image.fromarray(ramp.astype(np.uint8)).save(picture)

    assert np.array_equal(read_film(make_dicom(name="胸部.dcm")).stored, ramp)
    assert read_film(picture).stored.shape == ramp.shape


def test_a_file_without_preamble_or_meta_header(make_dicom: MakeDicom, ramp: Array) -> None:
    for syntax in (ImplicitVRLittleEndian, "1.2.840.10008.1.2.1"):
        path = make_dicom(transfer_syntax=syntax)
        whole = path.read_bytes()
        length = int.from_bytes(whole[140:144], "little")
        path.write_bytes(whole[144 + length :])

        film = read_film(path)

        assert np.array_equal(film.stored, ramp)
        assert any("names no transfer syntax" in warning for warning in film.warnings)


def test_missing_file(tmp_path: Path) -> None:
    assert "no such file" in _refusal(tmp_path / "gone.dcm")


def test_folder(tmp_path: Path) -> None:
    assert "folder" in _refusal(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"The quick brown fox jumps over the lazy dog.\n" * 9, "no film this program knows"),
        (b"%PDF-1.7\n" + bytes(range(256)), "no film this program knows"),
        (bytes(128) + b"DICM", "ends before its header does"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "PNG picture is damaged"),
        (b"\xff\xd8\xff\xe0" + bytes(40), "JPEG picture is damaged"),
        (b"II*\x00" + bytes(40), "TIFF picture is damaged"),
    ],
)
def test_files_that_are_no_films(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "odd.dcm"
    path.write_bytes(content)

    assert words in _refusal(path)


def test_no_pixel_data(make_dicom: MakeDicom) -> None:
    assert "holds no picture" in _refusal(make_dicom(PixelData=None))


@pytest.mark.parametrize("missing", [1, 2000])
def test_pixels_cut_short(make_dicom: MakeDicom, missing: int) -> None:
    path = make_dicom()
    path.write_bytes(path.read_bytes()[:-missing])

    assert "cut short" in _refusal(path)


def test_more_rows_claimed_than_there_are(make_dicom: MakeDicom) -> None:
    assert "60000 x 64" in _refusal(make_dicom(Rows=60000))


def test_no_rows(make_dicom: MakeDicom) -> None:
    assert "no size" in _refusal(make_dicom(Rows=0))


@pytest.mark.parametrize("syntax", [JPEG2000Lossless, JPEGLSLossless, RLELossless])
def test_compressed_pixels_cut_short(make_dicom: MakeDicom, syntax: str) -> None:
    path = make_dicom(transfer_syntax=syntax)
    path.write_bytes(path.read_bytes()[:-300])

    assert "ends in the middle" in _refusal(path)


def test_a_missing_end_mark_is_tolerated(make_dicom: MakeDicom, ramp: Array) -> None:
    path = make_dicom(transfer_syntax=JPEGLSLossless)
    path.write_bytes(path.read_bytes()[:-8])

    assert np.array_equal(read_film(path).stored, ramp)


def test_an_unknown_compression_is_named(make_dicom: MakeDicom) -> None:
    path = make_dicom(transfer_syntax=JPEGLSLossless)
    known, unknown = b"1.2.840.10008.1.2.4.80", b"1.2.840.10008.1.2.4.98"
    path.write_bytes(path.read_bytes().replace(known, unknown))

    assert "1.2.840.10008.1.2.4.98" in _refusal(path)


def test_a_length_the_file_only_claims(make_dicom: MakeDicom, ramp: Array) -> None:
    path = make_dicom()
    marked = b"\xe0\x7f\x10\x00OW\x00\x00"
    whole = path.read_bytes()
    place = whole.index(marked) + len(marked)
    path.write_bytes(whole[:place] + b"\xf0\xff\xff\xff" + whole[place + 4 :])

    assert np.array_equal(read_film(path).stored, ramp)


def test_colour_becomes_brightness(make_dicom: MakeDicom) -> None:
    colour = np.zeros((4, 4, 3), dtype=np.uint8)
    colour[..., 0] = 200

    film = read_film(make_dicom(colour, photometric="RGB", bits=8))

    assert film.facts.colour
    assert film.stored[0, 0] == 60
    assert np.array_equal(display.render(film), film.stored)


def test_grey_kept_as_colour_is_no_colour(make_dicom: MakeDicom, ramp: Array) -> None:
    grey = (ramp >> 4).astype(np.uint8)

    film = read_film(make_dicom(cv2.merge([grey, grey, grey]), photometric="RGB", bits=8))

    assert not film.facts.colour
    assert np.array_equal(film.stored, grey)


def test_nothing_of_the_patient_reaches_the_log(
    make_dicom: MakeDicom, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level("DEBUG"):
        path = make_dicom(
            name="DOE-JANE.dcm",
            PatientName="Doe^Jane",
            PatientID="4711",
            PatientBirthDate="19700101",
            SpecificCharacterSet="ISO_IR 100",
        )
        path.write_bytes(path.read_bytes().replace(b"ISO_IR 100", b"ISO_IR 999"))
        film = read_film(path)
        _refusal(make_dicom(name="DOE-JANE.dcm", PatientName="Doe^Jane", Rows=60000))

    spoken = caplog.text + "".join(capfd.readouterr())
    assert film.identity.name == "Doe^Jane"
    assert "doe" not in spoken.lower()
    assert "4711" not in spoken
    assert "Doe" not in repr(film.identity)
