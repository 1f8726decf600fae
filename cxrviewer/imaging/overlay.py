"""A heat map laid over a film, in the film's own geometry."""

import numpy as np

from cxrviewer.core.analysis import HeatMap
from cxrviewer.core.film import Array
from cxrviewer.imaging.colormap import heat_colours

Edges = tuple[float, float, float, float]


def heat_in_film(heat_map: HeatMap, *, rows: int, columns: int) -> Array:
    """Bring a heat map to the size of its film.

    Returns
    -------
    Array
        float32, (rows, columns), 0..1; zero outside the region the map covers.
    """
    whole = (0.0, 0.0, float(rows), float(columns))
    return heat_in_view(heat_map, view=whole, rows=rows, columns=columns)


def heat_in_view(heat_map: HeatMap, *, view: Edges, rows: int, columns: int) -> Array:
    """Sample a heat map on the raster of a view.

    Bilinear between the centres of the map's cells, as the network's input was resized: cell
    i covers i..i+1, its value stands at i + 1/2.

    Parameters
    ----------
    view
        Top, left, bottom, right edge of what the view shows, film pixels.
    rows, columns
        Of the view, pixels.

    Returns
    -------
    Array
        float32, (rows, columns), 0..1; zero outside the region the map covers.
    """
    top, left, bottom, right = heat_map.region
    height, width = heat_map.values.shape
    over_rows, inside_rows = _weights((view[0], view[2]), rows, region=(top, bottom), cells=height)
    over_columns, inside_columns = _weights(
        (view[1], view[3]), columns, region=(left, right), cells=width
    )
    # Bilinear sampling on a raster is separable: weights of the rows, then of the columns.
    heat: Array = over_rows @ heat_map.values.astype(np.float32) @ over_columns.T
    np.clip(heat, 0.0, 1.0, out=heat)
    heat[~inside_rows, :] = 0.0
    heat[:, ~inside_columns] = 0.0
    return heat


def _weights(
    view: tuple[float, float], count: int, *, region: tuple[float, float], cells: int
) -> tuple[Array, Array]:
    """Weigh the cells of one axis of a map for every pixel of a view.

    Returns
    -------
    float32 (count, cells), each row adding up to 1, and bool (count,): pixel inside the region.
    """
    (start, stop), (low, high) = view, region
    centres = start + (np.arange(count) + 0.5) * ((stop - start) / count)
    inside = (centres >= low) & (centres < high)
    places = np.clip((centres - low) / (high - low) * cells - 0.5, 0.0, cells - 1.0)
    before = np.minimum(places.astype(np.intp), max(cells - 2, 0))
    share = places - before
    weights = np.zeros((count, cells), dtype=np.float32)
    pixels = np.arange(count)
    weights[pixels, before] = 1.0 - share
    if cells > 1:
        weights[pixels, before + 1] = share
    return weights, inside


def blend(grey: Array, heat: Array, *, opacity: float) -> Array:
    """Lay heat over a grey film.

    Parameters
    ----------
    grey
        uint8, (rows, columns).
    heat
        float32, (rows, columns), 0..1.
    opacity
        0..1; at 0 the film stands untouched.

    Returns
    -------
    Array
        uint8, (rows, columns, 3), RGB.
    """
    import cv2

    film: Array = cv2.merge([grey, grey, grey])
    if opacity <= 0:
        return film
    level = np.rint(np.clip(heat, 0.0, 1.0) * 255).astype(np.uint8)
    table = heat_colours()
    colours = cv2.merge([cv2.LUT(level, np.ascontiguousarray(table[:, i])) for i in range(3)])
    alpha = cv2.LUT(level, table[:, 3].astype(np.float32) * (min(opacity, 1.0) / 255))
    blended: Array = cv2.blendLinear(colours, film, alpha, 1.0 - alpha)
    return blended
