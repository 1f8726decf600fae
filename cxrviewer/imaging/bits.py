"""The value inside a stored word: shift, mask and sign."""

import numpy as np

from cxrviewer.core.film import Array
from cxrviewer.imaging.layout import PixelLayout

_SIGNED = {np.dtype(f"u{n}"): np.dtype(f"i{n}") for n in (1, 2, 4, 8)}


def extract(words: Array, layout: PixelLayout) -> tuple[Array, str]:
    """Take the values out of uncompressed words.

    Where words use bits above Bits Stored, those bits are either junk (or an old overlay), or
    Bits Stored is too small. The reading in which neighbours differ less is the true one:
    junk adds jumps, and so does a value that was cut off.

    Returns
    -------
    The values (unsigned, or signed where the layout says so), and a warning or nothing.

    References
    ----------
    DICOM PS3.5 8.1.1; PS3.3 C.7.6.3.1.
    """
    if layout.floating or layout.allocated == 1:
        return words, ""
    shift = layout.high_bit + 1 - layout.stored
    if shift:
        words = words >> np.asarray(shift, dtype=words.dtype)
    width = words.dtype.itemsize * 8
    whole = words.view(_SIGNED[words.dtype]) if layout.signed else words
    if layout.stored >= width or _fits(whole, layout):
        return whole, ""
    cut = _cut(words, layout, width)
    if shift == 0 and _roughness(cut) > _roughness(whole):
        return whole, (
            f"The header says {layout.stored} bits a pixel but the film uses more; "
            "all of them are shown."
        )
    return cut, ""


def _fits(values: Array, layout: PixelLayout) -> bool:
    if not layout.signed:
        return int(values.max()) < 1 << layout.stored
    half = 1 << layout.stored - 1
    return -half <= int(values.min()) and int(values.max()) < half


def _cut(words: Array, layout: PixelLayout, width: int) -> Array:
    if not layout.signed:
        masked: Array = words & np.asarray((1 << layout.stored) - 1, dtype=words.dtype)
        return masked
    # Up to the top and back again copies the sign into the bits above the value.
    spare = np.asarray(width - layout.stored, dtype=words.dtype)
    lifted: Array = (words << spare).view(_SIGNED[words.dtype])
    extended: Array = lifted >> spare.view(_SIGNED[words.dtype])
    return extended


def _roughness(values: Array) -> float:
    steps = np.diff(values[0].astype(np.float64), axis=1)
    return float(np.abs(steps).sum())
