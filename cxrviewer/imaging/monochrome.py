"""Any decoded frame to one value a pixel in 8 or 16 bits."""

from dataclasses import replace

import cv2
import numpy as np
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_color_lut

from cxrviewer.core.errors import FilmError
from cxrviewer.core.film import Array, Modality, Rescale, Table
from cxrviewer.imaging.display import codes
from cxrviewer.imaging.header import UNREADABLE
from cxrviewer.imaging.layout import PixelLayout

# Lossy codecs tint grey pictures by a few levels of 255.
_TINT = 8
# No film holds such numbers, and the differences of larger ones would overflow.
_BEYOND_REASON = 1e37
UNCHANGED = Rescale()


def luminance(colour: Array) -> tuple[Array, bool]:
    """Turn (rows, columns, 3) RGB of 8 or 16 bits into grey.

    Returns
    -------
    The luminance (ITU-R BT.601) of the same type, and whether there was any colour at all.
    """
    tint = _TINT * (257 if colour.dtype == np.uint16 else 1)
    colour = np.ascontiguousarray(colour)
    grey: Array = cv2.cvtColor(colour, cv2.COLOR_RGB2GRAY)
    # By planes: a reduction over an axis of three is many times slower.
    red, green, blue = cv2.split(colour)
    highest = cv2.max(cv2.max(red, green), blue)
    lowest = cv2.min(cv2.min(red, green), blue)
    return grey, bool((highest - lowest).max() > tint)


def grey_of_colour(frame: Array, layout: PixelLayout) -> tuple[Array, bool]:
    """Turn one decoded colour frame, (rows, columns, samples), into grey.

    Returns
    -------
    uint8 or uint16 (rows, columns), and whether there was any colour.

    References
    ----------
    DICOM PS3.3 C.7.6.3.1.2: the Y of YBR_FULL is the luminance itself.
    """
    unsigned = frame.view(f"u{frame.dtype.itemsize}")
    if unsigned.dtype.itemsize > 2:
        unsigned = (unsigned >> np.asarray(layout.stored - 16, unsigned.dtype)).astype(np.uint16)
    if layout.photometric.startswith("YBR_FULL") and layout.samples == 3:
        middle = 1 << min(layout.stored, 16) - 1
        tint = np.abs(unsigned[..., 1:].astype(np.int32) - middle).max()
        return np.ascontiguousarray(unsigned[..., 0]), bool(tint > _TINT)
    return luminance(unsigned[..., :3])


def grey_of_palette(frame: Array, dataset: Dataset, layout: PixelLayout) -> tuple[Array, bool]:
    """Turn a palette frame, (rows, columns), into grey.

    Raises
    ------
    FilmError
        If the palette is missing or damaged.

    References
    ----------
    DICOM PS3.3 C.7.9.
    """
    every_code = np.arange(1 << min(layout.stored, 16), dtype=f"u{frame.dtype.itemsize}")
    try:
        palette = apply_color_lut(every_code.reshape(1, -1), dataset)[..., :3]
    except UNREADABLE as error:
        raise FilmError("its palette is missing or damaged; ask for the film anew.") from error
    if palette.dtype == np.uint16 and int(palette.max()) < 256:
        palette = palette.astype(np.uint8)
    greys, coloured = luminance(palette)
    return greys.ravel()[codes(frame)], coloured


def in_16_bits(values: Array) -> tuple[Array, Rescale, str]:
    """Bring values of any type into uint8, uint16 or int16.

    Returns
    -------
    The stored values, the rescale that gives the original ones back, and a warning where
    they were rounded.
    """
    if values.dtype in (np.uint8, np.uint16, np.int16):
        return values, UNCHANGED, ""
    if values.dtype == np.int8:
        return values.astype(np.int16), UNCHANGED, ""
    if values.dtype.kind == "f":
        values = np.where(np.abs(values) < _BEYOND_REASON, values, 0)
    low, high = values.min(), values.max()
    if values.dtype.kind in "iu":
        for kind in (np.uint16, np.int16):
            if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max:
                return values.astype(kind), UNCHANGED, ""
    low, high = float(low), float(high)
    step = (high - low) / 65535 or 1.0
    if values.dtype.kind in "iu":
        step = max(step, 1.0)
    stored = np.rint((values - low) / step).astype(np.uint16)
    warning = (
        f"The film holds {values.dtype.itemsize * 8}-bit values; they are shown in steps of "
        f"{step:.3g}."
    )
    return stored, Rescale(slope=step, intercept=low), warning


def after(inner: Rescale, modality: Modality) -> Modality:
    """Return the modality step for values that first went through `inner`."""
    if inner == UNCHANGED:
        return modality
    if isinstance(modality, Table):
        # A table of at most 65,536 entries cannot belong to values beyond 16 bits.
        return (
            inner
            if inner.slope != 1
            else replace(modality, first=modality.first - int(inner.intercept))
        )
    return Rescale(
        slope=modality.slope * inner.slope,
        intercept=modality.slope * inner.intercept + modality.intercept,
    )
