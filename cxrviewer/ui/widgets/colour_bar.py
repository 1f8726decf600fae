"""The heat map's scale: colours from 0 to 1 over grey, with numbers."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cxrviewer.core.film import Array
from cxrviewer.imaging import colormap
from cxrviewer.ui import theme
from cxrviewer.ui.qimage import layer_image, premultiplied_table

_BAR = 12
_HEIGHT = 32


class ColourBar(QWidget):
    """Shows the colours of the heat map at the chosen opacity."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("colour_bar")
        self.setAccessibleName(self.tr("Scale of the heat map, 0 to 1"))
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pixels: Array | None = None
        self._opacity = 1.0

    def set_opacity(self, opacity: float) -> None:
        """Set how much of the film's grey shows through, 0..1."""
        self._opacity = opacity
        self.update()

    def sizeHint(self) -> QSize:
        """Return the bar's size."""
        return QSize(200, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the bar over mid grey, and its numbers."""
        painter = QPainter(self)
        bar = QRectF(0, 0, self.width(), _BAR)
        painter.fillRect(bar, theme.colour("disabled"))
        if self.isEnabled():
            painter.setOpacity(self._opacity)
            painter.drawImage(bar, layer_image(self._colours()))
            painter.setOpacity(1.0)
        painter.setPen(theme.colour("muted" if self.isEnabled() else "disabled"))
        painter.setFont(theme.tabular(self.font(), pixels=12))
        below = QRectF(0, _BAR + 2, self.width(), _HEIGHT - _BAR - 2)
        for text, side in (
            ("0", Qt.AlignmentFlag.AlignLeft),
            ("0.5", Qt.AlignmentFlag.AlignHCenter),
            ("1", Qt.AlignmentFlag.AlignRight),
        ):
            painter.drawText(below, side | Qt.AlignmentFlag.AlignTop, text)

    def _colours(self) -> Array:
        # Made at the first map: making them loads cv2, and the window is to be there first.
        if self._pixels is None:
            table = premultiplied_table(colormap.heat_colours())
            self._pixels = np.ascontiguousarray(table.reshape(1, -1))
        return self._pixels
