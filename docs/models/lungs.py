"""Where the lungs lie on an upright frontal chest film, by classical steps, or that it is unclear.

No mask drawn by a person is at hand, so this is no reference: it serves to ask whether heat lies
over the lungs more than elsewhere. In each half of the chest the dark part of the film, freed of
the wide shading, is found by Otsu's threshold; the piece nearest to where a lung lies is smoothed
to its convex hull. Two hulls that do not look like a pair of lungs are refused: a lung that is
white all over is not found, so films of severe disease are refused most often.

References
----------
Otsu 1979, IEEE Trans Syst Man Cybern 9:62.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from cxrviewer.core.film import Array

SIDE = 224
_SMOOTH, _SHADING, _SHADED = 2.5, 0.14, 0.8
_AIR, _RIM = 0.1, 5
_TOP, _BOTTOM, _EDGE, _SPINE = 0.08, 0.85, 0.03, 0.03
_OPENING = 11
# Where the middle of a lung is expected, down and away from the spine, and how far off it may be.
_LIKELY, _SPREAD = (0.42, 0.2), (0.2, 0.12)
_AREA = (0.045, 0.24)
_UNLIKE, _RAGGED, _HEIGHTS = 2.2, 0.6, 0.12
_MIDDLE = (0.28, 0.6)
_LEAST_TALL = 1.0
_ALONG_SIDE, _ALONG_TOP = 0.12, 0.18


@dataclass(frozen=True, kw_only=True, eq=False)
class Lungs:
    """Two regions of a film, the one on its left first.

    Attributes
    ----------
    regions
        bool, (2, SIDE, SIDE).
    filled
        Share of each hull that was dark itself.
    """

    regions: Array
    filled: tuple[float, ...]

    @property
    def both(self) -> Array:
        """The lungs, bool, (SIDE, SIDE)."""
        return np.asarray(self.regions.any(axis=0))

    @property
    def chest(self) -> Array:
        """The lungs and what lies between them, bool, (SIDE, SIDE)."""
        return _hull(self.both)


def lungs(greys: Array) -> Lungs | None:
    """Find the lungs.

    Parameters
    ----------
    greys
        float, (height, width), 0 black .. 1 white, the whole film.

    Returns
    -------
    None where what was found does not look like a pair of lungs.
    """
    shrunk = cv2.resize(greys.astype(np.float32), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    smooth = cv2.GaussianBlur(shrunk, (0, 0), _SMOOTH)
    low, high = np.percentile(smooth, (1, 99))
    smooth = np.clip((smooth - low) / max(high - low, 1e-6), 0, 1)
    body = ~_air(smooth)
    flat = smooth - _SHADED * _shading(smooth, body.astype(np.float32))
    middle = _spine(smooth * body)
    rows, columns = np.mgrid[:SIDE, :SIDE] / SIDE
    window = body & (rows > _TOP) & (rows < _BOTTOM)
    halves = (
        window & (columns > _EDGE) & (columns < middle - _SPINE),
        window & (columns > middle + _SPINE) & (columns < 1 - _EDGE),
    )
    dark = [_dark_part(flat, half, middle) for half in halves]
    hulls = [_hull(part) for part in dark if part is not None]
    if len(hulls) < 2:
        return None
    filled = tuple(float((d & h).sum() / h.sum()) for d, h in zip(dark, hulls, strict=True))
    found = Lungs(regions=np.stack(hulls), filled=filled)
    return found if plausible(found) else None


def plausible(found: Lungs) -> bool:
    """Whether two regions are like enough to a pair of lungs: size, shape, place, each other."""
    areas = found.regions.mean(axis=(1, 2))
    places = [np.nonzero(region) for region in found.regions]
    middles = [float(down.mean()) / SIDE for down, _ in places]
    tall = [np.ptp(down) / max(np.ptp(across), 1) for down, across in places]
    edge, top = round(1.5 * _EDGE * SIDE), round(0.1 * SIDE)
    along_side = max(
        found.regions[0][:, :edge].any(axis=1).sum(), found.regions[1][:, -edge:].any(axis=1).sum()
    )
    along_top = found.regions[:, :top].any(axis=1).sum(axis=1).max()
    return bool(
        _AREA[0] <= areas.min()
        and areas.max() <= _AREA[1]
        and areas.max() <= _UNLIKE * areas.min()
        and min(found.filled) >= _RAGGED
        and all(_MIDDLE[0] < middle < _MIDDLE[1] for middle in middles)
        and abs(middles[0] - middles[1]) <= _HEIGHTS
        and min(tall) >= _LEAST_TALL
        and along_side <= _ALONG_SIDE * SIDE
        and along_top <= _ALONG_TOP * SIDE
    )


def _air(smooth: Array) -> Array:
    """Return the black around the body: what is dark and hangs together with the film's edge."""
    _, parts = cv2.connectedComponents((smooth < _AIR).astype(np.uint8))
    rim = {*parts[0], *parts[-1], *parts[:, 0], *parts[:, -1]} - {0}
    air = np.isin(parts, list(rim)).astype(np.uint8)
    return np.asarray(cv2.dilate(air, np.ones((_RIM, _RIM))) > 0)


def _shading(smooth: Array, body: Array) -> Array:
    """Return the mean grey of the body around each place."""
    wide = SIDE * _SHADING
    around = cv2.GaussianBlur(body, (0, 0), wide)
    return np.asarray(cv2.GaussianBlur(smooth * body, (0, 0), wide) / np.maximum(around, 0.05))


def _spine(body: Array) -> float:
    """Return where the brightest column near the middle is, 0..1."""
    columns = body[int(0.2 * SIDE) : int(0.7 * SIDE)].mean(axis=0, keepdims=True)
    first, last = int(0.35 * SIDE), int(0.65 * SIDE)
    near = cv2.GaussianBlur(columns, (0, 0), 6)[0, first:last]
    return (first + int(near.argmax())) / SIDE


def _dark_part(flat: Array, half: Array, middle: float) -> Array | None:
    """Return the dark piece of one half that lies most like a lung, bool, (SIDE, SIDE)."""
    if half.sum() < 0.01 * SIDE * SIDE:
        return None
    values = cv2.normalize(flat[half], None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)
    limit, _ = cv2.threshold(values, 0, 255, cv2.THRESH_OTSU)
    dark = np.zeros((SIDE, SIDE), np.uint8)
    dark[half] = values.ravel() <= limit
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_OPENING, _OPENING))
    dark = cv2.morphologyEx(dark, cv2.MORPH_OPEN, brush)
    count, parts, sizes, centres = cv2.connectedComponentsWithStats(dark, connectivity=4)
    if count < 2:
        return None
    across, down = centres[1:].T / SIDE
    off = ((down - _LIKELY[0]) / _LIKELY[1]) ** 2
    off += ((np.abs(across - middle) - _SPREAD[0]) / _SPREAD[1]) ** 2
    best = 1 + int(np.argmax(sizes[1:, cv2.CC_STAT_AREA] * np.exp(-off)))
    return np.asarray(parts == best)


def _hull(region: Array) -> Array:
    down, across = np.nonzero(region)
    hull = cv2.convexHull(np.stack([across, down], axis=1).astype(np.int32))
    filled = np.zeros(region.shape, np.uint8)
    cv2.fillConvexPoly(filled, hull, 1)
    return filled > 0
