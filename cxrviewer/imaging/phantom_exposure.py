"""From the phantom's anatomy to the stored values of a detector."""

from dataclasses import dataclass

import cv2
import numpy as np

from cxrviewer.core.film import Array
from cxrviewer.imaging import phantom_anatomy as anatomy
from cxrviewer.imaging.phantom_shapes import SIDE, add_tube, curve, dome, softened

_TISSUE = 0.19  # attenuation of soft tissue, 1/cm
_AIR_IN_LUNG = 0.80
_SCATTER = 0.16
_FINEST_VESSEL = 0.0009  # radius, fraction of the side
# Place of the two lung roots, and where their vessels go (degrees, 0 left, 90 down).
_LUNG_ROOTS = (
    ((0.425, 0.440), (95, 108, 122, 138, 158, 185, 212, 238, 255)),
    ((0.592, 0.430), (82, 70, 56, 40, 20, -6, -34, -58, -76)),
)


@dataclass(frozen=True, kw_only=True)
class _Vessel:
    start: tuple[float, float]
    direction: float
    radius: float
    length: float


def _lung_vessels(random: np.random.Generator) -> Array:
    """Vessels that branch out from both roots of the lungs, cm of tissue."""
    layer = np.zeros((SIDE, SIDE))
    for (x, y), directions in _LUNG_ROOTS:
        for degrees in directions:
            trunk = _Vessel(
                direction=np.radians(degrees + random.normal(0, 5)),
                start=(x + random.normal(0, 0.010), y + random.normal(0, 0.022)),
                radius=random.uniform(0.0045, 0.0068),
                length=0.085,
            )
            _grow(layer, random, trunk)
        blob = curve([(x - 0.02, y), (x, y - 0.05), (x + 0.02, y), (x, y + 0.07)], closed=True)
        layer += 0.9 * softened(dome(blob, reach=0.03), 0.008)
    return softened(layer, 0.0012)


def _grow(layer: Array, random: np.random.Generator, vessel: _Vessel) -> None:
    """Draw a vessel and all that branches from it."""
    if vessel.radius < _FINEST_VESSEL:
        return
    steps = 8
    angles = vessel.direction + random.normal(0, 0.22) * np.linspace(0, 1, steps)
    strides = np.full(steps, vessel.length * random.uniform(0.75, 1.2) / (steps - 1))
    strides[0] = 0
    x = vessel.start[0] + np.cumsum(strides * np.cos(angles))
    y = vessel.start[1] + np.cumsum(strides * np.sin(angles))
    radii = np.linspace(vessel.radius, 0.82 * vessel.radius, steps)
    add_tube(layer, np.stack([x, y], 1), radius=radii, thickness=120 * radii)
    for side in (-1, 1):
        branch = _Vessel(
            start=(x[-1], y[-1]),
            direction=angles[-1] + side * random.uniform(0.2, 0.6),
            radius=0.76 * vessel.radius * random.uniform(0.8, 1.1),
            length=0.84 * vessel.length,
        )
        _grow(layer, random, branch)


def _lung_grain(random: np.random.Generator) -> Array:
    """Fine interstitial pattern, mean 0, standard deviation 1."""
    noise = random.standard_normal((SIDE, SIDE))
    band = softened(noise, 0.0013) - softened(noise, 0.0047)
    return np.asarray(band / band.std())


def attenuation(random: np.random.Generator) -> Array:
    """Attenuation of the whole phantom along the beam.

    Returns
    -------
    float64, (SIDE, SIDE), 0 for air, natural logarithm.
    """
    air, mask = anatomy.lungs()
    aerated = air * _AIR_IN_LUNG * (1.0 - anatomy.heart_and_vessels())
    inside = softened(mask, 0.004) * np.clip(aerated / 4.0, 0.0, 1.0)
    vessels = inside * (_lung_vessels(random) + 0.07 * _lung_grain(random))
    body = anatomy.body()
    cover = np.clip(body / 6.0, 0.0, 1.0)
    tissue = body + cover * anatomy.abdomen() - aerated + vessels - anatomy.airway()
    bone = anatomy.spine() + anatomy.ribs() + anatomy.shoulder_girdle()
    return _uneven(_TISSUE * np.clip(tissue, 0.0, None) + bone)


def _uneven(layer: Array) -> Array:
    """Bend the drawing a little, as no chest is the mirror of itself."""
    x, y = np.meshgrid(np.arange(SIDE) / SIDE, np.arange(SIDE) / SIDE)
    dx = 0.0035 * np.sin(5.1 * y + 1.0) + 0.0030 * np.sin(7.3 * x + 4.0 * y)
    dy = 0.0060 * (x - 0.5) + 0.0030 * np.sin(6.1 * x + 0.5) + 0.0020 * np.sin(9.7 * x - 5.0 * y)
    places = (((x + dx) * SIDE).astype(np.float32), ((y + dy) * SIDE).astype(np.float32))
    return np.asarray(cv2.remap(layer, *places, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))


def detected(layer: Array) -> Array:
    """Turn attenuation into what a detector shows: scatter added, detail lifted.

    Returns
    -------
    float64, like `layer`: effective attenuation.
    """
    primary = np.exp(-layer)
    seen = -np.log(primary + _SCATTER * softened(primary, 0.05))
    # Detector systems lift detail over the coarse course of the film before it is shown.
    seen += 0.45 * (seen - softened(seen, 0.03)) + 0.25 * (seen - softened(seen, 0.006))
    return np.asarray(seen)
