"""The notice burned into the lower edge of an exported picture."""

import numpy as np

from cxrviewer.core.film import Array

# Shares of the picture: the text's greatest height, and how far it may stretch.
_HEIGHT = 0.014
_WIDTH = 0.96
_MARGIN = 0.01
_WHITE = 255


def burn_in(picture: Array, text: str) -> Array:
    """Return a copy of a picture with one line of text at its lower left.

    Parameters
    ----------
    picture
        uint8, (rows, columns, 3).
    text
        ASCII.

    Returns
    -------
    uint8, same shape; nothing above the line is changed.
    """
    import cv2

    rows, columns = picture.shape[:2]
    font = cv2.FONT_HERSHEY_SIMPLEX
    (width, height), below = cv2.getTextSize(text, font, 1.0, 1)
    scale = min(_WIDTH * columns / width, max(_HEIGHT * rows, 8.0) / height)
    margin = max(1, round(_MARGIN * rows))
    origin = (margin, rows - margin - round(below * scale / 2))
    letters = np.zeros((rows, columns), dtype=np.uint8)
    cv2.putText(letters, text, origin, font, scale, _WHITE, 1, cv2.LINE_AA)
    # Grown from the letters: thicker ones would be wider too, and stand beside them.
    outline = cv2.dilate(letters, np.ones((3, 3), np.uint8), iterations=max(1, round(scale)))
    top = int(outline.any(axis=1).argmax())
    shade = 1.0 - outline[top:, :, None] / np.float32(_WHITE)
    burned = picture.copy()
    burned[top:] = np.rint(np.maximum(burned[top:] * shade, letters[top:, :, None]))
    return burned
