"""The notice burned into the lower edge of an exported picture."""

from cxrviewer.core.film import Array

# Shares of the picture: the text's greatest height, and how far it may stretch.
_HEIGHT = 0.014
_WIDTH = 0.96
_MARGIN = 0.01
_WHITE = (255, 255, 255)
_BLACK = (0, 0, 0)


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
    stroke = max(1, round(scale))
    margin = max(1, round(_MARGIN * rows))
    origin = (margin, rows - margin - round(below * scale / 2))
    burned = picture.copy()
    for colour, thickness in ((_BLACK, stroke + 2), (_WHITE, stroke)):
        cv2.putText(burned, text, origin, font, scale, colour, thickness, cv2.LINE_AA)
    return burned
