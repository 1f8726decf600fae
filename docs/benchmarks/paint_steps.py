"""One step of the opacity slider and one of the window, film of 3000 x 3000 in 1600 x 1200.

Needs a display: `xvfb-run -a -s "-screen 0 1920x1200x24" python docs/benchmarks/paint_steps.py`.
"""

import os
import tempfile
from pathlib import Path

import cv2
import numpy as np
from measuring import milliseconds, ratio, record, side_by_side
from PySide6.QtWidgets import QApplication

from cxrviewer.core.analysis import HeatMap
from cxrviewer.core.film import Window
from cxrviewer.imaging.phantom import write_phantom
from cxrviewer.imaging.reader import read_film
from cxrviewer.ui import theme
from cxrviewer.ui.lasting_none import keep_none
from cxrviewer.ui.widgets.film_layers import FilmLayers
from cxrviewer.ui.widgets.film_view import FilmView

_SIDE = 3000
_ALLOWED_MS = 8.0


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "xcb")
    keep_none()
    app = QApplication([])
    theme.apply(app)
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "phantom.dcm"
        write_phantom(file, rows=_SIDE, columns=_SIDE)
        film = read_film(file)
    view = FilmView()
    view.resize(1600, 1200)
    view.show()
    view.show_film(FilmLayers(film))
    grid = np.random.default_rng(1).random((7, 7), dtype=np.float32)
    view.show_heat_map(
        HeatMap(
            values=grid,
            region=(0.0, 0.0, float(film.rows), float(film.columns)),
            label="x",
            method="gradcam",
            layer="last",
        )
    )
    view.fit()
    app.processEvents()
    step = iter(range(10**9))
    reference = np.zeros((1200, 1200), dtype=np.uint16)
    table = np.zeros(65536, dtype=np.uint8)

    def opacity() -> None:
        view.set_opacity((next(step) % 99 + 1) / 100)
        view.repaint()

    def window() -> None:
        view.set_voi(Window(centre=1500 + next(step) % 500, width=2000))
        view.repaint()

    def bare() -> None:
        cv2.LUT(reference, table)

    opacity_times, bare_times = side_by_side([opacity, bare], rounds=60)
    view.show_heat_map(None)
    window_times, bare_again = side_by_side([window, bare], rounds=60)
    rows = [
        {
            "step": name,
            "ms": round(milliseconds(times), 2),
            "bare lookup of the pixels ms": round(milliseconds(simple), 2),
            "ratio": round(ratio(times, simple), 1),
            "must reach ms": _ALLOWED_MS,
            "reached": milliseconds(times) <= _ALLOWED_MS,
        }
        for name, times, simple in (
            ("opacity", opacity_times, bare_times),
            ("window/level", window_times, bare_again),
        )
    ]
    record("paint_steps", rows)


if __name__ == "__main__":
    main()
