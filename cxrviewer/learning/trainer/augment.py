"""Augmented views of a film, drawn at random but the same whenever they are drawn.

The generator of a view is seeded by the run's seed, the film's own pixels and the number of the
view, so a view depends neither on the order nor on which films surround it.
"""

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.random import Generator

from cxrviewer.core.film import Array
from cxrviewer.learning.preprocess import unit
from cxrviewer.learning.trainer.gate_views import elsewhere

Shape = tuple[int, ...]
# Films as other machines would give them, to measure on and not to learn from.
ELSEWHERE = "elsewhere"
# Raised whenever a scheme draws other views: those kept from before are drawn anew.
VERSION = 2
# Degrees either way.
_BALANCE_TURN, _SMALL_TURN, _ROBUST_TURN = 20.0, 10.0, 7.0
_AREA = (0.08, 1.0)
_ASPECT = (5 / 8, 8 / 5)
# Share of the film at each edge where no part has its centre.
_CHEST = 0.25
_JITTER = 0.3
_GAMMA_SHARE, _GAMMA = 0.5, 0.4
# Share of the view's side that is left of its resolution.
_COARSE_SHARE, _COARSE = 0.5, (0.35, 1.0)
_BLUR_SHARE, _BLUR = 0.3, (0.3, 1.5)
_NOISE_SHARE, _NOISE = 0.3, (0.0, 0.06)
_JPEG_SHARE, _JPEG = 0.5, (30, 95)


@dataclass(frozen=True, kw_only=True)
class Views:
    """How the views of films are drawn.

    Attributes
    ----------
    scheme
        Key of `SCHEMES`, `ELSEWHERE`, or `none`.
    seed
        Of the run.
    side
        px, height and width of a view; 0 for those of the film as it is.
    """

    scheme: str
    seed: int
    side: int = 0

    def of(self, levels: Array, view: int, *, mirrored: bool = False) -> Array:
        """Return one view of a film; view 0 is the film as it is.

        Parameters
        ----------
        levels
            uint16, (height, width), 0 black .. 65535 white.
        mirrored
            The view may be flipped left to right.

        Returns
        -------
        float32, (3, height, width), greys 0 black .. 1 white; three equal channels unless the
        scheme tints.
        """
        if view == 0:
            return _grey(unit(levels))
        own = hashlib.blake2b(np.ascontiguousarray(levels).data, digest_size=8).digest()
        generator = np.random.default_rng((self.seed, int.from_bytes(own, "little"), view))
        shape = (self.side, self.side) if self.side else levels.shape
        if self.scheme == ELSEWHERE:
            # Every other view goes twice as far.
            return _grey(elsewhere(unit(levels), generator, strength=2.0 - view % 2))
        return SCHEMES[self.scheme](levels, generator, mirrored, shape)


def _balance(levels: Array, generator: Generator, mirrored: bool, shape: Shape) -> Array:
    """Return a view of P0's scenario 2: turned, other contrast and brightness, tinted.

    References
    ----------
    Patadia, Patel, Tan; hue and saturation in 8-bit HSV units (hue 0..179).
    """
    place = _Place(turn=generator.uniform(-_BALANCE_TURN, _BALANCE_TURN))
    place = place.flipped(across=mirrored and generator.random() < 0.5)
    contrast, brightness = 1 + generator.uniform(-0.1, 0.1, 2)
    grey = place.of(levels, shape)
    grey = (grey - grey.mean()) * np.float32(contrast) + grey.mean()
    grey = np.clip(grey * np.float32(brightness), 0, 1)
    gains = _tint(hue=generator.uniform(-10, 10), saturation=generator.uniform(-20, 20))
    tinted: Array = grey[None] * gains[:, None, None]
    return tinted


def _turn(levels: Array, generator: Generator, mirrored: bool, shape: Shape) -> Array:
    """Return a view of P4's scheme: upside down at random, and turned a little.

    References
    ----------
    Chambers, Sharma, Liu.
    """
    place = _Place(turn=generator.uniform(-_SMALL_TURN, _SMALL_TURN))
    place = place.flipped(
        down=generator.random() < 0.5, across=mirrored and generator.random() < 0.5
    )
    return _grey(place.of(levels, shape))


def _robust(levels: Array, generator: Generator, mirrored: bool, shape: Shape) -> Array:
    """Return a view as another machine might take and store it.

    Part of the film, of any size and nearly any shape, a little turned; other gamma, contrast
    and brightness; at times noisy, of less resolution, blurred or compressed. Grain and sharpness
    are a machine's own and part normal films from others in many a set, so no view keeps them.
    """
    place = _crop(levels.shape, generator)
    place = place.flipped(across=mirrored and generator.random() < 0.5)
    gamma, contrast, brightness = 1 + generator.uniform(-_JITTER, _JITTER, 3)
    if generator.random() < _GAMMA_SHARE:
        gamma *= math.exp(generator.uniform(-_GAMMA, _GAMMA))
    grey = np.power(place.of(levels, shape), np.float32(gamma))
    grey = (grey - grey.mean()) * np.float32(contrast) + grey.mean()
    grey = grey * np.float32(brightness)
    if generator.random() < _NOISE_SHARE:
        noise = generator.standard_normal(grey.shape, np.float32)
        grey = grey + np.float32(generator.uniform(*_NOISE)) * noise
    grey = _exposed(grey)
    if generator.random() < _COARSE_SHARE:
        grey = _coarse(grey, generator.uniform(*_COARSE))
    if generator.random() < _BLUR_SHARE:
        grey = cv2.GaussianBlur(grey, (0, 0), generator.uniform(*_BLUR))
    if generator.random() < _JPEG_SHARE:
        grey = _compressed(grey, int(generator.integers(*_JPEG, endpoint=True)))
    return _grey(grey)


