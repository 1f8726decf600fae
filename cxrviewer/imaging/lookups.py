"""The windows and lookup tables a header states, with the traps of their descriptors."""

from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from cxrviewer.core.film import Array, Modality, Rescale, Table, Window, WindowShape
from cxrviewer.imaging.header import integer, items, number, numbers, text, texts, values, word

_SHAPES = frozenset(WindowShape)


def read_modality(dataset: Dataset, *, signed: bool) -> tuple[Modality, tuple[str, ...]]:
    """Return the modality LUT, or else the rescale, and warnings.

    References
    ----------
    DICOM PS3.3 C.11.1: either the one or the other.
    """
    for item in items(dataset, "ModalityLUTSequence"):
        table = read_table(item, dataset, signed=signed)
        if table is not None:
            return table, ()
    slope, intercept = number(dataset, "RescaleSlope"), number(dataset, "RescaleIntercept")
    warnings = (
        ("The file's rescale slope is 0, which is invalid; 1 is used.",) if slope == 0 else ()
    )
    return Rescale(slope=slope or 1.0, intercept=intercept or 0.0), warnings


def read_tables(dataset: Dataset, *, signed: bool) -> tuple[tuple[Table, ...], tuple[str, ...]]:
    """Return the VOI LUTs, and a warning if one cannot be used."""
    stated = items(dataset, "VOILUTSequence")
    tables = tuple(
        table for item in stated if (table := read_table(item, dataset, signed=signed)) is not None
    )
    if len(tables) < len(stated):
        return tables, ("A VOI LUT of the file is damaged and was left out.",)
    return tables, ()


def read_table(item: Dataset, dataset: Dataset, *, signed: bool) -> Table | None:
    """Read one lookup table, or None where it is damaged.

    Parameters
    ----------
    signed
        Whether the input values may be negative: the first value mapped is then signed,
        whatever its VR says.

    References
    ----------
    DICOM PS3.3 C.11.1.1.1 (a number of entries of 0 means 65,536).
    """
    descriptor = numbers(item, "LUTDescriptor")
    if len(descriptor) != 3:
        return None
    length, first, bits = (int(part) & 0xFFFF for part in descriptor)
    if signed and first >= 0x8000:
        first -= 0x10000
    entries = _entries(item, dataset, length or 0x10000, bits)
    if entries is None or int(entries.max()) == 0:
        return None
    top = int(entries.max())
    # Descriptors that promise 16 bits over 12-bit entries are common; only entries that
    # reach into the promised depth prove it.
    if bits <= 16 and top.bit_length() == bits:
        top = (1 << bits) - 1
    return Table(first=first, entries=entries, top=top, explanation=text(item, "LUTExplanation"))


def _entries(item: Dataset, dataset: Dataset, length: int, bits: int) -> Array | None:
    raw: Any = values(item, "LUTData")
    if len(raw) == 1 and isinstance(raw[0], bytes):
        data = raw[0]
        little = getattr(dataset, "original_encoding", (None, True))[1]
        order = "<" if little is not False else ">"
        packed = bits <= 8 and len(data) < 2 * length
        array = np.frombuffer(data[: len(data) // 2 * 2], dtype="u1" if packed else f"{order}u2")
    else:
        array = np.array(raw, dtype=np.int64) & 0xFFFF
    if not len(array) or len(array) < length // 2:
        return None
    entries: Array = array[:length].astype(np.uint16)
    entries.setflags(write=False)
    return entries


def read_windows(dataset: Dataset, *, step: float) -> tuple[tuple[Window, ...], tuple[str, ...]]:
    """Return the usable windows in the file's order, and warnings for the others.

    Parameters
    ----------
    step
        Least difference of two modality values; a LINEAR width below 1 is meant exactly
        where the values are finer than it.

    References
    ----------
    DICOM PS3.3 C.11.2.1.2, C.11.2.1.3.
    """
    centres, widths = numbers(dataset, "WindowCenter"), numbers(dataset, "WindowWidth")
    names = texts(dataset, "WindowCenterWidthExplanation")
    stated = word(dataset, "VOILUTFunction") or WindowShape.LINEAR
    warnings = []
    if stated not in _SHAPES:
        warnings.append("The file's VOI LUT function is unknown; its window is read as LINEAR.")
        stated = WindowShape.LINEAR
    if len(centres) != len(widths):
        warnings.append("The file's window is incomplete: centres and widths differ in number.")
    windows = []
    for index, (centre, width) in enumerate(zip(centres, widths, strict=False)):
        shape = WindowShape(stated)
        if shape is WindowShape.LINEAR and step < width < 1:
            shape = WindowShape.LINEAR_EXACT
        if width <= 0 or (shape is WindowShape.LINEAR and width < 1):
            warnings.append(f"The file's window has a width of {width:g}, which is invalid.")
            continue
        name = names[index] if index < len(names) else ""
        windows.append(Window(centre=centre, width=width, shape=shape, explanation=name))
    return tuple(windows), tuple(warnings)


def read_padding(dataset: Dataset, *, stored: int, signed: bool) -> tuple[int, int] | None:
    """Return the range of stored values that are padding, or None.

    References
    ----------
    DICOM PS3.3 C.7.5.1.1.2.
    """
    value = integer(dataset, "PixelPaddingValue")
    if value is None:
        return None
    limit = integer(dataset, "PixelPaddingRangeLimit")
    ends = [_as_stored(end, stored, signed) for end in (value, value if limit is None else limit)]
    return min(ends), max(ends)


def _as_stored(value: int, stored: int, signed: bool) -> int:
    """Read a value whose VR may have the wrong sign the way the pixels are read."""
    bits = min(stored, 16)
    value &= (1 << bits) - 1
    return value - (1 << bits) if signed and value >> bits - 1 else value
