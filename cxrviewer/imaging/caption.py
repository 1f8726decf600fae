"""The notice, and what warns about an answer, burned into the lower edge of a picture."""

import textwrap

import numpy as np

from cxrviewer.core.film import Array

# Shares of the picture: the text's greatest height, and how far it may stretch.
_HEIGHT = 0.014
_WIDTH = 0.96
_MARGIN = 0.01
_LINE = 1.8  # of the text's height
_LETTERS = 80
_WHITE = 255


def burn_in(picture: Array, text: str) -> Array:
    """Return a copy of a picture with a text at its lower left.

    Parameters
    ----------
    picture
        uint8, (rows, columns, 3).
    text
        Lines, long ones are broken; letters other than ASCII become question marks.

    Returns
    -------
    uint8, same shape; nothing above the text is changed.
    """
    import cv2

    rows, columns = picture.shape[:2]
    font = cv2.FONT_HERSHEY_SIMPLEX
    plain = text.encode("ascii", "replace").decode()
    lines = [part for line in plain.splitlines() for part in textwrap.wrap(line, _LETTERS)]
    sizes = [cv2.getTextSize(line, font, 1.0, 1) for line in lines]
    width, height = (max(size[0][axis] for size in sizes) for axis in (0, 1))
    below = max(size[1] for size in sizes)
    scale = min(_WIDTH * columns / width, max(_HEIGHT * rows, 8.0) / height)
    margin = max(1, round(_MARGIN * rows))
    foot = rows - margin - round(below * scale / 2)
    letters = np.zeros((rows, columns), dtype=np.uint8)
    for place, line in enumerate(reversed(lines)):
        origin = (margin, foot - round(place * _LINE * height * scale))
        cv2.putText(letters, line, origin, font, scale, _WHITE, 1, cv2.LINE_AA)
    # Grown from the letters: thicker ones would be wider too, and stand beside them.
    outline = cv2.dilate(letters, np.ones((3, 3), np.uint8), iterations=max(1, round(scale)))
    top = int(outline.any(axis=1).argmax())
    shade = 1.0 - outline[top:, :, None] / np.float32(_WHITE)
    burned = picture.copy()
    burned[top:] = np.rint(np.maximum(burned[top:] * shade, letters[top:, :, None]))
    return burned
