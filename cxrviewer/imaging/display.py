"""Stored values to greys: modality, VOI, polarity, once and in this order.

Every stored value has one of 256 or 65,536 codes, so the whole chain is computed for the
codes alone and the film is looked up in that table.

References
----------
DICOM PS3.3 C.7.6.3, C.11.1, C.11.2, C.11.6; PS3.4 N.2.
"""

import numpy as np

from cxrviewer.core.film import (
    Array,
    DisplayChain,
    Film,
    Modality,
    Table,
    Voi,
    Window,
    WindowShape,
)

_DEPTHS = {8: np.uint8, 16: np.uint16}


def codes(stored: Array) -> Array:
    """View stored values as unsigned codes, (rows, columns), without a copy."""
    return stored.view(np.uint16) if stored.dtype == np.int16 else stored


def code_values(dtype: np.dtype[np.generic]) -> Array:
    """Return the stored value of every code, (256,) or (65536,), in the order of the codes."""
    bits = dtype.itemsize * 8
    return np.arange(1 << bits, dtype=f"u{dtype.itemsize}").view(dtype)


def grey_table(
    film: Film, *, voi: Voi | None = None, inverted: bool | None = None, bits: int = 8
) -> Array:
    """Return the grey of every code of a film.

    Parameters
    ----------
    voi, inverted
        Instead of the film's own.
    bits
        8 or 16.

    Returns
    -------
    Array
        uint8 or uint16, (256,) or (65536,), index as `codes`; padding is black.
    """
    unit = unit_table(film.chain, film.stored.dtype, voi=voi, inverted=inverted)
    top = (1 << bits) - 1
    table: Array = np.rint(unit * top).astype(_DEPTHS[bits])
    return table


def unit_table(
    chain: DisplayChain,
    dtype: np.dtype[np.generic],
    *,
    voi: Voi | None = None,
    inverted: bool | None = None,
) -> Array:
    """Return the grey of every code as float64, 0 black .. 1 white."""
    values = code_values(dtype)
    grey = apply_voi(apply_modality(values, chain.modality), voi or chain.voi)
    if chain.inverted if inverted is None else inverted:
        grey = 1.0 - grey
    if chain.padding is not None:
        low, high = chain.padding
        grey[(values >= low) & (values <= high)] = 0.0
    return grey


def apply_modality(stored: Array, modality: Modality) -> Array:
    """Turn stored values into modality values, float64 of the same shape."""
    if isinstance(modality, Table):
        return _look_up(stored, modality)
    return stored.astype(np.float64) * modality.slope + modality.intercept


def apply_voi(values: Array, voi: Voi) -> Array:
    """Turn modality values into greys, float64 0..1 of the same shape."""
    if isinstance(voi, Table):
        return np.minimum(_look_up(np.rint(values), voi) / voi.top, 1.0)
    return _SHAPES[voi.shape](values, voi)


def _look_up(values: Array, table: Table) -> Array:
    last = len(table.entries) - 1
    index = np.clip(values.astype(np.float64) - table.first, 0, last).astype(np.intp)
    return table.entries[index].astype(np.float64)


def _linear(values: Array, window: Window) -> Array:
    centre, width = window.centre - 0.5, window.width - 1.0
    if width <= 0:
        return (values > centre).astype(np.float64)
    return np.clip((values - centre) / width + 0.5, 0.0, 1.0)


def _linear_exact(values: Array, window: Window) -> Array:
    if window.width <= 0:
        return (values > window.centre).astype(np.float64)
    return np.clip((values - window.centre) / window.width + 0.5, 0.0, 1.0)


def _sigmoid(values: Array, window: Window) -> Array:
    if window.width <= 0:
        return (values > window.centre).astype(np.float64)
    # Beyond 60 the function is 0 or 1 to the last bit, and exp() would overflow.
    steepness = np.clip(-4.0 * (values - window.centre) / window.width, -60.0, 60.0)
    return 1.0 / (1.0 + np.exp(steepness))


_SHAPES = {
    WindowShape.LINEAR: _linear,
    WindowShape.LINEAR_EXACT: _linear_exact,
    WindowShape.SIGMOID: _sigmoid,
}


def render(
    film: Film, *, voi: Voi | None = None, inverted: bool | None = None, bits: int = 8
) -> Array:
    """Draw a film at its full size.

    Returns
    -------
    Array
        uint8 or uint16, (rows, columns).
    """
    return _through(film.stored, grey_table(film, voi=voi, inverted=inverted, bits=bits))


def greys(film: Film) -> Array:
    """Return a film as it is first shown, whatever the user's window.

    Returns
    -------
    Array
        float32, (rows, columns), 0 black .. 1 white.
    """
    table = unit_table(film.chain, film.stored.dtype).astype(np.float32)
    return table[codes(film.stored)]


def modality_values(film: Film, stored: Array) -> Array:
    """Return the modality values of some stored values of a film, float64."""
    return apply_modality(np.asarray(stored), film.chain.modality)


def _through(stored: Array, table: Array) -> Array:
    import cv2

    return cv2.LUT(codes(stored), table)
