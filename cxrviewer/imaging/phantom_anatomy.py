"""The phantom's anatomy: a child's chest from the front, drawn as attenuation.

Every function gives a layer of `SIDE` x `SIDE`; soft tissue and air in cm of tissue, bone as
what it attenuates beyond the tissue it stands in. Image left is the patient's right.
"""

import numpy as np

from cxrviewer.core.film import Array
from cxrviewer.imaging.phantom_shapes import (
    SIDE,
    Place,
    add_tube,
    curve,
    dome,
    filled,
    mirrored,
    softened,
)

_BODY: list[Place] = [
    (0.425, -0.25), (0.428, -0.05), (0.424, 0.045), (0.396, 0.098), (0.310, 0.126),
    (0.200, 0.137), (0.090, 0.150), (-0.05, 0.17), (-0.25, 0.20), (-0.25, 0.50),
    (-0.05, 0.455), (0.045, 0.415), (0.080, 0.430), (0.098, 0.52), (0.097, 0.63),
    (0.092, 0.76), (0.086, 0.90), (0.084, 1.10), (0.084, 1.30),
]  # fmt: skip

_LATERAL: list[Place] = [
    (0.452, 0.225), (0.435, 0.182), (0.395, 0.160), (0.338, 0.178), (0.275, 0.240),
    (0.222, 0.340), (0.186, 0.450), (0.164, 0.560), (0.153, 0.670), (0.149, 0.740),
    (0.153, 0.800),
]  # fmt: skip
_RIGHT_DOME: list[Place] = [
    (0.153, 0.800), (0.175, 0.762), (0.225, 0.722), (0.290, 0.700), (0.350, 0.698),
    (0.410, 0.712), (0.450, 0.735),
]  # fmt: skip
_LEFT_DOME: list[Place] = [
    (0.847, 0.806), (0.825, 0.775), (0.775, 0.742), (0.710, 0.724), (0.650, 0.724),
    (0.590, 0.738), (0.550, 0.758),
]  # fmt: skip
_RIGHT_MEDIAL: list[Place] = [(0.466, 0.66), (0.468, 0.5), (0.466, 0.36), (0.460, 0.28)]
_LEFT_MEDIAL: list[Place] = [(0.534, 0.66), (0.534, 0.5), (0.536, 0.36), (0.542, 0.28)]

_HEART: list[Place] = [
    (0.470, 0.400), (0.446, 0.452), (0.424, 0.510), (0.413, 0.580), (0.416, 0.650),
    (0.436, 0.715), (0.500, 0.770), (0.610, 0.790), (0.700, 0.765), (0.735, 0.715),
    (0.732, 0.655), (0.706, 0.585), (0.668, 0.515), (0.630, 0.455), (0.606, 0.410),
    (0.586, 0.372), (0.540, 0.350), (0.500, 0.360),
]  # fmt: skip
_MEDIASTINUM: list[Place] = [
    (0.458, 0.080), (0.446, 0.180), (0.441, 0.250), (0.440, 0.330), (0.436, 0.410),
    (0.455, 0.540), (0.475, 0.790), (0.548, 0.790), (0.556, 0.600), (0.596, 0.450),
    (0.590, 0.380), (0.594, 0.352), (0.593, 0.322), (0.580, 0.298), (0.564, 0.275),
    (0.556, 0.190), (0.542, 0.080),
]  # fmt: skip

# Centre and size of the loops of gut that hold air.
_GUT = ((0.790, 0.890, 0.030), (0.835, 0.945, 0.034), (0.715, 0.965, 0.028), (0.640, 0.985, 0.024))

_RIBS = 11
_RIB_RADIUS = 0.0088
_CHEST_DEPTH = 0.19  # half of the chest from front to back, fraction of the side


def body() -> Array:
    """Thickness of the body, cm; neck, shoulders with the arms cut off by the film, trunk."""
    half = curve(_BODY)
    outline = np.concatenate([half, [1.0, 0.0] - half[::-1] * [1.0, -1.0]])
    trunk = 13.0 * dome(outline, reach=0.135)
    return softened(trunk, 0.004)


def lungs() -> tuple[Array, Array]:
    """Air-filled depth of the lungs, cm, and their mask 0..1."""
    right = np.concatenate([curve(_LATERAL), curve(_RIGHT_DOME), curve(_RIGHT_MEDIAL)])
    left_wall = [(1.0 - x, y if y < 0.8 else 0.806) for x, y in _LATERAL]
    left = np.concatenate([curve(left_wall), curve(_LEFT_DOME), curve(_LEFT_MEDIAL)])
    depth = np.maximum(dome(right, reach=0.11), dome(left, reach=0.11))
    mask = np.maximum(filled(right), filled(left))
    down = np.linspace(0.0, 1.0, SIDE)[:, None]
    fullness = np.interp(down, [0.15, 0.4, 0.62, 0.85], [6.5, 9.0, 9.6, 7.5])
    air = fullness * (0.30 * softened(mask, 0.0016) + 0.70 * depth)
    # Behind the domes the lung reaches further down than the eye follows it.
    recess = np.concatenate([curve(_RIGHT_DOME), [[0.45, 0.78], [0.30, 0.80], [0.17, 0.84]]])
    recess_left = np.concatenate([curve(_LEFT_DOME), [[0.55, 0.80], [0.70, 0.82], [0.83, 0.85]]])
    behind = np.maximum(filled(recess), filled(recess_left))
    return air + 0.5 * softened(behind, 0.012), mask


