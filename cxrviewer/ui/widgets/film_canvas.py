"""The film, on pure black, with the heat map over it and texts in its corners."""

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QWidget

from cxrviewer.core.analysis import HeatMap
from cxrviewer.core.film import Film, Voi
from cxrviewer.ui import theme
from cxrviewer.ui.widgets.corner_texts import (
    corner_texts,
    draw_corners,
    draw_letters,
    top_edge,
)
from cxrviewer.ui.widgets.film_layers import FilmLayers, HeatLayer, HeatPlace, whole_view
from cxrviewer.ui.widgets.view_transform import ViewTransform


class FilmCanvas(QWidget):
    """Shows one film.

    Signals
    -------
    changed
        The window, polarity or zoom is another.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("film_view")
        self.setAccessibleName(self.tr("Film"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 240)
        self._film: Film | None = None
        self._layers: FilmLayers | None = None
        self._view: ViewTransform | None = None
        self._fitted = True
        self._voi: Voi | None = None
        self._inverted = False
        self._heat_map: HeatMap | None = None
        self._opacity = 0.4
        self._overlay_on = True
        self._texts_on = True
        self._covered = QRectF()

    @property
    def film(self) -> Film | None:
        """The film on screen."""
        return self._film

    @property
    def voi(self) -> Voi | None:
        """The window or VOI LUT it is shown with."""
        return self._voi

    @property
    def inverted(self) -> bool:
        """Whether the lowest value is white."""
        return self._inverted

    @property
    def transform(self) -> ViewTransform | None:
        """Where the film stands, in device pixels."""
        return self._view

    @property
    def zoom(self) -> float:
        """Device pixels per film column, 0 without a film."""
        return self._view.scale if self._view else 0.0

    @property
    def heat_map(self) -> HeatMap | None:
        """The heat map that is drawn over the film, whatever its opacity."""
        return self._heat_map

    def show_film(self, layers: FilmLayers) -> None:
        """Put a film on screen, fitted, as its file says, without a heat map."""
        film = layers.film
        self._film, self._layers, self._heat_map = film, layers, None
        self.setAccessibleDescription(film.path.name)
        self.reset()

    @property
    def heat_place(self) -> HeatPlace | None:
        """What a heat map would have to be drawn for now."""
        if self._layers is None or self._view is None:
            return None
        return self._layers.heat_place(self._view)

    def show_heat_map(self, heat_map: HeatMap | None, *, drawn: HeatLayer | None = None) -> None:
        """Lay a heat map over the film; one with a flaw is never drawn.

        Parameters
        ----------
        drawn
            The same map, drawn for `heat_place` as it was a moment ago.
        """
        if self._layers is not None:
            self._layers.take_heat(drawn)
        self._heat_map = None if heat_map is not None and heat_map.flaw else heat_map
        self.update()

    def set_opacity(self, opacity: float) -> None:
        """Set how much of the heat map covers the film, 0..1."""
        self._opacity = opacity
        self.update()

    def set_overlay_shown(self, shown: bool) -> None:
        """Draw the heat map or leave it out."""
        self._overlay_on = shown
        self.update()

    def set_texts_shown(self, shown: bool) -> None:
        """Draw the corner texts or leave them out."""
        self._texts_on = shown
        self.update()

    def set_covered(self, covered: QRectF) -> None:
        """Tell what lies over the view's top edge; the texts there begin below it."""
        self._covered = covered
        self.update()

    def set_voi(self, voi: Voi) -> None:
        """Show the film with this window or VOI LUT."""
        self._voi = voi
        self._changed()

    def invert(self) -> None:
        """Swap black and white."""
        self._inverted = not self._inverted
        self._changed()

    def fit(self) -> None:
        """Show the whole film."""
        self._fitted = True
        self._place()

    def show_actual_size(self) -> None:
        """Show one film pixel on one device pixel."""
        if self._view is not None:
            self._move(self._view.actual())

    def zoom_by(self, factor: float) -> None:
        """Magnify by a factor about the middle of the view."""
        if self._view is not None:
            middle = self._view.width / 2, self._view.height / 2
            self._move(self._view.zoomed(*middle, factor=factor))

    def reset(self) -> None:
        """Show the film as it was first shown."""
        if self._film is None:
            return
        self._voi, self._inverted = self._film.chain.voi, self._film.chain.inverted
        self._view = None
        self.fit()

    def _changed(self) -> None:
        self.update()
        self.changed.emit()

    def _move(self, view: ViewTransform) -> None:
        self._view, self._fitted = view, False
        self._changed()

    def _place(self) -> None:
        """Give the film its place in a view of the present size."""
        film = self._film
        if film is None:
            return
        ratio = self.devicePixelRatioF()
        width, height = round(self.width() * ratio), round(self.height() * ratio)
        view = self._view or whole_view(film, width=width, height=height)
        view = view.resized(width, height)
        self._view = view.fitted() if self._fitted else view
        self._changed()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the film fitted, or its middle in the middle."""
        super().resizeEvent(event)
        self._place()

    def event(self, event: QEvent) -> bool:
        """Follow the window to a screen with other device pixels."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._place()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the two layers and the corner texts."""
        painter = QPainter(self)
        try:
            self._paint(painter, event.rect())
        finally:
            # A painter left open by an error would take the whole program down.
            painter.end()

    def _paint(self, painter: QPainter, exposed: QRect) -> None:
        surround = QRegion(exposed)
        if self._film is None or self._layers is None or self._view is None or self._voi is None:
            _blacken(painter, surround)
            return
        patch = self._layers.patch(self._view)
        film = self._layers.film_image(self._view, voi=self._voi, inverted=self._inverted)
        if patch is not None and film is not None:
            ratio = self.devicePixelRatioF()
            place = QPointF(patch.left / ratio, patch.top / ratio)
            film.setDevicePixelRatio(ratio)
            # What the film covers need not be painted black first.
            size = film.deviceIndependentSize()
            covered = QRectF(place, size).toAlignedRect().adjusted(1, 1, -1, -1)
            _blacken(painter, surround.subtracted(QRegion(covered)))
            painter.drawImage(place, film)
            self._paint_heat(painter, place, ratio)
        else:
            _blacken(painter, surround)
        self._paint_texts(painter, self._film, self._voi, zoom=self._view.scale)

    def _paint_texts(self, painter: QPainter, film: Film, voi: Voi, *, zoom: float) -> None:
        if self._texts_on:
            font, area = theme.tabular(self.font(), pixels=12), QRectF(self.rect())
            top = top_edge(area, self._covered)
            draw_corners(painter, area, corner_texts(film, voi=voi, zoom=zoom), font, top=top)
            draw_letters(painter, area, film, font, top_of_view=top)

    def _paint_heat(self, painter: QPainter, place: QPointF, ratio: float) -> None:
        if self._heat_map is None or not self._overlay_on or self._opacity <= 0.0:
            return
        if self._layers is None or self._view is None:
            return
        heat = self._layers.heat_image(self._view, self._heat_map)
        if heat is not None:
            image, seen = heat
            image.setDevicePixelRatio(ratio)
            painter.setOpacity(self._opacity)
            painter.drawImage(place, image, seen)
            painter.setOpacity(1.0)


def _blacken(painter: QPainter, region: QRegion) -> None:
    painter.save()
    painter.setClipRegion(region)
    painter.fillRect(region.boundingRect(), theme.colour("surround"))
    painter.restore()
