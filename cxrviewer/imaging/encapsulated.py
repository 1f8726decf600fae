"""Compressed pixels: fragments to values through the codec the transfer syntax names."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from pydicom.dataset import Dataset
from pydicom.encaps import get_frame
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID

from cxrviewer.core.errors import FilmError
from cxrviewer.core.film import Array
from cxrviewer.core.logs import logger
from cxrviewer.imaging.complaints import overheard
from cxrviewer.imaging.header import value
from cxrviewer.imaging.layout import PixelLayout
from cxrviewer.imaging.transfer_syntaxes import SYNTAXES, Road, Syntax, syntax_name

ITEM = b"\xfe\xff\x00\xe0"
DELIMITER = b"\xfe\xff\xdd\xe0" + bytes(4)
_DAMAGE = "corrupt"
_SHORT = "the file ends in the middle of its compressed pixels; ask for it anew."

# Start-of-frame marker of a JPEG stream -> transfer syntax.
_START_OF_FRAME = {
    0xC0: "1.2.840.10008.1.2.4.50",
    0xC1: "1.2.840.10008.1.2.4.51",
    0xC2: "1.2.840.10008.1.2.4.55",
    0xC3: "1.2.840.10008.1.2.4.57",
    0xF7: "1.2.840.10008.1.2.4.81",
}


def check_fragments(data: bytes) -> None:
    """Refuse compressed pixels whose last fragment is not whole.

    Raises
    ------
    FilmError
        If a fragment claims more bytes than there are, or there is none.
    """
    if sum(1 for _ in _fragments(data)) < 2:
        raise FilmError("the file holds no compressed pixels; ask for it anew.")


def _fragments(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield start and length of every item; the first is the offset table."""
    place = 0
    while data[place : place + 4] == ITEM:
        length = int.from_bytes(data[place + 4 : place + 8], "little")
        if place + 8 + length > len(data):
            raise FilmError(_SHORT)
        yield place + 8, length
        place += 8 + length


def sniff_syntax(data: bytes) -> str:
    """Return the transfer syntax that the first compressed frame itself shows, or nothing."""
    places = list(_fragments(data))
    start = places[1][0] if len(places) > 1 else 0
    frame = data[start : start + 65536]
    if frame.startswith((b"\xff\x4f\xff\x51", b"\x00\x00\x00\x0cjP")):
        return "1.2.840.10008.1.2.4.91"
    place = 2
    while frame.startswith(b"\xff\xd8") and frame[place : place + 1] == b"\xff":
        marker = frame[place + 1]
        if marker in _START_OF_FRAME:
            return _START_OF_FRAME[marker]
        place += 2 + int.from_bytes(frame[place + 2 : place + 4], "big")
    return ""


def encapsulated_values(
    dataset: Dataset, layout: PixelLayout, *, syntax_uid: str, frame: int | None
) -> tuple[Array, bool]:
    """Decode compressed pixels.

    Parameters
    ----------
    frame
        Number of the one frame to decode, None for all.

    Returns
    -------
    Array
        (frames, *layout.shape), colour as the codec gives it (YBR stays YBR).
    bool
        Whether the codec found them damaged and gave what it could.

    Raises
    ------
    FilmError
        If there is no decoder, or it fails.
    """
    syntax = SYNTAXES.get(syntax_uid)
    if syntax is None or syntax.road is Road.NATIVE:
        raise FilmError(
            f"its pixels are compressed as {syntax_name(syntax_uid)}, which this program cannot "
            "decode; ask for the film in another transfer syntax."
        )
    check_fragments(dataset.PixelData)
    with overheard() as complaints:
        if syntax.road is Road.GDCM:
            numbers = range(layout.frames) if frame is None else (frame,)
            values = np.stack([_gdcm_frame(dataset, layout, syntax_uid, n) for n in numbers])
        else:
            values = _plugin_values(dataset, layout, syntax_uid, syntax, frame)
    damaged = any(_DAMAGE in line.lower() for line in complaints)
    return values.reshape(-1, *layout.shape), damaged