def heart_and_vessels() -> Array:
    """Share of the lung's depth that heart and great vessels fill, 0..1."""
    heart = 0.30 * filled(curve(_HEART, closed=True), soften=0.0022)
    heart += 0.55 * softened(dome(curve(_HEART, closed=True), reach=0.11), 0.004)
    middle = 0.45 * filled(curve(_MEDIASTINUM, closed=True), soften=0.0028)
    middle += 0.5 * softened(dome(curve(_MEDIASTINUM, closed=True), reach=0.05), 0.003)
    return np.asarray(1.0 - (1.0 - heart) * (1.0 - np.clip(middle, 0, 1)))


def airway() -> Array:
    """Depth of the air in trachea and main bronchi, cm."""
    trachea = curve([(0.500, -0.02), (0.499, 0.10), (0.497, 0.20), (0.494, 0.30), (0.495, 0.352)])
    right = curve([(0.494, 0.335), (0.478, 0.380), (0.450, 0.420)])
    left = curve([(0.496, 0.335), (0.520, 0.385), (0.560, 0.424)])
    layer = np.zeros((SIDE, SIDE))
    for path, start, end, depth in (
        (trachea, 0.0145, 0.0135, 2.0),
        (right, 0.0115, 0.0070, 1.4),
        (left, 0.0100, 0.0060, 1.3),
    ):
        tube = np.zeros((SIDE, SIDE))
        radius = np.linspace(start, end, len(path))
        add_tube(tube, path, radius=radius, thickness=depth * radius / start)
        layer = np.maximum(layer, tube)
    return softened(layer, 0.0022)


def abdomen() -> Array:
    """Change of thickness below the diaphragm, cm: liver and spleen, and air in stomach and gut."""
    liver = curve([(0.02, 0.74), (0.30, 0.66), (0.62, 0.78), (0.50, 0.94), (0.02, 1.15)])
    spleen = curve([(0.98, 0.74), (0.75, 0.68), (0.76, 0.86), (0.98, 1.02)])
    stomach = curve(
        [(0.615, 0.812), (0.655, 0.778), (0.715, 0.768), (0.765, 0.800), (0.755, 0.845),
         (0.690, 0.858), (0.635, 0.850)],
        closed=True,
    )  # fmt: skip
    layer = 1.5 * filled(liver, soften=0.035) + 0.7 * filled(spleen, soften=0.03)
    layer -= 2.6 * softened(dome(stomach, reach=0.07), 0.005)
    for x, y, size in _GUT:
        turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        wall = 1 + 0.12 * np.sin(3 * turn + 20 * x)
        loop = np.stack([x + 1.3 * size * wall * np.cos(turn), y + size * wall * np.sin(turn)], 1)
        layer -= 1.0 * softened(dome(loop, reach=1.2 * size), 0.006)
    return layer


def spine() -> Array:
    """Attenuation of the vertebrae with discs, pedicles and spinous processes."""
    layer = np.zeros((SIDE, SIDE))
    y, height = -0.01, 0.036
    while y < 1.02:
        half = float(np.interp(y, [0.0, 0.2, 0.6, 1.0], [0.034, 0.037, 0.041, 0.048]))
        top, end = y + 0.10 * height, y + 0.90 * height
        body_outline = [
            (0.5 - half, top), (0.5, top + 0.002), (0.5 + half, top),
            (0.5 + 0.94 * half, (top + end) / 2), (0.5 + half, end),
            (0.5, end - 0.002), (0.5 - half, end), (0.5 - 0.94 * half, (top + end) / 2),
        ]  # fmt: skip
        layer += 0.21 * dome(curve(body_outline, closed=True), reach=0.018)
        for level in (top, end):
            plate = curve([(0.5 - half, level), (0.5, level), (0.5 + half, level)])
            add_tube(layer, plate, radius=0.0022, thickness=0.05)
        for side in (-1, 1):
            turn = np.linspace(0, 2 * np.pi, 20)
            centre = 0.5 + side * 0.66 * half
            ring = np.stack(
                [centre + 0.0075 * np.cos(turn), y + 0.42 * height + 0.011 * np.sin(turn)], 1
            )
            add_tube(layer, ring, radius=0.0026, thickness=0.055)
            wing = curve([(0.5 + side * half, y + 0.3 * height),
                          (0.5 + side * (half + 0.022), y + 0.24 * height)])  # fmt: skip
            add_tube(layer, wing, radius=0.0065, thickness=0.08, hollow=0.5)
        tip = curve([(0.5, y + 0.70 * height), (0.5005, y + 1.12 * height)])
        add_tube(layer, tip, radius=0.005, thickness=0.09, hollow=0.4)
        y += height + 0.0065
        height = float(np.interp(y, [0.0, 0.2, 0.9], [0.034, 0.041, 0.060]))
    return softened(layer, 0.0018)


