"""Films that are one film twice: encoded anew, resized, brightened, turned, or cropped a little.

Chest films all look alike, so two steps are needed. Each film, as it is and without its margins,
is compared with all others by a descriptor of its local contrasts; the few closest of each film
are then laid over it by an affine map and compared in what both show. On the public sets 89 to 99 %
of the copies cropped by 5 % at every side are found, and 93 to 99 % of those cropped by less at
random; of those that lost 5 % at one side a quarter may be missed, at two that face each other two
thirds. Films of different patients stay below 0.95; another film of the same patient in the same
position reached 0.964. Inverted and mirrored copies are looked for as well, those cropped besides
only by chance.
"""

from collections.abc import Callable, Generator, Sequence

import numpy as np

from cxrviewer.core.film import Array
from cxrviewer.core.progress import BatchDone

SIDE = 64
# Raised whenever films are compared in another way.
VERSION = 2
_DESCRIPTOR_SIDE = 16
LENGTH = _DESCRIPTOR_SIDE**2
_SIGMA = 8.0
# Keeps the noise of even areas from being blown up to contrast.
_FLOOR = 4.0
_COMPONENTS = 64
_SAMPLE = 4096
_CLOSEST, _CLOSEST_TURNED = 3, 1
# Share of each side; alike enough to crops of none to 5 %.
_CROP = 0.035
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
    total = len(descriptors)
    axes = _axes(descriptors)
    parts = _reduced(descriptors, axes)
    whole = np.hstack(parts)
    cropped = np.empty_like(whole)
    for start in range(0, total, _BLOCK):
        block = range(start, min(start + _BLOCK, total))
        inner = np.stack([descriptor(_cropped(picture(film))) for film in block])
        cropped[block.start : block.stop] = np.hstack(_reduced(inner, axes))
        yield BatchDone(stage="comparing", done=0, total=total)
    copies: dict[tuple[int, int], bool] = {}
    once: set[tuple[int, int, bool]] = set()
    for start in range(0, total, _BLOCK):
        straight = [(min(pair), max(pair), False) for pair in _closest(parts, start)]
        # The first film, cropped, is like the second as it is.
        crops = [(one, other, True) for one, other in _nearest(cropped, whole, start)]
        crops += [(one, other, True) for other, one in _nearest(whole, cropped, start)]
        for sight in (*straight, *crops):
            # Copies are among the closest to each other both ways; chance neighbours seldom are.
            if sight not in once:
                once.add(sight)
                continue
            one, other = sorted(sight[:2])
            if (one, other) not in copies:
                turns = _turns(parts, one, other) or [(False, False)]
                copies[one, other] = _is_copy(picture(one), picture(other), turns)
        yield BatchDone(stage="comparing", done=min(start + _BLOCK, total), total=total)
    return [pair for pair, same in copies.items() if same]


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
    both = shared > 0
    both[:_MARGIN] = both[-_MARGIN:] = both[:, :_MARGIN] = both[:, -_MARGIN:] = False
    if both.sum() < _LEAST_SHARED:
        return 0.0
    laid = cv2.warpAffine(
        other, found, one.shape, flags=flags | cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    # Against the neighbours that both show, as a crop takes others away.
    contrasts = [_contrasts(film, shared.astype(np.float32))[both] for film in (one, laid)]
    pair = _unit(np.stack([values - values.mean() for values in contrasts]))
    return float(pair[0] @ pair[1])


def _contrasts(picture: Array, shown: Array | None = None) -> Array:
    """Return each grey against its neighbourhood's mean, in its deviations, float32.

    Parameters
    ----------
    shown
        1 where the picture shows something and 0 elsewhere, float32; all of it if None.
    """
    import cv2

    def sums(values: Array) -> Array:
        blurred: Array = cv2.GaussianBlur(values, (0, 0), _SIGMA)
        return blurred

    def mean(values: Array) -> Array:
        return sums(values) if shown is None else sums(values * shown) / total

    # The places far from all that is shown are never looked at.
    total = 1 if shown is None else np.maximum(sums(shown), np.finfo(np.float32).tiny)
    greys = picture.astype(np.float32)
    rest = greys - mean(greys)
    contrasts: Array = rest / (np.sqrt(mean(rest * rest)) + _FLOOR)
    return contrasts


def _cropped(picture: Array) -> Array:
    """Return a picture without its margins, as large as before."""
    import cv2

    inner = 1 - 2 * _CROP
    edge = _CROP * SIDE + (inner - 1) / 2
    crop = np.array([[inner, 0, edge], [0, inner, edge]], np.float32)
    flags = cv2.WARP_INVERSE_MAP | cv2.INTER_LINEAR
    cropped: Array = cv2.warpAffine(picture, crop, (SIDE, SIDE), flags=flags)
    return cropped


def _halves(descriptors: Array) -> tuple[Array, Array]:
    """Return what a mirror leaves as it is, and that whose sign it turns."""
    grids = descriptors.reshape(-1, _DESCRIPTOR_SIDE, _DESCRIPTOR_SIDE) / np.float32(2**0.5)
    left, right = np.split(grids, 2, axis=2)
    even, odd = ((left + sign * right[:, :, ::-1]).reshape(len(grids), -1) for sign in (1, -1))
    return even, odd


def _axes(descriptors: Array) -> tuple[Array, Array]:
    """Return the main components of the two halves."""
    step = -(-len(descriptors) // _SAMPLE)
    halves = [half.astype(np.float64) for half in _halves(descriptors[::step])]
    found = [np.linalg.eigh(half.T @ half) for half in halves]
    least = np.sort(np.concatenate([powers for powers, _ in found]))[-_COMPONENTS:][0]
    even, odd = (axes[:, powers >= least].astype(np.float32) for powers, axes in found)
    return even, odd


def _reduced(descriptors: Array, axes: tuple[Array, Array]) -> tuple[Array, Array]:
    """Return the descriptors by their main components: a quarter of the numbers to compare.

    The first are those that a mirror leaves as they are, the second those whose sign it turns, so
    that a film and a mirrored one are compared by the same products.
    """
    parts = [half @ axis for half, axis in zip(_halves(descriptors), axes, strict=True)]
    lengths = np.sqrt(sum((part**2).sum(axis=1, keepdims=True) for part in parts))
    even, odd = (part / np.maximum(lengths, np.finfo(np.float32).tiny) for part in parts)
    return even, odd


def _nearest(rows: Array, columns: Array, start: int) -> list[tuple[int, int]]:
    """Return the column of another film that is closest to each row of a block, as pairs."""
    alike = rows[start : start + _BLOCK] @ columns.T
    own = np.arange(len(alike))
    alike[own, own + start] = 0
    closest = alike.argmax(axis=1)
    near = own[alike[own, closest] >= _CANDIDATE]
    return list(zip((near + start).tolist(), closest[near].tolist(), strict=True))


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
