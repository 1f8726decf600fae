"""How the pixel values of a DICOM film are laid out, as its header says it."""

from dataclasses import dataclass

from pydicom.dataset import Dataset

from cxrviewer.core.errors import FilmError
from cxrviewer.imaging.header import integer, word

PIXEL_KEYWORDS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
LARGEST_FRAME = 2**27


@dataclass(frozen=True, kw_only=True)
class PixelLayout:
    """The image pixel module of a header, complete.

    Attributes
    ----------
    keyword
        Element that holds the pixels.
    allocated, stored, high_bit
        Bits of a sample's place, of its value, and where the value's highest bit stands.
    planar
        1 where the samples of colour stand plane by plane.
    assumed
        Names of elements the file does not have and that were assumed.

    References
    ----------
    DICOM PS3.3 C.7.6.3.1, PS3.5 8.1.
    """

    keyword: str
    rows: int
    columns: int
    samples: int
    frames: int
    allocated: int
    stored: int
    high_bit: int
    signed: bool
    planar: int
    photometric: str
    assumed: tuple[str, ...] = ()

    @property
    def floating(self) -> bool:
        """Whether the values are floating-point numbers."""
        return self.keyword != "PixelData"

    @property
    def subsampled(self) -> bool:
        """Whether uncompressed colour differences are stored for every second pixel only."""
        return self.samples == 3 and self.photometric in ("YBR_FULL_422", "YBR_PARTIAL_422")

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of one frame."""
        plane = (self.rows, self.columns)
        return plane if self.samples == 1 else (*plane, self.samples)


def read_layout(dataset: Dataset) -> PixelLayout:
    """Read the layout of the pixels; what is missing and can be assumed is assumed.

    Raises
    ------
    FilmError
        If there are no pixels or their size is missing or impossible.
    """
    keyword = next((name for name in PIXEL_KEYWORDS if name in dataset), "")
    if not keyword:
        raise FilmError("the file holds no picture; open a file that does.")
    assumed: list[str] = []

    def known(name: str, otherwise: int) -> int:
        found = integer(dataset, name)
        if found is None:
            assumed.append(name)
        return otherwise if found is None else found

    rows, columns = integer(dataset, "Rows") or 0, integer(dataset, "Columns") or 0
    samples = known("SamplesPerPixel", 1)
    floats = {"FloatPixelData": 32, "DoubleFloatPixelData": 64}.get(keyword, 0)
    allocated = floats or known("BitsAllocated", 16)
    stored = floats or known("BitsStored", allocated)
    _check(rows, columns, samples, allocated)
    if not 0 < stored <= allocated:
        stored = allocated
        assumed.append("BitsStored")
    photometric = word(dataset, "PhotometricInterpretation")
    if not photometric:
        photometric = "MONOCHROME2" if samples == 1 else "RGB"
        assumed.append("PhotometricInterpretation")
    return PixelLayout(
        keyword=keyword,
        rows=rows,
        columns=columns,
        samples=samples,
        frames=max(integer(dataset, "NumberOfFrames") or 1, 1),
        allocated=allocated,
        stored=stored,
        high_bit=_high_bit(dataset, stored, allocated),
        signed=bool(floats or known("PixelRepresentation", 0)),
        planar=integer(dataset, "PlanarConfiguration") or 0,
        photometric=photometric,
        assumed=tuple(assumed),
    )


def _high_bit(dataset: Dataset, stored: int, allocated: int) -> int:
    """Return the place of a value's highest bit, the usual one where the stated is impossible."""
    stated = integer(dataset, "HighBit")
    if stated is None or not stored - 1 <= stated < allocated:
        return stored - 1
    return stated


def _check(rows: int, columns: int, samples: int, allocated: int) -> None:
    if rows <= 0 or columns <= 0:
        raise FilmError("the header gives no size of the picture; ask for the film anew.")
    if rows * columns > LARGEST_FRAME:
        raise FilmError(
            f"the header claims {rows} x {columns} pixels, more than this program reads; "
            "ask for the film anew."
        )
    if samples not in (1, 3, 4) or allocated not in (1, 8, 12, 16, 32, 64):
        raise FilmError(
            f"its pixels of {samples} samples with {allocated} bits are of no kind this "
            "program reads; ask for the film in another form."
        )
