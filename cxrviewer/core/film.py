"""A film and all that is known of it, as values that can cross threads and processes."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

# Patient's name on the film that the program draws.
DEMONSTRATION = "PHANTOM^DEMONSTRATION"


class SpacingTrust(StrEnum):
    """What a millimetre on this film means; the value is the unit's text on screen.

    References
    ----------
    DICOM PS3.3 10.7.1.1 (Pixel Spacing Calibration), C.8.11.3 (DX Detector).
    """

    CALIBRATED = "mm (calibrated)"
    DETECTOR = "mm @detector"
    MAGNIFIED = "mm /ERMF"
    NOMINAL = "mm (scanned)"
    USER = "mm (user)"
    NONE = "px"


@dataclass(frozen=True, kw_only=True)
class Spacing:
    """Distance of pixel centres and how far it can be trusted.

    Attributes
    ----------
    row, column
        mm, vertical and horizontal distance; with `SpacingTrust.NONE` only their ratio (the
        pixel aspect) has a meaning.
    magnification
        Estimated radiographic magnification that was divided out, 1 if none.
    """

    row: float = 1.0
    column: float = 1.0
    trust: SpacingTrust = SpacingTrust.NONE
    magnification: float = 1.0

    @property
    def unit(self) -> str:
        """Unit text that stands beside every length on this film."""
        if self.trust is SpacingTrust.MAGNIFIED:
            return f"{self.trust} {self.magnification:.3g}"
        return str(self.trust)


@dataclass(frozen=True, kw_only=True)
class Rescale:
    """Modality rescale: value = stored * slope + intercept (DICOM PS3.3 C.11.1.1.2)."""

    slope: float = 1.0
    intercept: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Table:
    """A lookup table: modality LUT or VOI LUT (DICOM PS3.3 C.11.1, C.11.2).

    Attributes
    ----------
    first
        Input value that maps to the first entry; lower ones too, higher than the last to it.
    entries
        uint16, (n,), output values.
    top
        Output value that means full white: the largest that the entries' true depth allows.
    explanation
        LUT Explanation of the film, may be empty.
    """

    first: int
    entries: Array
    top: int
    explanation: str = ""


class WindowShape(StrEnum):
    """VOI LUT Function (DICOM PS3.3 C.11.2.1.3)."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True, kw_only=True)
class Window:
    """Window centre and width in modality values (DICOM PS3.3 C.11.2.1.2)."""

    centre: float
    width: float
    shape: WindowShape = WindowShape.LINEAR
    explanation: str = ""


Modality = Rescale | Table
Voi = Window | Table


@dataclass(frozen=True, kw_only=True)
class DisplayChain:
    """How the stored values of one film become greys, once and in this order.

    stored -> `modality` -> `voi` -> polarity -> grey (DICOM PS3.3 C.7.6.3, C.11.1, C.11.2).

    Attributes
    ----------
    modality
        Rescale or modality LUT.
    voi
        What the film is first shown with.
    stated
        Every window and VOI LUT the file states, in its order; may be empty.
    auto
        Window measured from the pixels (0.5 to 99.5 percentile, padding left out).
    full
        Window over the full range of the pixels, padding left out.
    inverted
        True where the lowest value is to be white (MONOCHROME1).
    padding
        Stored values that are padding, as an inclusive range, or None; padding is black.
    """

    modality: Modality
    voi: Voi
    auto: Window
    full: Window
    stated: tuple[Voi, ...] = ()
    inverted: bool = False
    padding: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Whose film it is: shown in the window's corners, never written to a log.

    All texts as in the file, empty where it is silent; dates as YYYY-MM-DD.
    """

    name: str = ""
    patient_id: str = ""
    birth_date: str = ""
    sex: str = ""
    institution: str = ""
    study_date: str = ""
    study_time: str = ""
    study_description: str = ""
    series_description: str = ""
    accession: str = ""
    study_uid: str = ""
    sop_uid: str = ""

    def __repr__(self) -> str:
        return "Identity(...)"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the reader found about how the film was taken and stored.

    Attributes
    ----------
    file_format
        DICOM, PNG, JPEG or TIFF.
    modality, view, laterality, body_part
        DICOM Modality, View Position, Image Laterality (or Laterality), Body Part Examined;
        upper case, empty where the file is silent.
    orientation
        Patient Orientation: direction of the rows and of the columns, or empty.
    age_years
        Age in years at the study, or None.
    photometric, transfer_syntax
        Photometric Interpretation and the transfer syntax's name; empty outside DICOM.
    bits_allocated, bits_stored
        Bits of a stored value.
    frames
        Number of frames in the file; the first is the one read.
    colour
        True where colour was turned to grey.
    lossy_ratio
        Lossy Image Compression Ratio, 0 where the file names none.
    burned_in
        True where the file says that text is burned into the pixels.
    damaged
        True where part of the compressed pixels could not be decoded.
    luts
        The lookup steps used, in words and in order, for the person who asks.
    """

    file_format: str
    modality: str = ""
    view: str = ""
    laterality: str = ""
    body_part: str = ""
    orientation: tuple[str, ...] = ()
    age_years: float | None = None
    manufacturer: str = ""
    photometric: str = ""
    transfer_syntax: str = ""
    bits_allocated: int = 8
    bits_stored: int = 8
    frames: int = 1
    colour: bool = False
    lossy_ratio: float = 0.0
    burned_in: bool = False
    damaged: bool = False
    luts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Film:
    """One film, ready to be shown and analysed.

    Attributes
    ----------
    path
        File it came from.
    stored
        uint8, uint16 or int16, (rows, columns), read-only: stored values after masking,
        shifting and sign extension, before any lookup (colour: its luminance).
    warnings
        Sentences the reader wants seen, e.g. that the stated window was not used.
    """

    path: Path
    stored: Array
    chain: DisplayChain
    facts: Facts
    spacing: Spacing = field(default_factory=Spacing)
    identity: Identity = field(default_factory=Identity)
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.stored.ndim != 2 or self.stored.dtype not in (np.uint8, np.uint16, np.int16):
            raise ValueError(f"stored values of {self.stored.dtype} {self.stored.shape}")
        self.stored.setflags(write=False)

    @property
    def rows(self) -> int:
        """Number of pixel rows."""
        return int(self.stored.shape[0])

    @property
    def columns(self) -> int:
        """Number of pixel columns."""
        return int(self.stored.shape[1])
