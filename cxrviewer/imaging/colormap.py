"""The colours of the heat map."""

from functools import cache

import numpy as np

from cxrviewer.core.film import Array


@cache
def inferno() -> Array:
    """Return the inferno colour map: lightness rises evenly from black to pale yellow.

    Returns
    -------
    Array
        uint8, (256, 3), RGB, read-only.
    """
    import cv2

    ramp = np.arange(256, dtype=np.uint8).reshape(1, -1)
    colours = cv2.applyColorMap(ramp, cv2.COLORMAP_INFERNO)[0, :, ::-1].copy()
    colours.setflags(write=False)
    return np.asarray(colours)


@cache
def heat_colours() -> Array:
    """Return the colours laid over a film; where the model did not look, nothing is laid.

    Returns
    -------
    Array
        uint8, (256, 4), RGB and straight alpha that rises from zero, read-only.
    """
    colours = np.empty((256, 4), dtype=np.uint8)
    colours[:, :3] = inferno()
    colours[:, 3] = np.arange(256)
    colours.setflags(write=False)
    return colours
