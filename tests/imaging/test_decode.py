"""Pixel data to stored values: bits, signs, planes and what is assumed."""

from collections.abc import Callable

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, get_frame
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, JPEG2000Lossless

from cxrviewer.core.errors import FilmError
from cxrviewer.core.film import Array
from cxrviewer.imaging import monochrome
from cxrviewer.imaging.decode import decode, stored_values

MakeDataset = Callable[..., Dataset]


@pytest.fixture
def smooth() -> Array:
    """12-bit values without steps, (64, 64), as a film has them."""
    row, column = np.mgrid[0:64, 0:64]
    return (2047 + 2000 * np.sin(row / 20) * np.cos(column / 25)).astype(np.uint16)


def test_values_within_bits_stored_are_not_copied(make_dataset: MakeDataset) -> None:
    dataset = make_dataset()

    values = stored_values(dataset)

    assert np.shares_memory(values, np.frombuffer(dataset.PixelData, dtype=np.uint8))


def test_junk_above_bits_stored_is_masked(make_dataset: MakeDataset, smooth: Array) -> None:
    junk = np.random.default_rng(1).integers(0, 16, smooth.shape).astype(np.uint16) << 12

    decoded = decode(make_dataset(smooth | junk))

    assert np.array_equal(decoded.values[0], smooth)
    assert decoded.warnings == ()


def test_bits_stored_that_are_too_few_are_not_believed(
    make_dataset: MakeDataset, smooth: Array
) -> None:
    decoded = decode(make_dataset(smooth, bits=10))

    assert np.array_equal(decoded.values[0], smooth)
    assert "10 bits" in decoded.warnings[0]


def test_a_high_bit_above_the_values_shifts_them(make_dataset: MakeDataset, smooth: Array) -> None:
    values = stored_values(make_dataset(smooth << 4, HighBit=15))

    assert np.array_equal(values, smooth)


@pytest.mark.parametrize("extended", [True, False])
def test_the_sign_is_extended_from_bits_stored(
    make_dataset: MakeDataset, smooth: Array, extended: bool
) -> None:
    signed = smooth.astype(np.int16) - 2048
    words = signed if extended else signed & 0x0FFF

    values = stored_values(make_dataset(words))

    assert values.dtype == np.int16
    assert np.array_equal(values, signed)


def test_big_endian(make_dataset: MakeDataset, smooth: Array) -> None:
    dataset = make_dataset(smooth.astype(">u2"), transfer_syntax=ExplicitVRBigEndian)

    assert np.array_equal(stored_values(dataset), smooth)


def test_12_bits_in_12_bits(make_dataset: MakeDataset) -> None:
    dataset = make_dataset(np.zeros((1, 2), dtype=np.uint16), BitsAllocated=12)
    dataset.PixelData = b"\x23\x61\x45"

    assert stored_values(dataset).tolist() == [[0x123, 0x456]]


def test_planes_of_colour_are_brought_together(make_dataset: MakeDataset) -> None:
    colour = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    dataset = make_dataset(colour, photometric="RGB", bits=8)
    dataset.PlanarConfiguration = 1
    dataset.PixelData = np.moveaxis(colour, -1, 0).tobytes()

    assert np.array_equal(stored_values(dataset), colour)


def test_subsampled_colour_is_spread(make_dataset: MakeDataset) -> None:
    dataset = make_dataset(np.zeros((1, 2, 3), np.uint8), photometric="YBR_FULL_422", bits=8)
    dataset.PixelData = bytes([10, 20, 128, 130])

    assert stored_values(dataset).tolist() == [[[10, 128, 130], [20, 128, 130]]]


def test_frames(make_dataset: MakeDataset, smooth: Array) -> None:
    dataset = make_dataset(smooth, NumberOfFrames=2)
    dataset.PixelData = smooth.tobytes() + smooth[::-1].tobytes()

    assert stored_values(dataset).shape == (2, 64, 64)
    assert np.array_equal(decode(dataset, frame=1).values[0], smooth[::-1])


@pytest.mark.parametrize(
    "missing",
    [
        "SamplesPerPixel",
        "PhotometricInterpretation",
        "BitsStored",
        "HighBit",
        "PixelRepresentation",
    ],
)
def test_missing_elements_are_assumed(
    make_dataset: MakeDataset, smooth: Array, missing: str
) -> None:
    decoded = decode(make_dataset(smooth, **{missing: None}))

    assert np.array_equal(decoded.values[0], smooth)
    assert decoded.layout.assumed == (() if missing == "HighBit" else (missing,))


def test_uncompressed_pixels_under_a_compressed_name(
    make_dataset: MakeDataset, smooth: Array
) -> None:
    decoded = decode(make_dataset(smooth, transfer_syntax=JPEG2000Lossless))

    assert np.array_equal(decoded.values[0], smooth)
    assert "JPEG 2000 Lossless" in decoded.warnings[0]


def test_compressed_pixels_under_an_uncompressed_name(
    make_dataset: MakeDataset, smooth: Array
) -> None:
    dataset = make_dataset(smooth)
    dataset.compress(JPEG2000Lossless)
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian

    decoded = decode(dataset)

    assert np.array_equal(decoded.values[0], smooth)
    assert "it was read as JPEG 2000" in decoded.warnings[0]


def test_half_a_codestream_is_no_film(make_dataset: MakeDataset, smooth: Array) -> None:
    dataset = make_dataset(smooth)
    dataset.compress(JPEG2000Lossless)
    stream = get_frame(dataset.PixelData, 0, number_of_frames=1)
    dataset.PixelData = encapsulate([stream[: len(stream) // 2]])

    with pytest.raises(FilmError, match="damaged"):
        stored_values(dataset)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (np.array([[0, 255]], np.uint8), np.uint8),
        (np.array([[-128, 127]], np.int8), np.int16),
        (np.array([[0, 65535]], np.uint32), np.uint16),
        (np.array([[-32768, 5]], np.int32), np.int16),
        (np.array([[100_000, 165_535]], np.uint32), np.uint16),
        (np.array([[0, 2**32 - 1]], np.uint32), np.uint16),
        (np.array([[-0.25, 0.75]], np.float32), np.uint16),
        (np.array([[7.0, 7.0]], np.float64), np.uint16),
    ],
)
def test_any_depth_comes_into_16_bits_and_back(values: Array, kind: type[np.generic]) -> None:
    stored, rescale, _ = monochrome.in_16_bits(values)

    assert stored.dtype == kind
    back = stored.astype(np.float64) * rescale.slope + rescale.intercept
    assert np.abs(back - values).max() <= rescale.slope / 2


@pytest.mark.parametrize("depth", [np.float32, np.float64])
def test_numbers_that_are_none_do_no_harm(depth: type[np.float32 | np.float64]) -> None:
    most = np.finfo(depth).max
    for none in ([np.nan, np.inf], [most, -most]):
        stored, _, _ = monochrome.in_16_bits(np.array([[*none, 1.0, -1.0]], depth))

        assert stored.tolist() == [[32768, 32768, 65535, 0]]
