"""From film to network input: the one rule that training, prediction and export share."""

from collections.abc import Callable

import numpy as np

from cxrviewer.core.errors import BundleError
from cxrviewer.core.film import Array, Film
from cxrviewer.core.manifest import InputRule
from cxrviewer.imaging import display

Region = tuple[float, float, float, float]

_WHITE = 65_535.0


class Preprocess:
    """Turns films into inputs by one bundle's rule.

    Raises
    ------
    BundleError
        If this program does not know the resize rule.
    """

    def __init__(self, rule: InputRule) -> None:
        if rule.resize not in _RESIZE:
            known = ", ".join(_RESIZE)
            raise BundleError(
                f"The model resizes films by the rule “{rule.resize}”, but this program knows "
                f"{known}; install a newer version."
            )
        self.rule = rule
        self._resize = _RESIZE[rule.resize]
        self._mean = np.asarray(rule.mean, dtype=np.float32).reshape(3, 1, 1)
        self._std = np.asarray(rule.std, dtype=np.float32).reshape(3, 1, 1)

    def greys(self, film: Film) -> Array:
        """Return the film at the input's size, before scaling.

        Returns
        -------
        float32, (height, width), 0 black .. 1 white.
        """
        return unit(self.levels(film))

    def levels(self, film: Film) -> Array:
        """Return the film at the input's size, before scaling, as whole numbers.

        It starts from the greys of the film as first shown: resizing before the display chain
        would average values that a lookup table then bends.

        Returns
        -------
        uint16, (height, width), 0 black .. 65535 white.
        """
        return self._resize(display.render(film, bits=16), self.rule.height, self.rule.width)

    def array(self, film: Film) -> Array:
        """Return the network's input for a film.

        Returns
        -------
        float32, (3, height, width): (grey - mean) / std in each channel.
        """
        return self.scaled(self.greys(film))

    def scaled(self, greys: Array) -> Array:
        """Return the network's input for greys 0..1.

        Parameters
        ----------
        greys
            float32, (..., height, width).

        Returns
        -------
        float32, (..., 3, height, width): (grey - mean) / std in each channel.
        """
        scaled: Array = (greys[..., None, :, :] - self._mean) / self._std
        return scaled

    def region(self, film: Film) -> Region:
        """Return the part of the film the input covers.

        Returns
        -------
        Top, left, bottom and right edge in film pixels; edges, not pixel centres.
        """
        return (0.0, 0.0, float(film.rows), float(film.columns))


def unit(levels: Array) -> Array:
    """Return uint16 levels as greys, float32 of the same shape, 0 black .. 1 white."""
    scaled: Array = levels.astype(np.float32) / np.float32(_WHITE)
    return scaled


def _squash(grey: Array, height: int, width: int) -> Array:
    """Stretch the whole film to the size: area averages where it shrinks, linear where it grows."""
    import cv2

    # OpenCV averages areas only where both directions shrink, so each direction gets its own.
    rows, columns = min(height, grey.shape[0]), min(width, grey.shape[1])
    shrunk = cv2.resize(grey, (columns, rows), interpolation=cv2.INTER_AREA)
    return cv2.resize(shrunk, (width, height), interpolation=cv2.INTER_LINEAR)


_RESIZE: dict[str, Callable[[Array, int, int], Array]] = {"squash": _squash}
