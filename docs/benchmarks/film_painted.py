"""From drop to painted film, beside a bare decode and windowing in one process.

Needs a display: `xvfb-run -a -s "-screen 0 1920x1200x24" python docs/benchmarks/film_painted.py`.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pydicom
from measuring import milliseconds, record, seconds
from pydicom.uid import ExplicitVRLittleEndian, JPEG2000Lossless
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication

from cxrviewer.core.settings import Settings
from cxrviewer.imaging.phantom import write_phantom
from cxrviewer.ui import theme
from cxrviewer.ui.lasting_none import keep_none
from cxrviewer.ui.main_window import MainWindow

_SIDE = 3000
_ROUNDS = 15
_ALLOWED_RATIO, _ALLOWED_MS = 1.3, 30.0


def bare(path: Path) -> None:
    """Decode with pydicom and window the whole film to 8 bits, nothing else."""
    dataset = pydicom.dcmread(path)
    pixels = dataset.pixel_array
    centre, width = float(dataset.WindowCenter), float(dataset.WindowWidth)
    values = np.arange(65536, dtype=np.float64)
    table = np.clip(((values - centre + 0.5) / (width - 1) + 0.5) * 255, 0, 255)
    cv2.LUT(pixels, table.astype(np.uint8))


def painted(window: MainWindow, path: Path) -> float:
    """Seconds from the drop of a file to the end of the paint that shows it."""
    loop = QEventLoop()
    ended: list[float] = []

    def shown(_film: object) -> None:
        window.viewer.film_view.repaint()
        ended.append(time.perf_counter())
        loop.quit()

    window.viewer.film_shown.connect(shown)
    begun = time.perf_counter()
    window.open_films([path])
    loop.exec()
    window.viewer.film_shown.disconnect(shown)
    return ended[0] - begun


def settled(window: MainWindow, wanted: Callable[[MainWindow], Any]) -> None:
    """Let the window work until a condition holds."""
    while not wanted(window):
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "xcb")
    keep_none()
    rows = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        os.environ["CXRVIEWER_HOME"] = str(folder / "home")
        app = QApplication([])
        theme.apply(app)
        window = MainWindow(Settings())
        window.resize(1600, 1200)
        window.show()
        settled(window, lambda w: w.viewer.session.ready is not None)
        for name, syntax in (
            ("uncompressed", ExplicitVRLittleEndian),
            ("JPEG 2000", JPEG2000Lossless),
        ):
            source = folder / f"{syntax}.dcm"
            write_phantom(source, transfer_syntax=syntax, rows=_SIDE, columns=_SIDE)
            ours, simple = [], []
            for i in range(-2, _ROUNDS):
                copy = shutil.copy(source, folder / f"{syntax}-{i}.dcm")
                spent = seconds(lambda copy=copy: bare(copy))
                mine = painted(window, copy)
                # The analysis of this film must not slow the next round.
                settled(window, lambda w: w.viewer.findings.analysis is not None)
                if i >= 0:
                    simple.append(spent)
                    ours.append(mine)
            limit = _ALLOWED_RATIO * milliseconds(simple) + _ALLOWED_MS
            rows.append(
                {
                    "film": f"{_SIDE} x {_SIDE}, 16 bit, {name}",
                    "drop to paint ms": round(milliseconds(ours), 1),
                    "bare ms": round(milliseconds(simple), 1),
                    "ratio": round(milliseconds(ours) / milliseconds(simple), 2),
                    "must reach ms": round(limit, 1),
                    "reached": milliseconds(ours) <= limit,
                }
            )
        window.close()
    record("film_painted", rows)


if __name__ == "__main__":
    main()
