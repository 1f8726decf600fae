"""The two layers of a film view, the film and its heat map, at device pixels and cached.

The stored codes of the visible part are resampled once for a zoom and pan; a step of the
window is then one table lookup, and a step of the opacity touches no pixel at all.
"""

from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from cxrviewer.core.analysis import HeatMap
from cxrviewer.core.film import Array, Film, Voi
from cxrviewer.imaging import colormap, display, overlay
from cxrviewer.ui.qimage import grey_image, layer_image, premultiplied_table
from cxrviewer.ui.widgets.view_transform import ViewTransform

# From here on a film pixel is so large that its own square says more than a smooth ramp.
_SQUARES_FROM = 8.0
# A heat map is sampled beyond the view, for later pans, while the whole is at most this larger.
_WHOLE = 2.0


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


@dataclass(frozen=True, kw_only=True)
class HeatPlace:
    """A part of the film, in film pixels, and its size in device pixels (rows, columns)."""

    region: tuple[float, float, float, float]
    shape: tuple[int, int]


@dataclass(frozen=True, kw_only=True, eq=False)
class HeatLayer:
    """A heat map drawn for a part of the film; `pixels` holds the image's memory."""

    heat_map: HeatMap
    place: HeatPlace
    pixels: Array
    image: QImage


class FilmLayers:
    """Draws one film and one heat map for a view."""

    def __init__(self, film: Film) -> None:
        self._film = film
        self._shrunk: Array | None = None
        self._patch: tuple[ViewTransform, Patch | None] | None = None
        self._grey: tuple[object, Array, QImage] | None = None
        self._heat: HeatLayer | None = None

    @property
    def film(self) -> Film:
        """The film that is drawn."""
        return self._film

    def prepare(self, width: int, height: int) -> None:
        """Draw the film fitted into a view of this size, so that its first paint is quick."""
        view = whole_view(self._film, width=width, height=height)
        chain = self._film.chain
        self.film_image(view, voi=chain.voi, inverted=chain.inverted)

    def patch(self, view: ViewTransform) -> Patch | None:
        """Resample the visible part, or return None where the film is out of sight."""
        if self._patch is None or self._patch[0] != view:
            made = self._shrink(view) if _shrinks(view) else self._magnify(view)
            self._patch = (view, made)
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

    def heat_image(self, view: ViewTransform, heat_map: HeatMap) -> tuple[QImage, QRectF] | None:
        """Return the heat map's layer at full opacity, and the part of it that is in sight.

        That part stands at the patch's place.
        """
        patch, place = self.patch(view), self.heat_place(view)
        if patch is None or place is None:
            return None
        if self._heat is None or self._heat.place != place or self._heat.heat_map is not heat_map:
            self._heat = draw_heat(heat_map, place)
        rows, columns = patch.codes.shape
        seen = QRectF(0, 0, columns, rows)
        if place.region != patch.region:
            seen.moveTo(patch.left - round(view.x), patch.top - round(view.y))
        return self._heat.image, seen

    def heat_place(self, view: ViewTransform) -> HeatPlace | None:
        """Return the part a heat map is to be drawn for; None where the film is out of sight.

        While it is not much larger than the view, that is the whole film, so that a pan only
        cuts another part.
        """
        patch, whole = self.patch(view), self._shrunk
        if patch is None:
            return None
        rows, columns = patch.codes.shape
        if whole is not None and _shrinks(view) and whole.size <= _WHOLE * patch.codes.size:
            region = (0.0, 0.0, float(self._film.rows), float(self._film.columns))
            rows, columns = whole.shape
        else:
            region = patch.region
        return HeatPlace(region=region, shape=(rows, columns))

    def take_heat(self, layer: HeatLayer | None) -> None:
        """Keep a heat map that was drawn ahead of its first paint."""
        self._heat = layer

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


def whole_view(film: Film, *, width: int, height: int) -> ViewTransform:
    """Return the place of a film fitted into a view, device px."""
    return ViewTransform(
        columns=film.columns,
        rows=film.rows,
        aspect=film.spacing.row / film.spacing.column,
        width=max(width, 1),
        height=max(height, 1),
    ).fitted()


def _shrinks(view: ViewTransform) -> bool:
    return max(view.scale, view.scale_y) <= 1.0


def draw_heat(heat_map: HeatMap, place: HeatPlace) -> HeatLayer:
    """Draw a heat map for a part of the film, at full opacity."""
    import cv2

    rows, columns = place.shape
    heat = overlay.heat_in_view(heat_map, view=place.region, rows=rows, columns=columns)
    level: Array = cv2.convertScaleAbs(heat, alpha=255)
    pixels = premultiplied_table(colormap.heat_colours()).take(level)
    return HeatLayer(heat_map=heat_map, place=place, pixels=pixels, image=layer_image(pixels))
