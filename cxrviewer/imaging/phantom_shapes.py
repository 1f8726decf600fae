"""Drawing of soft, rounded shapes on the phantom's square: curves, masks, domes and tubes.

Places are fractions of the square's side, x to the right and y down.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from cxrviewer.core.film import Array

SIDE = 1024
"""Pixels along the side of the square that the anatomy is drawn on."""

_SUBPIXEL_BITS = 4
# Radius fractions a tube is drawn at, outside first, so that each inner stroke covers the last.
_SHELLS = (1.0, 0.92, 0.82, 0.68, 0.45)
# Inner radius of a hollow tube's wall.
_WALL = 0.8

Place = tuple[float, float]


def curve(places: Sequence[Place], *, closed: bool = False, steps: int = 16) -> Array:
    """Run a smooth curve (Catmull-Rom) through `places`.

    Returns
    -------
    float64, (n, 2), x and y.
    """
    knots = np.asarray(places, dtype=np.float64)
    ends = (knots[-1:], knots[:2]) if closed else (knots[:1], knots[-1:])
    padded = np.concatenate([ends[0], knots, ends[1]])
    a, b, c, d = (padded[i : len(padded) - 3 + i, None] for i in range(4))
    t = np.linspace(0.0, 1.0, steps, endpoint=False)[None, :, None]
    spans = 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
    points = spans.reshape(-1, 2)
    return points if closed else np.concatenate([points, knots[-1:]])


def mirrored(places: Sequence[Place]) -> list[Place]:
    """Move places to the other side of the midline."""
    return [(1.0 - x, y) for x, y in places]


def _fixed(points: Array) -> Array:
    return np.asarray(np.round(points * SIDE * 2**_SUBPIXEL_BITS), dtype=np.int32)


def filled(outline: Array, *, soften: float = 0.0) -> Array:
    """Fill a closed outline.

    Parameters
    ----------
    soften
        Standard deviation of the edge, fraction of the side.

    Returns
    -------
    float64, (SIDE, SIDE), 0 outside .. 1 inside.
    """
    mask = np.zeros((SIDE, SIDE), np.uint8)
    cv2.fillPoly(mask, [_fixed(outline)], 255, cv2.LINE_AA, _SUBPIXEL_BITS)
    layer = mask / 255.0
    return softened(layer, soften) if soften else layer


def softened(layer: Array, sigma: float) -> Array:
    """Blur with a Gaussian; wide ones on a coarse grid, where they cost little.

    Parameters
    ----------
    sigma
        Standard deviation, fraction of the side.
    """
    pixels = sigma * SIDE
    shrink = 2 ** max(0, int(np.log2(max(pixels / 4, 1))))
    size = SIDE // shrink
    small = cv2.resize(layer, (size, size), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), pixels / shrink, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(small, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR))


def dome(outline: Array, *, reach: float) -> Array:
    """Thickness of a rounded body: 0 at its outline, 1 from `reach` inwards, elliptical between.

    Returns
    -------
    float64, (SIDE, SIDE), 0..1.
    """
    points = _fixed(outline)
    low, high = _box(points, margin=2)
    mask = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
    inner = points - (low << _SUBPIXEL_BITS)
    cv2.fillPoly(mask, [inner], 255, cv2.LINE_8, _SUBPIXEL_BITS)
    # The square's own border is no surface of the body: outlines run out over it.
    inwards = cv2.distanceTransform(mask, cv2.DIST_L2, cv2.DIST_MASK_5) / (reach * SIDE)
    rim = 1.0 - np.clip(inwards.astype(np.float64), 0.0, 1.0)
    layer = np.zeros((SIDE, SIDE))
    layer[low[1] : high[1], low[0] : high[0]] = np.sqrt(1.0 - rim**2)
    return layer


def _box(points: Array, *, margin: int) -> tuple[Array, Array]:
    low = np.clip((points.min(0) >> _SUBPIXEL_BITS) - margin, 0, SIDE - 1)
    high = np.clip((points.max(0) >> _SUBPIXEL_BITS) + margin, low + 1, SIDE)
    return low, high


def add_tube(
    layer: Array,
    path: Array,
    *,
    radius: Array | float,
    thickness: Array | float,
    hollow: float = 0.0,
) -> None:
    """Add a round tube along `path` to `layer`, brightest in its margins if it is hollow.

    Parameters
    ----------
    radius
        Fraction of the side, one or one a point.
    thickness
        What the middle of a solid tube adds, one or one a point.
    hollow
        0 solid .. 1 an empty shell.
    """
    points = _fixed(path)
    radii = np.broadcast_to(radius, len(path)) * SIDE
    weights = np.broadcast_to(thickness, len(path))
    low, high = _box(points, margin=int(radii.max()) + 3)
    scratch = np.zeros((high[1] - low[1], high[0] - low[0]), np.float32)
    points = points - (low << _SUBPIXEL_BITS)
    for shell in _SHELLS:
        off = 0.9 * shell
        chord = np.sqrt(1.0 - off**2) - hollow * np.sqrt(max(0.0, _WALL**2 - off**2))
        for i in range(len(points) - 1):
            value = float(weights[i] * chord)
            width = max(1, round(2 * shell * float(radii[i])))
            start, end = points[i].tolist(), points[i + 1].tolist()
            cv2.line(scratch, start, end, value, width, cv2.LINE_8, _SUBPIXEL_BITS)
    layer[low[1] : high[1], low[0] : high[0]] += scratch