SCHEMES: dict[str, Callable[[Array, Generator, bool, Shape], Array]] = {
    "balance": _balance,
    "turn": _turn,
    "robust": _robust,
}


@dataclass(frozen=True)
class _Place:
    """Which part of a film a view shows, and how it lies.

    Attributes
    ----------
    turn
        Degrees, counter-clockwise.
    centre, size
        (x, y) of the part, as shares of the film.
    mirror
        Signs of the two directions.
    """

    turn: float = 0.0
    centre: tuple[float, float] = (0.5, 0.5)
    size: tuple[float, float] = (1.0, 1.0)
    mirror: tuple[int, int] = (1, 1)

    def flipped(self, *, across: bool = False, down: bool = False) -> "_Place":
        mirror = (-1 if across else 1, -1 if down else 1)
        return _Place(self.turn, self.centre, self.size, mirror)

    def of(self, levels: Array, shape: Shape) -> Array:
        """Return the part as a view of a shape, float32 greys; black where it leaves the film."""
        height, width = levels.shape
        rows, columns = shape
        angle = math.radians(self.turn)
        turned = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
        # From a pixel of the view to one of the film.
        steps = np.asarray(self.size) * (width / columns, height / rows)
        matrix = turned * (steps * self.mirror)
        middle = np.array([columns - 1, rows - 1]) / 2
        centre = np.asarray(self.centre) * (width, height) - 0.5
        shift = centre - matrix @ middle
        moved = cv2.warpAffine(
            _smoothed(unit(levels), steps),
            np.column_stack((matrix, shift)),
            (columns, rows),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
        )
        return np.asarray(moved)


def _smoothed(grey: Array, steps: Array) -> Array:
    """Return greys without what pixels so far apart, (x, y), cannot show."""
    # Half a step's blur stands for the area that a step covers.
    across, down = np.sqrt(np.maximum(steps**2 - 1, 0)) / 2
    if across or down:
        return np.asarray(
            cv2.GaussianBlur(grey, (0, 0), sigmaX=max(across, 1e-3), sigmaY=max(down, 1e-3))
        )
    return grey


def _crop(shape: tuple[int, ...], generator: Generator) -> _Place:
    """Draw a part of the film by area and aspect; its centre lies where the chest is."""
    height, width = shape
    area = generator.uniform(*_AREA)
    aspect = math.exp(generator.uniform(*np.log(_ASPECT)))
    # Shares of the film; the aspect is that of the part in pixels.
    across = min(1.0, math.sqrt(area * aspect * height / width))
    down = min(1.0, math.sqrt(area / aspect * width / height))
    return _Place(
        turn=generator.uniform(-_ROBUST_TURN, _ROBUST_TURN),
        centre=(_centre(across, generator), _centre(down, generator)),
        size=(across, down),
    )


def _centre(size: float, generator: Generator) -> float:
    low = max(size / 2, _CHEST)
    return float(generator.uniform(min(low, 0.5), max(1 - low, 0.5)))


def _exposed(grey: Array) -> Array:
    """Return greys within 0..1 of which no more than a tenth became white."""
    # A burnt-out film shows no lung, and no radiographer would keep it. Every fourth pixel tells.
    high = np.percentile(grey[::4, ::4], 90)
    kept: Array = np.clip(grey / np.float32(max(1.0, high)), 0, 1)
    return kept


def _tint(*, hue: float, saturation: float) -> Array:
    """Return the gains of red, green and blue, float32 (3,), for a grey whose hue was 0."""
    depth = max(0.0, saturation) / 255
    sector = (hue % 180) / 30
    away = np.abs((sector - np.array([0.0, 2.0, 4.0]) + 3) % 6 - 3)
    gains: Array = (1 - depth * np.clip(away - 1, 0, 1)).astype(np.float32)
    return gains


def _coarse(grey: Array, share: float) -> Array:
    """Return what is left of a view that once had fewer pixels."""
    height, width = grey.shape
    size = (max(1, round(width * share)), max(1, round(height * share)))
    small = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR))


def _compressed(grey: Array, quality: int) -> Array:
    """Return what a JPEG of this quality keeps."""
    bytes_of = np.rint(grey * 255).astype(np.uint8)
    done, file = cv2.imencode(".jpg", bytes_of, [cv2.IMWRITE_JPEG_QUALITY, quality])
    assert done
    kept = np.asarray(cv2.imdecode(file, cv2.IMREAD_GRAYSCALE), np.float32)
    greys: Array = kept / np.float32(255)
    return greys


def _grey(grey: Array) -> Array:
    return np.broadcast_to(grey, (3, *grey.shape))
