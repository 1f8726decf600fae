"""Pixel data to stored values, whatever the transfer syntax."""

from dataclasses import dataclass, replace

from pydicom.dataset import Dataset

from cxrviewer.core.film import Array
from cxrviewer.imaging import bits, encapsulated, native
from cxrviewer.imaging.layout import PixelLayout, read_layout
from cxrviewer.imaging.transfer_syntaxes import (
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    SYNTAXES,
    Road,
    syntax_name,
)

_JFIF, _HEAD = b"JFIF\0", 4096
_YBR = "The header says RGB but the JPEG stream says YBR; it was read as YBR."
_DAMAGED = (
    "The compressed pixels are damaged, so part of what is shown is wrong; ask for the film anew."
)


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """Stored values and what was learned on the way.

    Attributes
    ----------
    values
        (frames, rows, columns) or (frames, rows, columns, samples).
    syntax
        Name of the transfer syntax.
    damaged
        True where part of the compressed pixels could not be decoded.
    warnings
        Sentences for the user.
    """

    values: Array
    layout: PixelLayout
    syntax: str
    damaged: bool = False
    warnings: tuple[str, ...] = ()


def stored_values(dataset: Dataset) -> Array:
    """Return the stored values of all frames: masked, shifted, sign-extended, no lookup yet.

    Returns
    -------
    Array
        (rows, columns), with frames before and samples after where there are several; colour
        as stored (YBR stays YBR).

    Raises
    ------
    FilmError
        If the pixels are missing, cut short, damaged or of an unknown kind.
    """
    values = decode(dataset, frame=None).values
    return values[0] if len(values) == 1 else values


def decode(dataset: Dataset, *, frame: int | None = 0) -> Decoded:
    """Decode one frame, or all of them with None.

    Raises
    ------
    FilmError
        As `stored_values`.
    """
    layout = read_layout(dataset)
    uid, notes = _true_syntax(dataset, layout)
    if uid in SYNTAXES and SYNTAXES[uid].road is Road.NATIVE:
        words = _native(dataset, layout, uid)
        values, note = bits.extract(words if frame is None else words[frame : frame + 1], layout)
        notes += (note,) if note else ()
        damaged = False
    else:
        values, damaged = encapsulated.encapsulated_values(
            dataset, layout, syntax_uid=uid, frame=frame
        )
        notes += (_DAMAGED,) if damaged else ()
        if _is_ybr_after_all(dataset, layout):
            layout = replace(layout, photometric="YBR_FULL")
            notes += (_YBR,)
    return Decoded(
        values=values, layout=layout, syntax=syntax_name(uid), damaged=damaged, warnings=notes
    )


def _is_ybr_after_all(dataset: Dataset, layout: PixelLayout) -> bool:
    """Whether colour declared as RGB is YBR: a JFIF stream always is."""
    return layout.photometric == "RGB" and _JFIF in dataset.PixelData[:_HEAD]


def _native(dataset: Dataset, layout: PixelLayout, uid: str) -> Array:
    element = dataset[layout.keyword]
    return native.native_values(
        element.value or b"",
        layout,
        byte_order=">" if uid == EXPLICIT_BIG else "<",
        words=element.VR == "OW",
    )


def _true_syntax(dataset: Dataset, layout: PixelLayout) -> tuple[str, tuple[str, ...]]:
    """Return the transfer syntax of the pixels, which is not always the one the file names."""
    meta = getattr(dataset, "file_meta", None)
    declared = str(meta.get("TransferSyntaxUID", "") or "") if meta else ""
    element = dataset[layout.keyword]
    data = element.value or b""
    in_items = element.is_undefined_length or data[:4] == encapsulated.ITEM
    declared_native = declared in SYNTAXES and SYNTAXES[declared].road is Road.NATIVE
    if in_items and (declared_native or not declared):
        found = encapsulated.sniff_syntax(data)
        return found or declared, (_otherwise(declared, found),)
    if in_items or declared_native:
        return declared, ()
    # Bytes that are exactly the uncompressed pixels are uncompressed, whatever the file says.
    if not declared or len(data) - native.native_bytes(layout) in (0, 1):
        implicit, little = getattr(dataset, "original_encoding", (False, True))
        if little is False:
            found = EXPLICIT_BIG
        else:
            found = IMPLICIT_LITTLE if implicit else EXPLICIT_LITTLE
        return found, (_otherwise(declared, found),)
    return declared, ()


def _otherwise(declared: str, found: str) -> str:
    named = (
        f"names the transfer syntax {syntax_name(declared)}"
        if declared
        else ("names no transfer syntax")
    )
    return f"The file {named}; it was read as {syntax_name(found)}."
