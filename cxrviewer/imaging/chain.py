"""A header and the pixels' levels to the display chain, and the chain in words."""

from dataclasses import replace

from pydicom.dataset import Dataset

from cxrviewer.core.film import DisplayChain, Modality, Rescale, Table, Voi, Window, WindowShape
from cxrviewer.imaging import levels, lookups
from cxrviewer.imaging.header import word
from cxrviewer.imaging.layout import PixelLayout
from cxrviewer.imaging.levels import Levels
from cxrviewer.imaging.monochrome import after

# The presentation LUT shape that belongs to each photometric interpretation.
_SHAPE_OF = {"MONOCHROME1": "INVERSE", "MONOCHROME2": "IDENTITY"}
_FEW_OUTLIERS = 0.8
_AUTO = "the film is shown with an automatic level"


def read_chain(
    dataset: Dataset, counted: Levels, layout: PixelLayout, *, inner: Rescale
) -> tuple[DisplayChain, tuple[str, ...]]:
    """Build the display chain of a grey film.

    A VOI LUT comes before a window, a window before the automatic level; a first choice that
    shows nothing gives way to the automatic level.

    Parameters
    ----------
    inner
        Rescale that brought the decoded values into 16 bits.

    Returns
    -------
    The chain, and warnings.

    References
    ----------
    DICOM PS3.3 C.7.6.3, C.11.1, C.11.2, C.11.6.
    """
    stated_modality, odd_rescale = lookups.read_modality(dataset, signed=layout.signed)
    modality = after(inner, stated_modality)
    auto, full = levels.measured_windows(counted, modality)
    stated, odd_lookups = _stated(dataset, modality, full)
    inverted, odd_polarity = _polarity(dataset, layout)
    unstated, words = _unstated(auto, full)
    chain = DisplayChain(
        modality=modality,
        voi=stated[0] if stated else unstated,
        auto=auto,
        full=full,
        stated=stated,
        inverted=inverted,
        padding=counted.padding,
    )
    warnings = [*odd_rescale, *odd_lookups, *odd_polarity]
    if not stated:
        warnings.append(f"The file states no usable window; {words}.")
    elif levels.shows_nothing(counted, chain):
        chain = replace(chain, voi=auto)
        warnings.append(f"The window the file states leaves almost nothing visible; {_AUTO}.")
    return chain, tuple(warnings)


def _stated(
    dataset: Dataset, modality: Modality, full: Window
) -> tuple[tuple[Voi, ...], tuple[str, ...]]:
    """Return the VOI LUTs and windows the file states, and warnings."""
    # The full window of a film with one value reaches half a unit below it.
    below_zero = full.centre - full.width / 2 < -0.5
    tables, odd_tables = lookups.read_tables(dataset, signed=below_zero)
    step = 1.0 if isinstance(modality, Table) else abs(modality.slope)
    windows, odd_windows = lookups.read_windows(dataset, step=step)
    return (*tables, *windows), (*odd_tables, *odd_windows)


def _unstated(auto: Window, full: Window) -> tuple[Window, str]:
    """Choose what a film without a window is first shown with, and say so in words.

    Its full range, unless a few outlying pixels would take much of the greys.
    """
    if auto.width >= _FEW_OUTLIERS * full.width:
        return full, "the film is shown over its full range"
    return auto, _AUTO


def identity_chain(bits: int) -> DisplayChain:
    """Return the chain that shows values of so many bits as they are."""
    top = (1 << bits) - 1
    whole = Window(
        centre=top / 2, width=top, shape=WindowShape.LINEAR_EXACT, explanation="As stored"
    )
    return DisplayChain(modality=Rescale(), voi=whole, auto=whole, full=whole)


def _polarity(dataset: Dataset, layout: PixelLayout) -> tuple[bool, tuple[str, ...]]:
    """Return whether the lowest value is white, and a warning where the header conflicts."""
    shape = word(dataset, "PresentationLUTShape")
    expected = _SHAPE_OF.get(layout.photometric, "")
    inverted = layout.photometric == "MONOCHROME1"
    if shape in _SHAPE_OF.values() and expected and shape != expected:
        return inverted, (
            f"The header contradicts itself about black and white ({layout.photometric} with "
            f"{shape}); {layout.photometric} was followed, so check the polarity.",
        )
    return inverted, ()


def describe(chain: DisplayChain) -> tuple[str, ...]:
    """Say in words and in order which lookups a chain uses."""
    steps = [_modality_in_words(chain.modality), _voi_in_words(chain)]
    if chain.padding is not None:
        steps.append("padding {} to {} black".format(*chain.padding))
    steps.append("lowest value white" if chain.inverted else "lowest value black")
    return tuple(steps)


def _modality_in_words(modality: Modality) -> str:
    if isinstance(modality, Table):
        return f"modality LUT of {len(modality.entries)} entries"
    if modality == Rescale():
        return "no rescale"
    return f"rescale slope {modality.slope:g}, intercept {modality.intercept:g}"


def _voi_in_words(chain: DisplayChain) -> str:
    voi = chain.voi
    place = next((i for i, one in enumerate(chain.stated, start=1) if one is voi), 0)
    which = f" {place} of {len(chain.stated)} stated" if place else ""
    if isinstance(voi, Table):
        return f"VOI LUT{which}: {len(voi.entries)} entries up to {voi.top}"
    name = "window" if place else f"{voi.explanation.lower()} window"
    return f"{name}{which}: centre {voi.centre:g}, width {voi.width:g}, {voi.shape}"
