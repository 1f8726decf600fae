"""Arrays to `QImage` and back, at the edge where pixels are painted."""

import numpy as np
from PySide6.QtGui import QImage

from cxrviewer.core.film import Array


def grey_image(grey: Array) -> QImage:
    """Wrap greys as an image.

    Parameters
    ----------
    grey
        uint8, (rows, columns), contiguous. The image shares its memory, so the caller keeps
        the array as long as the image.
    """
    rows, columns = grey.shape
    return QImage(grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8)


def premultiplied_table(colours: Array) -> Array:
    """Turn straight-alpha colours into pixel values of a premultiplied image.

    Parameters
    ----------
    colours
        uint8, (n, 4), red, green, blue, alpha.

    Returns
    -------
    uint32, (n,), 0xAARRGGBB.
    """
    wide = colours.astype(np.uint32)
    alpha = wide[:, 3]
    red, green, blue = ((wide[:, i] * alpha + 127) // 255 for i in range(3))
    return alpha << 24 | red << 16 | green << 8 | blue


def layer_image(pixels: Array) -> QImage:
    """Wrap premultiplied pixel values as an image.

    Parameters
    ----------
    pixels
        uint32, (rows, columns), 0xAARRGGBB, contiguous; kept by the caller as above.
    """
    rows, columns = pixels.shape
    return QImage(
        pixels.data, columns, rows, columns * 4, QImage.Format.Format_ARGB32_Premultiplied
    )


def rgb_array(image: QImage) -> Array:
    """Copy an image out.

    Returns
    -------
    uint8, (rows, columns, 3), red, green, blue.
    """
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(plain.constBits(), dtype=np.uint8)
    lines = flat.reshape(plain.height(), plain.bytesPerLine())[:, : plain.width() * 3]
    return lines.reshape(plain.height(), plain.width(), 3).copy()
