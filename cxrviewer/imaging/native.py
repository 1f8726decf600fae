"""Uncompressed pixels: bytes to values, without a copy where the file allows it."""

from dataclasses import replace

import numpy as np
from pydicom.pixels.utils import expand_ybr422

from cxrviewer.core.errors import FilmError
from cxrviewer.core.film import Array
from cxrviewer.imaging.layout import PixelLayout


def native_bytes(layout: PixelLayout) -> int:
    """Return how many bytes the pixels of all frames take uncompressed."""
    samples = 2 if layout.subsampled else layout.samples
    bits = layout.rows * layout.columns * samples * layout.allocated * layout.frames
    return (bits + 7) // 8


def check_length(data: bytes, layout: PixelLayout) -> None:
    """Refuse pixels that are fewer than the header claims, before anything is allocated.

    Raises
    ------
    FilmError
        If bytes are missing.
    """
    if len(data) < native_bytes(layout):
        share = 100 * len(data) // native_bytes(layout)
        raise FilmError(
            f"the file holds only {share} % of the {layout.rows} x {layout.columns} pixels its "
            "header claims; it was cut short or is damaged, so ask for it anew."
        )


def native_values(
    data: bytes, layout: PixelLayout, *, byte_order: str = "<", words: bool = False
) -> Array:
    """Return all frames of uncompressed pixels as they stand in the file, not yet masked.

    Parameters
    ----------
    byte_order
        `<` or `>`, of the file.
    words
        True where the bytes are stored as 16-bit words (VR OW).

    Returns
    -------
    Array
        (frames, *layout.shape), unsigned or floating; a view of `data` where possible.

    References
    ----------
    DICOM PS3.5 8.1, 8.2 and Annex D.
    """
    check_length(data, layout)
    size = native_bytes(layout)
    if byte_order == ">" and words and layout.allocated <= 8:
        data = np.frombuffer(data, dtype="<u2", count=len(data) // 2).byteswap().tobytes()
    if layout.subsampled:
        data = bytes(expand_ybr422(data[:size], layout.allocated))
        full = replace(layout, photometric="YBR_FULL", planar=0)
        return native_values(data, full, byte_order=byte_order)
    count = layout.frames * layout.rows * layout.columns * layout.samples
    packed = layout.allocated in (1, 12)
    samples = _samples(data[:size] if packed else data, layout, byte_order, count)
    return _planes(samples, layout)


def _samples(data: bytes, layout: PixelLayout, byte_order: str, count: int) -> Array:
    if layout.allocated == 1:
        return np.unpackbits(np.frombuffer(data, dtype=np.uint8), bitorder="little")[:count]
    if layout.allocated == 12:
        return _unpack12(data)[:count]
    kind = "f" if layout.floating else "u"
    found: Array = np.frombuffer(
        data, dtype=f"{byte_order}{kind}{layout.allocated // 8}", count=count
    )
    return found.astype(found.dtype.newbyteorder("="), copy=False)


def _unpack12(data: bytes) -> Array:
    """Unpack two 12-bit values from every three bytes (retired by the standard, still met)."""
    padded = np.frombuffer(data + bytes(-len(data) % 3), dtype=np.uint8).reshape(-1, 3)
    first, middle, last = padded.T.astype(np.uint16)
    return np.stack([first | (middle & 0xF) << 8, middle >> 4 | last << 4], axis=1).ravel()


def _planes(samples: Array, layout: PixelLayout) -> Array:
    if layout.samples > 1 and layout.planar:
        planes = samples.reshape(layout.frames, layout.samples, layout.rows, layout.columns)
        return np.ascontiguousarray(np.moveaxis(planes, 1, -1))
    return samples.reshape(layout.frames, *layout.shape)