def _hoop(rib: int, side: int) -> tuple[Array, Array]:
    """One rib as a tilted hoop: its path on the film, and its length along the beam."""
    start = 0.172 + 0.0505 * rib
    drop = 0.048 + 0.0095 * rib
    wall = np.array(_LATERAL[2:])
    reach = 0.505 - float(np.interp(start + drop, wall[:, 1], wall[:, 0]))
    turn = np.linspace(
        0.06, np.radians(min(152, 120 + 7 * rib) if rib < 7 else 150 - 11 * (rib - 7)), 72
    )
    x = 0.040 + (reach - 0.040) * np.sin(turn) ** 0.92
    y = start - 0.010 * np.sin(2 * turn) + drop * (1 - np.cos(turn))
    depth = -_CHEST_DEPTH * np.cos(turn)
    flat = np.hypot(np.gradient(x), np.gradient(y))
    oblique = np.hypot(flat, np.gradient(depth)) / flat
    return np.stack([0.5 + side * x, y], 1), np.clip(oblique, 1.0, 2.3)


def ribs() -> Array:
    """Attenuation of the ribs, each a hollow hoop, denser where the beam runs along it."""
    layer = np.zeros((SIDE, SIDE))
    for rib in range(_RIBS):
        for side in (-1, 1):
            path, oblique = _hoop(rib, side)
            along = np.linspace(0, 1, len(path))
            radius = _RIB_RADIUS * np.interp(along, [0, 0.1, 0.6, 1], [0.75, 1.0, 0.95, 1.15])
            fade = np.interp(along, [0, 0.05, 0.62, 0.72, 0.93, 1], [0.5, 1, 1, 0.72, 0.5, 0.05])
            add_tube(layer, path, radius=radius, thickness=0.36 * fade * oblique, hollow=0.62)
    return softened(layer, 0.0013)


def shoulder_girdle() -> Array:
    """Attenuation of clavicles, shoulder blades and the heads of the upper arms."""
    layer = np.zeros((SIDE, SIDE))
    clavicle: list[Place] = [
        (0.450, 0.232), (0.424, 0.219), (0.375, 0.199), (0.315, 0.188), (0.250, 0.192),
        (0.190, 0.192), (0.142, 0.180),
    ]  # fmt: skip
    lateral_border: list[Place] = [
        (0.110, 0.225), (0.128, 0.262), (0.140, 0.320), (0.152, 0.390), (0.170, 0.442),
    ]  # fmt: skip
    spine_of_blade: list[Place] = [(0.130, 0.168), (0.175, 0.196), (0.240, 0.222)]
    blade: list[Place] = [
        (0.118, 0.230), (0.140, 0.320), (0.153, 0.395), (0.170, 0.445), (0.192, 0.400),
        (0.222, 0.300), (0.243, 0.220), (0.190, 0.200),
    ]  # fmt: skip
    shaft: list[Place] = [(0.055, 0.245), (0.0, 0.272), (-0.06, 0.300)]
    for flip in (list, mirrored):
        bone = curve(flip(clavicle))
        radius = (
            np.interp(np.linspace(0, 1, len(bone)), [0, 0.12, 0.5, 1], [13, 9.5, 8, 9.5]) / 1000
        )
        add_tube(layer, bone, radius=radius, thickness=0.42, hollow=0.55)
        add_tube(layer, curve(flip(lateral_border)), radius=0.0055, thickness=0.20, hollow=0.3)
        add_tube(layer, curve(flip(spine_of_blade)), radius=0.007, thickness=0.13, hollow=0.4)
        layer += 0.08 * filled(curve(flip(blade), closed=True), soften=0.002)
        add_tube(layer, curve(flip(shaft)), radius=0.019, thickness=0.30, hollow=0.72)
        turn = np.linspace(0, 2 * np.pi, 32)
        head = np.stack([0.078 + 0.029 * np.cos(turn), 0.226 + 0.027 * np.sin(turn)], 1)
        head = head if flip is list else np.array(mirrored(head.tolist()))
        layer += 0.15 * dome(head, reach=0.026)
    return softened(layer, 0.0014)
