"""Films that are one film twice: encoded anew, resized, brightened, turned, or cropped a little.

Chest films all look alike, so two steps are needed. Each film is compared with all others by a
descriptor of its local contrasts; the few closest of each film are then laid over it by an affine
map and compared in what both show. On the public sets, copies cropped by up to 3 % a side reach
0.979 and more there, 98 of 100 of those cropped by up to 5 % reach 0.967, and different films stay
below 0.94; another film of the same patient in the same position reached 0.964. So crops of 5 % a
side are not all found: the line that would take them in takes in other films of a patient too.
Inverted and mirrored copies are looked for as well, those cropped besides only by chance.
"""

from collections.abc import Callable, Generator, Sequence

import numpy as np

from cxrviewer.core.film import Array
from cxrviewer.core.progress import BatchDone

SIDE = 64
# Raised whenever films are compared in another way.
VERSION = 1
_DESCRIPTOR_SIDE = 16
LENGTH = _DESCRIPTOR_SIDE**2
_SIGMA = 8.0
# Keeps the noise of even areas from being blown up to contrast.
_FLOOR = 4.0
_COMPONENTS = 64
_SAMPLE = 4096
_CLOSEST, _CLOSEST_TURNED = 3, 1
_CANDIDATE = 0.8
_SAME = 0.97
_BLOCK, _COLUMNS = 128, 2048
_MARGIN = 3
_LEAST_SHARED = SIDE * SIDE // 2
_ROUNDS, _GAIN = 30, 1e-4

Picture = Callable[[int], Array]


def descriptor(picture: Array) -> Array:
    """Return the local contrasts of a picture, coarsely.

    Parameters
    ----------
    picture
        uint8, (64, 64).

    Returns
    -------
    float32, (256,), mean 0 and length 1; all 0 for an even picture.
    """
    import cv2

    size = (_DESCRIPTOR_SIDE, _DESCRIPTOR_SIDE)
    coarse = cv2.resize(_contrasts(picture), size, interpolation=cv2.INTER_AREA).ravel()
    unit: Array = _unit(coarse[None] - coarse.mean())[0]
    return unit


def near_duplicates(
    descriptors: Array, picture: Picture
) -> Generator[BatchDone, None, list[tuple[int, int]]]:
    """Find the pairs of films that are one film.

    Parameters
    ----------
    descriptors
        float32, (films, n).
    picture
        Film index -> uint8, (64, 64).

    Returns
    -------
    Pairs of film indices, the smaller first.
    """
    pairs: list[tuple[int, int]] = []
    total = len(descriptors)
    parts = _reduced(descriptors)
    once: set[tuple[int, int]] = set()
    for start in range(0, total, _BLOCK):
        for one, other in _closest(parts, start):
            pair = (min(one, other), max(one, other))
            # Copies are among the closest to each other both ways; chance neighbours seldom are.
            if pair not in once:
                once.add(pair)
            elif _is_copy(picture(pair[0]), picture(pair[1]), _turns(parts, *pair)):
                pairs.append(pair)
        yield BatchDone(stage="comparing", done=min(start + _BLOCK, total), total=total)
    return pairs


def likeness(one: Array, other: Array) -> float:
    """Return the correlation of two pictures' local contrasts once laid over each other, or 0.

    Parameters
    ----------
    one, other
        uint8, (64, 64).

    References
    ----------
    Evangelidis, Psarakis 2008, enhanced correlation coefficient.
    """
    import cv2

    template, moved = _contrasts(one), _contrasts(other)
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, _ROUNDS, _GAIN)
    start = np.eye(2, 3, dtype=np.float32)
    try:
        _, found = cv2.findTransformECC(
            template, moved, start, cv2.MOTION_AFFINE, criteria, np.ones_like(one), 3
        )
    except cv2.error:  # no map was found: the films differ
        return 0.0
    flags = cv2.WARP_INVERSE_MAP
    shared = cv2.warpAffine(np.ones_like(one), found, one.shape, flags=flags | cv2.INTER_NEAREST)
    shared[:_MARGIN] = shared[-_MARGIN:] = shared[:, :_MARGIN] = shared[:, -_MARGIN:] = 0
    both = shared > 0
    if both.sum() < _LEAST_SHARED:
        return 0.0
    laid = cv2.warpAffine(moved, found, one.shape, flags=flags | cv2.INTER_LINEAR)
    pair = _unit(np.stack([values - values.mean() for values in (template[both], laid[both])]))
    return float(pair[0] @ pair[1])


