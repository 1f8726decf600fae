"""Where a film stands in its view: pure numbers, no Qt."""

from dataclasses import dataclass, replace

_MAX_SCALE = 64.0
_MIN_OF_FIT = 0.25
_KEPT_IN_VIEW = 64.0


@dataclass(frozen=True, kw_only=True)
class ViewTransform:
    """Maps film pixels to device pixels of the view.

    Both count from the top left edge, so the centre of the first pixel is at (0.5, 0.5).

    Attributes
    ----------
    columns, rows
        Size of the film, px.
    aspect
        Height of a film pixel divided by its width.
    width, height
        Size of the view, device px.
    scale
        Device px per film column.
    x, y
        Place of the film's top left edge in the view, device px.
    """

    columns: int
    rows: int
    aspect: float = 1.0
    width: int = 1
    height: int = 1
    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    @property
    def scale_y(self) -> float:
        """Device px per film row."""
        return self.scale * self.aspect

    @property
    def fit_scale(self) -> float:
        """Largest scale that shows the whole film."""
        return min(self.width / self.columns, self.height / (self.rows * self.aspect))

    def to_film(self, x: float, y: float) -> tuple[float, float]:
        """Return the film position (column, row) under a point of the view."""
        return (x - self.x) / self.scale, (y - self.y) / self.scale_y

    def to_view(self, column: float, row: float) -> tuple[float, float]:
        """Return the point of the view where a film position stands."""
        return column * self.scale + self.x, row * self.scale_y + self.y

    def fitted(self) -> "ViewTransform":
        """Show the whole film, centred."""
        return replace(self, scale=self.fit_scale)._centred()

    def actual(self) -> "ViewTransform":
        """Show one film column on one device pixel; the point in the middle stays there."""
        return self.zoomed(self.width / 2, self.height / 2, factor=1.0 / self.scale)

    def zoomed(self, x: float, y: float, *, factor: float) -> "ViewTransform":
        """Magnify by a factor; the film position under the point (x, y) stays there."""
        least = min(self.fit_scale * _MIN_OF_FIT, 1.0)
        scale = min(max(self.scale * factor, least), max(_MAX_SCALE, self.fit_scale))
        column, row = self.to_film(x, y)
        return replace(self, scale=scale, x=x - column * scale, y=y - row * scale * self.aspect)

    def panned(self, dx: float, dy: float) -> "ViewTransform":
        """Move the film; some of it stays in the view."""
        film_width, film_height = self.columns * self.scale, self.rows * self.scale_y
        return replace(
            self,
            x=min(max(self.x + dx, _KEPT_IN_VIEW - film_width), self.width - _KEPT_IN_VIEW),
            y=min(max(self.y + dy, _KEPT_IN_VIEW - film_height), self.height - _KEPT_IN_VIEW),
        )

    def resized(self, width: int, height: int) -> "ViewTransform":
        """Take a view of another size; the point in the middle stays in the middle."""
        return replace(
            self,
            width=max(width, 1),
            height=max(height, 1),
            x=self.x + (width - self.width) / 2,
            y=self.y + (height - self.height) / 2,
        )

    def _centred(self) -> "ViewTransform":
        return replace(
            self,
            x=(self.width - self.columns * self.scale) / 2,
            y=(self.height - self.rows * self.scale_y) / 2,
        )
