"""The pictures of a report as the window shows them, made off the window's thread.

OpenCV lets the other threads run meanwhile, which Qt's readers do not.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from cxrviewer.core.errors import DataError
from cxrviewer.core.film import Array

SMALL = QSize(208, 160)
# Drawn this much finer, for dense screens.
_FINER = 2
_DIMMED = 2


@dataclass(frozen=True, kw_only=True, eq=False)
class Figure:
    """One picture, whole and small."""

    name: str
    image: QImage
    small: QImage


def read_figure(file: Path) -> Figure:
    """Read a picture and draw it small, all to one size, so that names stand in one line.

    Small ones are half as bright: their white paper would outshine the films beside them.

    Raises
    ------
    DataError
        If the file is no picture.
    """
    import cv2

    whole = cv2.imread(str(file), cv2.IMREAD_COLOR)
    if whole is None:
        raise DataError(f"The figure {file.name} in {file.parent} cannot be read.")
    pixels = np.ascontiguousarray(whole)
    rows, columns = pixels.shape[:2]
    image = QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_BGR888).copy()
    return Figure(name=file.stem.replace("_", " "), image=image, small=_small(pixels))


def _small(pixels: Array) -> QImage:
    import cv2

    width, height = SMALL.width() * _FINER, SMALL.height() * _FINER
    rows, columns = pixels.shape[:2]
    scale = min(width / columns, height / rows)
    size = max(round(columns * scale), 1), max(round(rows * scale), 1)
    shrunk = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) // _DIMMED
    canvas = np.zeros((height, width, 4), dtype=np.uint8)
    top, left = (height - size[1]) // 2, (width - size[0]) // 2
    place = canvas[top : top + size[1], left : left + size[0]]
    place[..., :3], place[..., 3] = shrunk, 255
    small = QImage(canvas.data, width, height, 4 * width, QImage.Format.Format_ARGB32).copy()
    small.setDevicePixelRatio(_FINER)
    return small