def _contrasts(picture: Array) -> Array:
    """Return each grey against its neighbourhood's mean, in its deviations, float32."""
    import cv2

    greys = picture.astype(np.float32)
    rest = greys - cv2.GaussianBlur(greys, (0, 0), _SIGMA)
    spread = np.sqrt(cv2.GaussianBlur(rest * rest, (0, 0), _SIGMA)) + _FLOOR
    contrasts: Array = rest / spread
    return contrasts


def _reduced(descriptors: Array) -> tuple[Array, Array]:
    """Return the descriptors by their main components: a quarter of the numbers to compare.

    The first are those that a mirror leaves as they are, the second those whose sign it turns, so
    that a film and a mirrored one are compared by the same products.
    """
    grids = descriptors.reshape(-1, _DESCRIPTOR_SIDE, _DESCRIPTOR_SIDE) / np.float32(2**0.5)
    left, right = np.split(grids, 2, axis=2)
    halves = [(left + sign * right[:, :, ::-1]).reshape(len(grids), -1) for sign in (1, -1)]
    step = -(-len(descriptors) // _SAMPLE)
    found = [np.linalg.svd(half[::step].astype(np.float64), full_matrices=False) for half in halves]
    least = np.sort(np.concatenate([values for _, values, _ in found]))[-_COMPONENTS:][0]
    parts = [
        half @ components[values >= least].T.astype(np.float32)
        for half, (_, values, components) in zip(halves, found, strict=True)
    ]
    lengths = np.sqrt(sum((part**2).sum(axis=1, keepdims=True) for part in parts))
    even, odd = (part / np.maximum(lengths, np.finfo(np.float32).tiny) for part in parts)
    return even, odd


def _closest(parts: tuple[Array, Array], start: int) -> list[tuple[int, int]]:
    """Return the few films closest to each film of a block, as pairs.

    The sums of the two products with either sign say how alike two films are as they are,
    mirrored, inverted and both.
    """
    own = [part[start : start + _BLOCK] for part in parts]
    found = []
    # So few columns at a time that the products stay in the processor's cache.
    for first in range(0, len(parts[0]), _COLUMNS):
        even, odd = (
            mine @ part[first : first + _COLUMNS].T for mine, part in zip(own, parts, strict=True)
        )
        most = np.abs(even)
        most += np.abs(odd)
        near = np.flatnonzero(most >= _CANDIDATE)
        rows, columns = np.divmod(near, even.shape[1])
        found.append((rows, columns + first, even.ravel()[near], odd.ravel()[near]))
    rows, columns, even, odd = (np.concatenate(each) for each in zip(*found, strict=True))
    straight = even + odd
    turned = np.maximum(np.abs(even - odd), -straight)
    pairs: list[tuple[int, int]] = []
    for alike, count in ((straight, _CLOSEST), (turned, _CLOSEST_TURNED)):
        near = np.flatnonzero((alike >= _CANDIDATE) & (columns != rows + start))
        near = near[np.lexsort((-alike[near], rows[near]))]
        rank = np.arange(len(near)) - np.searchsorted(rows[near], rows[near])
        near = near[rank < count]
        pairs += zip((rows[near] + start).tolist(), columns[near].tolist(), strict=True)
    return list(dict.fromkeys(pairs))


def _turns(parts: tuple[Array, Array], one: int, other: int) -> list[tuple[bool, bool]]:
    """Return in which ways one film may be the other: inverted, mirrored; the likeliest first."""
    even, odd = (float(part[one] @ part[other]) for part in parts)
    ways = {
        (inverted, mirrored): (-1 if inverted else 1) * (even - odd if mirrored else even + odd)
        for inverted in (False, True)
        for mirrored in (False, True)
    }
    likely = [way for way, alike in ways.items() if alike >= _CANDIDATE]
    return sorted(likely, key=lambda way: -ways[way])


def _is_copy(one: Array, other: Array, turns: Sequence[tuple[bool, bool]]) -> bool:
    for inverted, mirrored in turns:
        turned = 255 - other if inverted else other
        turned = turned[:, ::-1].copy() if mirrored else turned
        if likeness(one, turned) >= _SAME:
            return True
    return False


def _unit(rows: Array) -> Array:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Array = (rows / np.maximum(lengths, np.finfo(np.float32).tiny)).astype(np.float32)
    return scaled
