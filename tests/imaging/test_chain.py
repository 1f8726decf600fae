"""The header's lookups to a display chain, and what is said of odd ones."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from cxrviewer.core.film import Array, Film, Rescale, Table, Window, WindowShape
from cxrviewer.imaging import display
from cxrviewer.imaging.reader import read_film

MakeDicom = Callable[..., Path]


def _lut(descriptor: list[int], entries: list[int]) -> Sequence:
    item = Dataset()
    item.add_new("LUTDescriptor", "US", descriptor)
    item.add_new("LUTData", "US", entries)
    return Sequence([item])


def _said(film: Film, words: str) -> bool:
    return any(words in warning for warning in film.warnings)


def test_the_first_stated_window_is_used_and_the_others_kept(make_dicom: MakeDicom) -> None:
    film = read_film(
        make_dicom(
            WindowCenter=[2048, 1000, 500],
            WindowWidth=[4096, 800],
            WindowCenterWidthExplanation=["NORMAL", "HARDER"],
        )
    )

    assert film.chain.stated == (
        Window(centre=2048, width=4096, explanation="NORMAL"),
        Window(centre=1000, width=800, explanation="HARDER"),
    )
    assert film.chain.voi == film.chain.stated[0]
    assert _said(film, "differ in number")


@pytest.mark.parametrize("width", [0, -500, 0.5])
def test_an_invalid_width_gives_way(make_dicom: MakeDicom, width: float) -> None:
    film = read_film(make_dicom(window=(2048, width)))

    assert film.chain.stated == ()
    assert _said(film, "invalid")
    assert _said(film, "no usable window")


def test_a_fine_rescale_makes_a_narrow_window_valid(make_dicom: MakeDicom) -> None:
    film = read_film(make_dicom(window=(0.2, 0.4), RescaleSlope=1e-4, RescaleIntercept=0))

    assert film.chain.voi == Window(centre=0.2, width=0.4, shape=WindowShape.LINEAR_EXACT)


@pytest.mark.parametrize(
    ("stated", "shape", "warned"),
    [
        ("SIGMOID", WindowShape.SIGMOID, False),
        ("LINEAR_EXACT", WindowShape.LINEAR_EXACT, False),
        ("linear", WindowShape.LINEAR, False),
        ("SIGMOID2", WindowShape.LINEAR, True),
    ],
)
def test_voi_lut_function(
    make_dicom: MakeDicom, stated: str, shape: WindowShape, warned: bool
) -> None:
    path = make_dicom(window=(2048, 4096), VOILUTFunction="PLACEHOLDER1")
    path.write_bytes(path.read_bytes().replace(b"PLACEHOLDER1", stated.encode().ljust(12)))

    film = read_film(path)

    assert isinstance(film.chain.voi, Window)
    assert film.chain.voi.shape is shape
    assert _said(film, "unknown") is warned


def test_a_window_that_shows_nothing_gives_way_to_the_automatic_level(
    make_dicom: MakeDicom,
) -> None:
    film = read_film(make_dicom(window=(60000, 100)))

    assert film.chain.voi == film.chain.auto
    assert film.chain.stated == (Window(centre=60000, width=100),)
    assert _said(film, "almost nothing visible")
    assert np.ptp(display.render(film)) == 255


def test_a_few_outliers_do_not_take_the_greys(make_dicom: MakeDicom, ramp: Array) -> None:
    spoiled = (ramp // 16).astype(np.uint16)
    spoiled[0, :3] = 4095

    film = read_film(make_dicom(spoiled))

    assert film.chain.voi == film.chain.auto
    assert film.chain.full.width == 4095
    assert film.chain.auto.width < 256


def test_padding_does_not_move_the_automatic_level(make_dicom: MakeDicom, ramp: Array) -> None:
    padded = np.vstack([ramp, np.full((12, 64), 65535, dtype=np.uint16)])

    plain = read_film(make_dicom(ramp, bits=16))
    with_padding = read_film(make_dicom(padded, bits=16, PixelPaddingValue=65535))

    assert with_padding.chain.auto == plain.chain.auto
    assert with_padding.chain.padding == (65535, 65535)
    assert (display.render(with_padding)[48:] == 0).all()


@pytest.mark.parametrize(
    ("photometric", "shape", "inverted", "warned"),
    [
        ("MONOCHROME1", None, True, False),
        ("MONOCHROME1", "INVERSE", True, False),
        ("MONOCHROME1", "IDENTITY", True, True),
        ("MONOCHROME2", None, False, False),
        ("MONOCHROME2", "IDENTITY", False, False),
        ("MONOCHROME2", "INVERSE", False, True),
    ],
)
def test_polarity_follows_the_photometric_interpretation(
    make_dicom: MakeDicom, photometric: str, shape: str | None, inverted: bool, warned: bool
) -> None:
    named = {} if shape is None else {"PresentationLUTShape": shape}
    film = read_film(make_dicom(photometric=photometric, window=(2048, 4096), **named))

    assert film.chain.inverted is inverted
    assert (display.render(film)[0, 0] == 255) is np.bool_(inverted)
    assert _said(film, "contradicts itself") is warned


@pytest.mark.parametrize(
    ("slope", "intercept", "rescale"),
    [
        (-1, 4095, Rescale(slope=-1, intercept=4095)),
        (0, 10, Rescale(slope=1, intercept=10)),
        (0.684, 200, Rescale(slope=0.684, intercept=200)),
        ("", "", Rescale()),
    ],
)
def test_rescale(
    make_dicom: MakeDicom, slope: float | str, intercept: float | str, rescale: Rescale
) -> None:
    film = read_film(make_dicom(RescaleSlope=slope, RescaleIntercept=intercept))

    assert film.chain.modality == rescale


def test_a_voi_lut_comes_before_a_window(make_dicom: MakeDicom) -> None:
    film = read_film(
        make_dicom(
            window=(2048, 4096), VOILUTSequence=_lut([4096, 0, 12], list(range(4095, -1, -1)))
        )
    )

    assert isinstance(film.chain.voi, Table)
    assert len(film.chain.stated) == 2
    assert display.render(film)[0, 0] == 255
    assert film.facts.luts[1].startswith("VOI LUT 1 of 2 stated")


@pytest.mark.parametrize(
    ("bits", "highest", "top"), [(12, 4095, 4095), (12, 3900, 4095), (16, 4095, 4095)]
)
def test_white_is_what_the_entries_reach_not_what_the_descriptor_claims(
    make_dicom: MakeDicom, bits: int, highest: int, top: int
) -> None:
    entries = np.linspace(0, highest, 4096).astype(int).tolist()

    film = read_film(make_dicom(VOILUTSequence=_lut([4096, 0, bits], entries)))

    assert isinstance(film.chain.voi, Table)
    assert film.chain.voi.top == top


def test_no_entries_means_65536(make_dicom: MakeDicom) -> None:
    lut = _lut([0, 0, 16], [0])
    lut[0].add_new("LUTData", "OW", np.arange(65536, dtype="<u2").tobytes())

    film = read_film(make_dicom(VOILUTSequence=lut))

    assert isinstance(film.chain.voi, Table)
    assert len(film.chain.voi.entries) == 65536


def test_the_first_value_is_signed_where_the_pixels_are(make_dicom: MakeDicom, ramp: Array) -> None:
    entries = list(range(4096))
    lut = _lut([4096, 0x10000 - 2048, 12], entries)

    signed = read_film(make_dicom((ramp.astype(np.int16) - 2048), VOILUTSequence=lut))
    unsigned = read_film(make_dicom(VOILUTSequence=lut))

    assert isinstance(signed.chain.voi, Table)
    assert signed.chain.voi.first == -2048
    assert unsigned.chain.stated[0] != signed.chain.voi


def test_a_modality_lut_stands_instead_of_the_rescale(make_dicom: MakeDicom) -> None:
    film = read_film(
        make_dicom(
            window=(2048, 4096),
            RescaleSlope=3,
            RescaleIntercept=1,
            ModalityLUTSequence=_lut([4096, 0, 12], list(range(4095, -1, -1))),
        )
    )

    assert isinstance(film.chain.modality, Table)
    assert display.render(film)[0, 0] == 255


def test_stated_smallest_and_largest_values_are_not_believed(make_dicom: MakeDicom) -> None:
    honest = read_film(make_dicom())
    lying = read_film(make_dicom(SmallestImagePixelValue=0, LargestImagePixelValue=65535))

    assert lying.chain == honest.chain
