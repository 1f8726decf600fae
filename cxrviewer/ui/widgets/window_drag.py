"""Window and level by drag: pure numbers, no Qt."""

from dataclasses import replace

from cxrviewer.core.film import Film, Table, Voi, Window

FINE, NORMAL, COARSE = 0.1, 1.0, 10.0
_STEPS = 1024
_WIDEST = 16.0


def as_window(voi: Voi) -> Window:
    """Return a window to start dragging from; a VOI LUT gives the range of its input."""
    if isinstance(voi, Table):
        count = len(voi.entries)
        return Window(centre=voi.first + count / 2, width=float(max(count, 1)))
    return voi


def gain(film: Film) -> float:
    """Modality values per screen pixel: the film's range, 2^BitsStored at most, in 1,024 steps."""
    return min(film.chain.full.width, 2.0**film.facts.bits_stored) / _STEPS


def dragged(film: Film, start: Voi, *, dx: float, dy: float, speed: float = NORMAL) -> Window:
    """Return the window after a drag.

    Parameters
    ----------
    start
        What the film was shown with when the drag began.
    dx, dy
        Screen px to the right (wider) and down (lower centre, brighter).
    speed
        `FINE`, `NORMAL` or `COARSE`.
    """
    window, step, full = as_window(start), gain(film) * speed, film.chain.full
    reach = 2.0 * full.width
    lowest = min(full.centre - reach, window.centre)
    highest = max(full.centre + reach, window.centre)
    centre = min(max(window.centre - dy * step, lowest), highest)
    width = min(max(window.width + dx * step, 1.0), max(_WIDEST * full.width, window.width, 1.0))
    return replace(window, centre=centre, width=width, explanation="")
