"""PNG, JPEG and TIFF to films."""

import struct
import zlib
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from cxrviewer.core.errors import FilmError
from cxrviewer.core.film import Array, Film, SpacingTrust
from cxrviewer.imaging import display
from cxrviewer.imaging.reader import read_film

_ORIENTATION_TAG = 274


def _film(path: Path, image: Image.Image, **options: Any) -> Film:
    image.save(path, **options)
    return read_film(path)


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_8_bits_are_shown_as_they_are(tmp_path: Path, ramp: Array, name: str) -> None:
    grey = (ramp >> 4).astype(np.uint8)

    film = _film(tmp_path / name, Image.fromarray(grey))

    assert np.array_equal(film.stored, grey)
    assert np.array_equal(display.render(film), grey)
    assert film.spacing.trust is SpacingTrust.NONE
    assert film.warnings == ()


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_16_bits_used_to_the_top_are_shown_as_they_are(
    tmp_path: Path, ramp: Array, name: str
) -> None:
    deep = (ramp.astype(np.uint32) * 16).astype(np.uint16)

    film = _film(tmp_path / name, Image.fromarray(deep))

    assert film.stored.dtype == np.uint16
    assert np.array_equal(display.render(film, bits=16), deep)


def test_12_bits_in_16_are_levelled_and_it_is_said(tmp_path: Path, ramp: Array) -> None:
    film = _film(tmp_path / "a.png", Image.fromarray(ramp))

    assert np.ptp(display.render(film)) == 255
    assert "automatic level" in film.warnings[0]


def test_jpeg(tmp_path: Path, ramp: Array) -> None:
    grey = (ramp >> 4).astype(np.uint8)

    film = _film(tmp_path / "a.jpg", Image.fromarray(grey), quality=95)

    assert film.facts.file_format == "JPEG"
    assert np.abs(film.stored.astype(int) - grey).max() < 8


def test_the_camera_orientation_is_followed(tmp_path: Path) -> None:
    grey = np.zeros((16, 32), dtype=np.uint8)
    grey[:, :16] = 255
    exif = Image.Exif()
    exif[_ORIENTATION_TAG] = 6  # shown turned by a quarter to the right

    film = _film(tmp_path / "a.jpg", Image.fromarray(grey), exif=exif)

    assert film.stored.shape == (32, 16)
    assert film.stored[4, 8] > 250
    assert film.stored[28, 8] < 5


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_colour_becomes_brightness(tmp_path: Path, depth: type[np.unsignedinteger[Any]]) -> None:
    top = np.iinfo(depth).max
    colour = np.zeros((8, 8, 3), dtype=depth)
    colour[..., 1] = top
    path = tmp_path / "a.png"
    path.write_bytes(cv2.imencode(".png", colour)[1].tobytes())

    film = read_film(path)

    assert film.facts.colour
    assert film.stored.dtype == depth
    assert film.stored[0, 0] == pytest.approx(0.587 * top, rel=0.002, abs=0.5)


def test_16_bit_colour_tiff(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(cv2.imencode(".tif", np.full((8, 8, 3), 50_000, np.uint16))[1].tobytes())

    film = read_film(path)

    assert (film.stored == 50_000).all()
    assert not film.facts.colour


def test_transparent_is_black(tmp_path: Path) -> None:
    picture = Image.new("LA", (4, 4), (200, 255))
    picture.putpixel((0, 0), (200, 0))

    film = _film(tmp_path / "a.png", picture)

    assert film.stored[0, 0] == 0
    assert film.stored[1, 1] == 200


def test_16_bit_grey_with_alpha_keeps_its_bits(tmp_path: Path, ramp: Array) -> None:
    grey = (ramp.astype(np.uint32) * 16 + 3).astype(np.uint16)
    _write_grey_alpha(tmp_path / "a.png", grey)

    assert np.array_equal(read_film(tmp_path / "a.png").stored, grey)


def _write_grey_alpha(path: Path, grey: Array) -> None:
    """Write an opaque 16-bit PNG of colour type 4, which neither Pillow nor OpenCV writes."""
    samples = np.dstack([grey, np.full_like(grey, 0xFFFF)]).astype(">u2")
    lines = b"".join(b"\0" + line.tobytes() for line in samples)
    header = struct.pack(">IIBBBBB", grey.shape[1], grey.shape[0], 16, 4, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + b"".join(
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
            for name, data in chunks
        )
    )


def test_palette_and_one_bit(tmp_path: Path) -> None:
    two = Image.new("1", (8, 8), 1)

    assert _film(tmp_path / "one.png", two).stored.max() == 255
    assert _film(tmp_path / "p.png", Image.new("L", (8, 8), 90).convert("P")).stored[0, 0] == 90


def test_white_is_zero(tmp_path: Path, ramp: Array) -> None:
    deep = (ramp.astype(np.uint32) * 16).astype(np.uint16)

    film = _film(tmp_path / "a.tif", Image.fromarray(deep), tiffinfo={262: 0})

    assert film.chain.inverted
    assert display.render(film)[0, 0] == 255


def test_several_pictures(tmp_path: Path) -> None:
    first, second = Image.new("L", (8, 8), 10), Image.new("L", (8, 8), 20)

    film = _film(tmp_path / "a.tif", first, save_all=True, append_images=[second])

    assert film.stored[0, 0] == 10
    assert film.facts.frames == 2
    assert "only the first" in film.warnings[0]


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif"])
def test_a_picture_cut_short_is_refused(tmp_path: Path, ramp: Array, name: str) -> None:
    path = tmp_path / name
    Image.fromarray((ramp >> 4).astype(np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(FilmError, match=r"^a\.\w+: this \w+ picture is damaged or cut short"):
        read_film(path)


def test_a_picture_beyond_all_measure_is_called_too_large(tmp_path: Path) -> None:
    Image.new("1", (20_000, 10_000)).save(tmp_path / "a.png")

    with pytest.raises(FilmError, match=r"^a\.png: this picture has more pixels than"):
        read_film(tmp_path / "a.png")