def _plugin_values(
    dataset: Dataset, layout: PixelLayout, syntax_uid: str, syntax: Syntax, frame: int | None
) -> Array:
    decoder = get_decoder(UID(syntax_uid))
    options: dict[str, Any] = {
        "rows": layout.rows,
        "columns": layout.columns,
        "number_of_frames": layout.frames,
        "samples_per_pixel": layout.samples,
        "bits_allocated": layout.allocated,
        "bits_stored": layout.stored,
        "pixel_representation": int(layout.signed),
        "photometric_interpretation": layout.photometric,
        "planar_configuration": layout.planar,
        "pixel_keyword": layout.keyword,
    }
    offsets = _extended_offsets(dataset)
    if offsets:
        options["extended_offsets"] = offsets
    for plugin in syntax.plugins:
        try:
            values, _ = decoder.as_array(
                dataset.PixelData, index=frame, raw=True, decoding_plugin=plugin, **options
            )
        except (MemoryError, KeyboardInterrupt, SystemExit):
            raise
        # Every codec has errors of its own, and a panic in Rust is not even an Exception.
        except BaseException as error:  # noqa: BLE001
            logger.info("%s failed with %s", plugin, type(error).__name__)
        else:
            return values
    raise FilmError(_failed(syntax.name))


def _extended_offsets(dataset: Dataset) -> tuple[bytes, bytes] | None:
    offsets = value(dataset, "ExtendedOffsetTable")
    lengths = value(dataset, "ExtendedOffsetTableLengths")
    return (offsets, lengths) if offsets and lengths else None


def _failed(name: str) -> str:
    return f"its {name} pixels are damaged and cannot be decoded; ask for the film anew."


def _gdcm_frame(dataset: Dataset, layout: PixelLayout, syntax_uid: str, number: int) -> Array:
    """Decode one frame with gdcm, for what pydicom's plugins refuse (12-bit lossy JPEG)."""
    import gdcm

    for silence in (gdcm.Trace.WarningOff, gdcm.Trace.ErrorOff, gdcm.Trace.DebugOff):
        silence()
    failed = FilmError(_failed(syntax_name(syntax_uid)))
    try:
        encoded = get_frame(
            dataset.PixelData,
            number,
            number_of_frames=layout.frames,
            extended_offsets=_extended_offsets(dataset),
        )
    except (ValueError, IndexError, EOFError) as error:
        raise failed from error
    image = _gdcm_image(gdcm, encoded, layout, syntax_uid)
    try:
        # gdcm gives its bytes as text; this is the way back.
        decoded = image.GetBuffer().encode("utf-8", "surrogateescape")
    except (UnicodeError, AttributeError, RuntimeError) as error:
        raise failed from error
    values: Array = np.frombuffer(decoded, dtype=_container(layout))
    if values.size != layout.rows * layout.columns * layout.samples:
        raise failed
    return values.reshape(layout.shape)


def _container(layout: PixelLayout) -> str:
    kind = "i" if layout.signed else "u"
    return f"<{kind}{max(layout.allocated // 8, 1)}"


def _gdcm_image(gdcm: Any, encoded: bytes, layout: PixelLayout, syntax_uid: str) -> Any:
    fragment = gdcm.Fragment()
    fragment.SetByteStringValue(encoded)
    fragments = gdcm.SequenceOfFragments.New()
    fragments.AddFragment(fragment)
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetValue(fragments.__ref__())
    kind = gdcm.PhotometricInterpretation.GetPIType(layout.photometric)
    syntax = gdcm.TransferSyntax.GetTSType(syntax_uid)
    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((layout.columns, layout.rows, 1))
    image.SetDataElement(element)
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(kind))
    image.SetTransferSyntax(gdcm.TransferSyntax(syntax))
    image.SetPixelFormat(
        gdcm.PixelFormat(
            layout.samples, layout.allocated, layout.stored, layout.high_bit, int(layout.signed)
        )
    )
    return image
