"""Films changed on purpose to fit a gate: as other machines would make them, and as none should.

All functions take greys 0..1, float32, (height, width), and a random generator, and return the
same.
"""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from cxrviewer.core.film import Array
from cxrviewer.learning.familiarity import INVERTED, OTHER, TURNED, UPSIDE_DOWN

View = Callable[[Array, np.random.Generator], Array]


def elsewhere(grey: Array, random: np.random.Generator, *, strength: float = 1.0) -> Array:
    """Return a proper film as another machine, archive or hand would give it.

    One to four of: coarser grid, compression, gamma, contrast, crop, border, tilt, noise, blur; at
    strength 2 each goes twice as far.
    """
    count = int(random.integers(1, 4 + (strength > 1)))
    for place in random.permutation(len(_CHANGES))[:count]:
        grey = _CHANGES[place](grey, random, strength)
    return np.clip(grey, 0, 1).astype(np.float32)


def _compressed(grey: Array, random: np.random.Generator, strength: float) -> Array:
    quality = int(random.uniform(30, 90) / strength)
    _, coded = cv2.imencode(".jpg", _bytes(grey), [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE)
    return np.asarray(decoded, dtype=np.float32) / 255


def _coarser(grey: Array, random: np.random.Generator, strength: float) -> Array:
    share = random.uniform(0.5, 1.0) / (1 + 0.4 * (strength - 1))
    height, width = (max(16, round(side * share)) for side in grey.shape)
    small = cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA)
    return _sized(small, grey)


def _bent(grey: Array, random: np.random.Generator, strength: float) -> Array:
    return np.asarray(np.clip(grey, 0, 1) ** np.exp(random.uniform(-0.35, 0.35) * strength))


def _contrasted(grey: Array, random: np.random.Generator, strength: float) -> Array:
    slope = np.exp(random.uniform(-0.25, 0.25) * strength)
    shifted = (grey - 0.5) * slope + 0.5 + random.uniform(-0.08, 0.08) * strength
    return np.asarray(np.clip(shifted, 0, 1))


def _cropped(grey: Array, random: np.random.Generator, strength: float) -> Array:
    top, bottom, left, right = _margins(grey, random, strength)
    return _sized(grey[top:bottom, left:right], grey)


def _bordered(grey: Array, random: np.random.Generator, strength: float) -> Array:
    top, bottom, left, right = _margins(grey, random, strength)
    framed = np.zeros_like(grey)
    inner = (right - left, bottom - top)
    framed[top:bottom, left:right] = cv2.resize(grey, inner, interpolation=cv2.INTER_AREA)
    return framed


def _tilted(grey: Array, random: np.random.Generator, strength: float) -> Array:
    height, width = grey.shape
    angle = random.uniform(-6, 6) * strength
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    return np.asarray(cv2.warpAffine(grey, turn, (width, height), borderMode=cv2.BORDER_REPLICATE))


def _noisy(grey: Array, random: np.random.Generator, strength: float) -> Array:
    return grey + random.normal(0, random.uniform(0, 0.025) * strength, grey.shape)


def _blurred(grey: Array, random: np.random.Generator, strength: float) -> Array:
    wide = random.uniform(0.2, 0.75) * strength * grey.shape[0] / 224
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), wide))


_CHANGES: tuple[Callable[[Array, np.random.Generator, float], Array], ...] = (
    _compressed,
    _coarser,
    _bent,
    _contrasted,
    _cropped,
    _bordered,
    _tilted,
    _noisy,
    _blurred,
)


def _shuffled(grey: Array, random: np.random.Generator) -> Array:
    """Cut a film into squares and lay them in another order."""
    count = int(random.integers(3, 6))
    side = min(grey.shape) // count
    cells = [(row, column) for row in range(count) for column in range(count)]
    mixed = np.zeros((side * count, side * count), dtype=np.float32)
    for (row, column), place in zip(cells, random.permutation(len(cells)), strict=True):
        y, x = cells[place]
        mixed[row * side : (row + 1) * side, column * side : (column + 1) * side] = grey[
            y * side : (y + 1) * side, x * side : (x + 1) * side
        ]
    return _sized(mixed, grey)


def _part(grey: Array, random: np.random.Generator) -> Array:
    """Show a small part of a film, as bone and belly films are parts of a body."""
    height, width = (max(8, int(side * random.uniform(0.15, 0.45))) for side in grey.shape)
    y = int(random.integers(0, grey.shape[0] - height))
    x = int(random.integers(0, grey.shape[1] - width))
    return _sized(grey[y : y + height, x : x + width], grey)


