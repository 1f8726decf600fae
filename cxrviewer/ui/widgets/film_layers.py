"""The two layers of a film view, the film and its heat map, at device pixels and cached.

The stored codes of the visible part are resampled once for a zoom and pan; a step of the
window is then one table lookup, and a step of the opacity touches no pixel at all.
"""

from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from PySide6.QtGui import QImage

from cxrviewer.core.analysis import HeatMap
from cxrviewer.core.film import Array, Film, Voi
from cxrviewer.imaging import colormap, display, overlay
from cxrviewer.ui.qimage import grey_image, layer_image, premultiplied_table
from cxrviewer.ui.widgets.view_transform import ViewTransform

# From here on a film pixel is so large that its own square says more than a smooth ramp.
_SQUARES_FROM = 8.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Patch:
    """The visible part of a film.

    Attributes
    ----------
    codes
        uint8 or uint16, (rows, columns), at device pixels: see `display.codes`.
    left, top
        Place in the view, device px.
    region
        The same part in film pixels: top, left, bottom, right edge.
    """

    codes: Array
    left: int
    top: int
    region: tuple[float, float, float, float]


class FilmLayers:
    """Draws one film and one heat map for a view."""

    def __init__(self, film: Film) -> None:
        self._film = film
        self._shrunk: Array | None = None
        self._patch: tuple[ViewTransform, Patch | None] | None = None
        self._grey: tuple[object, Array, QImage] | None = None
        self._heat: tuple[ViewTransform, HeatMap, Array, QImage] | None = None

    def patch(self, view: ViewTransform) -> Patch | None:
        """Resample the visible part, or return None where the film is out of sight."""
        if self._patch is None or self._patch[0] != view:
            shrinks = max(view.scale, view.scale_y) <= 1.0
            self._patch = (view, self._shrink(view) if shrinks else self._magnify(view))
        return self._patch[1]

    def film_image(self, view: ViewTransform, *, voi: Voi, inverted: bool) -> QImage | None:
        """Return the film's layer at device pixels; it stands at the patch's place."""
        import cv2

        patch = self.patch(view)
        if patch is None:
            return None
        key = (view, voi, inverted)
        if self._grey is None or self._grey[0] != key:
            table = display.grey_table(self._film, voi=voi, inverted=inverted)
            grey = cv2.LUT(patch.codes, table)
            self._grey = (key, grey, grey_image(grey))
        return self._grey[2]

    def heat_image(self, view: ViewTransform, heat_map: HeatMap) -> QImage | None:
        """Return the heat map's layer at full opacity; it stands at the patch's place."""
        patch = self.patch(view)
        if patch is None:
            return None
        if self._heat is None or self._heat[0] != view or self._heat[1] is not heat_map:
            rows, columns = patch.codes.shape
            heat = overlay.heat_in_view(heat_map, view=patch.region, rows=rows, columns=columns)
            index = np.rint(heat * 255.0).astype(np.uint8)
            pixels = premultiplied_table(colormap.heat_colours()).take(index)
            self._heat = (view, heat_map, pixels, layer_image(pixels))
        return self._heat[3]

    def _shrink(self, view: ViewTransform) -> Patch | None:
        """Average the whole film down once a zoom; a pan then only cuts another part."""
        import cv2

        film = self._film
        width = max(round(film.columns * view.scale), 1)
        height = max(round(film.rows * view.scale_y), 1)
        if self._shrunk is None or self._shrunk.shape != (height, width):
            small = cv2.resize(film.stored, (width, height), interpolation=cv2.INTER_AREA)
            self._shrunk = display.codes(small)
        left, top = round(view.x), round(view.y)
        x0, x1 = max(-left, 0), min(view.width - left, width)
        y0, y1 = max(-top, 0), min(view.height - top, height)
        if x0 >= x1 or y0 >= y1:
            return None
        down, across = film.rows / height, film.columns / width
        return Patch(
            codes=self._shrunk[y0:y1, x0:x1],
            left=left + x0,
            top=top + y0,
            region=(y0 * down, x0 * across, y1 * down, x1 * across),
        )

    def _magnify(self, view: ViewTransform) -> Patch | None:
        """Interpolate the visible part only."""
        import cv2

        film, sx, sy = self._film, view.scale, view.scale_y
        x0, x1 = max(floor(view.x + 0.5), 0), min(ceil(view.x + film.columns * sx), view.width)
        y0, y1 = max(floor(view.y + 0.5), 0), min(ceil(view.y + film.rows * sy), view.height)
        if x0 >= x1 or y0 >= y1:
            return None
        left, top = (x0 - view.x) / sx, (y0 - view.y) / sy
        right, bottom = (x1 - view.x) / sx, (y1 - view.y) / sy
        # Cut with a margin for the interpolation; the warp's matrix counts pixel centres.
        c0, r0 = max(floor(left) - 2, 0), max(floor(top) - 2, 0)
        part = film.stored[r0 : ceil(bottom) + 2, c0 : ceil(right) + 2]
        to_film = np.array(
            [
                [1 / sx, 0, left + 0.5 / sx - 0.5 - c0],
                [0, 1 / sy, top + 0.5 / sy - 0.5 - r0],
            ]
        )
        smooth = cv2.INTER_LINEAR if sx < _SQUARES_FROM else cv2.INTER_NEAREST
        codes = cv2.warpAffine(
            part,
            to_film,
            (x1 - x0, y1 - y0),
            flags=smooth | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return Patch(codes=display.codes(codes), left=x0, top=y0, region=(top, left, bottom, right))
