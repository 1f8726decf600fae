"""A DICOM file to a film: pixels, display chain, facts, spacing and identity."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset

from cxrviewer.core.film import Film
from cxrviewer.imaging import levels, lookups, monochrome
from cxrviewer.imaging.chain import describe, identity_chain, read_chain
from cxrviewer.imaging.decode import Decoded, decode
from cxrviewer.imaging.dicom_file import quiet, read_dataset
from cxrviewer.imaging.geometry import read_spacing
from cxrviewer.imaging.patient import read_facts, read_identity

_PALETTE = "PALETTE COLOR"


def read_dicom(path: Path, *, certain: bool = True) -> Film:
    """Read the first frame of a DICOM file.

    Parameters
    ----------
    certain
        True where the file is marked as DICOM.

    Raises
    ------
    FilmError
        If it cannot be shown; the sentence lacks the file's name.
    """
    with quiet():
        dataset, unended = read_dataset(path, certain=certain)
        decoded = decode(dataset)
        layout = decoded.layout
        grey = layout.samples == 1 and layout.photometric != _PALETTE
        film = (_grey_film if grey else _colour_film)(path, dataset, decoded)
        spacing, doubts = read_spacing(dataset)
        return replace(
            film,
            facts=replace(film.facts, damaged=decoded.damaged),
            spacing=spacing,
            identity=read_identity(dataset),
            warnings=(*unended, *_pixel_warnings(decoded), *film.warnings, *doubts),
        )


def _pixel_warnings(decoded: Decoded) -> tuple[str, ...]:
    layout = decoded.layout
    warnings = list(decoded.warnings)
    if layout.assumed:
        names = ", ".join(layout.assumed)
        warnings.append(f"The header lacks {names}; the usual value was assumed.")
    if layout.frames > 1:
        warnings.append(f"The file holds {layout.frames} frames; only the first is shown.")
    return tuple(warnings)


def _grey_film(path: Path, dataset: Dataset, decoded: Decoded) -> Film:
    layout = decoded.layout
    stored, inner, rounded = monochrome.in_16_bits(decoded.values[0])
    padding = lookups.read_padding(dataset, stored=layout.stored, signed=layout.signed)
    if inner != monochrome.UNCHANGED:
        padding = None
    counted = levels.count(np.ascontiguousarray(stored), padding)
    chain, warnings = read_chain(dataset, counted, layout, inner=inner)
    facts = read_facts(dataset, layout, syntax=decoded.syntax)
    return Film(
        path=path,
        stored=np.ascontiguousarray(stored),
        chain=chain,
        facts=replace(facts, luts=describe(chain)),
        warnings=((rounded, *warnings) if rounded else warnings),
    )


def _colour_film(path: Path, dataset: Dataset, decoded: Decoded) -> Film:
    layout, frame = decoded.layout, decoded.values[0]
    if layout.photometric == _PALETTE:
        stored, coloured = monochrome.grey_of_palette(frame, dataset, layout)
        step = "palette to luminance"
    else:
        stored, coloured = monochrome.grey_of_colour(frame, layout)
        step = f"{layout.photometric} to luminance"
    bits = stored.dtype.itemsize * 8
    if layout.photometric != _PALETTE:
        bits = min(layout.stored, bits)
    facts = read_facts(dataset, layout, syntax=decoded.syntax)
    return Film(
        path=path,
        stored=stored,
        chain=identity_chain(bits),
        facts=replace(facts, colour=coloured, luts=(step, "as stored")),
        warnings=("The file is in colour; its brightness is shown.",) if coloured else (),
    )