def _side(grey: Array, random: np.random.Generator) -> Array:
    """Show one lung alone, which is what a film has in common with one from the side."""
    width = int(grey.shape[1] * random.uniform(0.42, 0.55))
    left = 0 if random.random() < 0.5 else grey.shape[1] - width
    return _sized(grey[:, left : left + width], grey)


def _clouds(grey: Array, random: np.random.Generator) -> Array:
    """Draw noise whose power falls with frequency, from white noise to soft clouds."""
    rows, columns = (np.fft.fftfreq(side) for side in grey.shape)
    radius = np.hypot(rows[:, None], columns[None])
    radius[0, 0] = 1
    spectrum = np.fft.fft2(random.normal(size=grey.shape)) / radius ** random.uniform(0, 2.5)
    drawn = np.real(np.fft.ifft2(spectrum))
    return np.asarray((drawn - drawn.min()) / (np.ptp(drawn) + 1e-9), dtype=np.float32)


def _shapes(grey: Array, random: np.random.Generator) -> Array:
    """Draw patches, boxes, ellipses and lines."""
    cells = random.random((int(random.integers(1, 12)),) * 2).astype(np.float32)
    how = (cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC)[random.integers(3)]
    drawn = cv2.resize(cells, grey.shape[::-1], interpolation=how)
    for _ in range(int(random.integers(0, 9))):
        _FIGURES[random.integers(len(_FIGURES))](drawn, random)
    return drawn + random.normal(0, random.uniform(0, 0.08), grey.shape)


def _box(drawn: Array, random: np.random.Generator) -> None:
    start, end = _places(drawn, random)
    cv2.rectangle(drawn, start, end, random.random(), -1)


def _ellipse(drawn: Array, random: np.random.Generator) -> None:
    centre, axes = _places(drawn, random)
    cv2.ellipse(drawn, centre, axes, random.uniform(0, 180), 0, 360, random.random(), -1)


def _line(drawn: Array, random: np.random.Generator) -> None:
    start, end = _places(drawn, random)
    wide = int(random.integers(1, 1 + max(1, min(drawn.shape) // 18)))
    cv2.line(drawn, start, end, random.random(), wide)


_FIGURES = (_box, _ellipse, _line)


def _places(drawn: Array, random: np.random.Generator) -> tuple[tuple[int, int], tuple[int, int]]:
    one, other = random.integers(1, min(drawn.shape), (2, 2)).tolist()
    return (one[0], one[1]), (other[0], other[1])


def _turned(grey: Array, random: np.random.Generator) -> Array:
    way = random.integers(3)
    return _sized(grey.T if way == 2 else np.rot90(grey, 1 + 2 * int(way)), grey)


def _upside_down(grey: Array, random: np.random.Generator) -> Array:
    return grey[::-1] if random.random() < 0.5 else grey[::-1, ::-1]


def _inverted(grey: Array, _random: np.random.Generator) -> Array:
    return 1 - grey


# Kind -> what makes a picture of that kind out of a proper film.
WRONG: tuple[tuple[str, View], ...] = (
    (TURNED, _turned),
    (UPSIDE_DOWN, _upside_down),
    (INVERTED, _inverted),
    (OTHER, _shuffled),
    (OTHER, _part),
    (OTHER, _side),
    (OTHER, _clouds),
    (OTHER, _shapes),
)


def wrong(grey: Array, random: np.random.Generator, which: int) -> tuple[Array, str]:
    """Return a picture that is no proper film, and its kind; `which` goes round `WRONG`."""
    kind, make = WRONG[which % len(WRONG)]
    made = make(elsewhere(grey, random) if random.random() < 0.7 else grey, random)
    return np.ascontiguousarray(np.clip(made, 0, 1), dtype=np.float32), kind


def _margins(
    grey: Array, random: np.random.Generator, strength: float
) -> tuple[int, int, int, int]:
    """Return top, bottom, left and right of what is kept, up to 8 % taken off a side."""
    height, width = grey.shape
    top, bottom, left, right = random.uniform(0, 0.08, 4) * strength
    return (
        int(top * height),
        height - int(bottom * height),
        int(left * width),
        width - int(right * width),
    )


def _sized(grey: Any, like: Array) -> Array:
    """Stretch to the size of another film."""
    shape = like.shape[::-1]
    stretched = cv2.resize(np.ascontiguousarray(grey), shape, interpolation=cv2.INTER_LINEAR)
    return np.asarray(stretched)


def _bytes(grey: Array) -> Array:
    return np.round(np.clip(grey, 0, 1) * 255).astype(np.uint8)
