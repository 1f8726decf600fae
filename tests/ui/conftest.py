"""Fixtures of the window: an offscreen platform, films on disk, a window that ends cleanly."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cxrviewer.core.analysis import Analysis, HeatMap, Score, Status
from cxrviewer.core.estimate import Estimate
from cxrviewer.core.film import DisplayChain, Facts, Film, Rescale, Spacing, Window
from cxrviewer.core.operating_points import OperatingPoint, UncertainBand
from cxrviewer.core.settings import Settings
from cxrviewer.ui import theme
from cxrviewer.ui.lasting_none import keep_none
from cxrviewer.ui.main_window import MainWindow
from cxrviewer.ui.widgets.film_layers import FilmLayers
from cxrviewer.ui.widgets.film_view import FilmView

keep_none()


@pytest.fixture(autouse=True, scope="module")
def tidied(collected_here: None) -> None:
    """Destroy what is left of windows on this thread alone."""


@pytest.fixture(autouse=True)
def themed(qapp: QApplication) -> None:
    """Give every test the program's own look."""
    # Widgets of earlier tests wait for an event loop to be deleted in; each would be styled anew.
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    theme.apply(qapp)


@pytest.fixture
def make_film() -> Callable[..., Film]:
    """Make a film of random codes."""

    def make(
        *, rows: int = 300, columns: int = 200, bits: int = 12, spacing: Spacing | None = None
    ) -> Film:
        top = 2**bits
        dtype = np.uint16 if bits > 8 else np.uint8
        stored = np.random.default_rng(1).integers(0, top, (rows, columns)).astype(dtype)
        full = Window(centre=top / 2, width=float(top))
        chain = DisplayChain(modality=Rescale(), voi=full, auto=full, full=full)
        return Film(
            path=Path("made.dcm"),
            stored=stored,
            chain=chain,
            facts=Facts(file_format="DICOM", bits_allocated=16, bits_stored=bits),
            spacing=spacing or Spacing(),
        )

    return make


@pytest.fixture
def heat_map() -> HeatMap:
    """A map that is hot in one cell, over a film of 300 x 200."""
    values = np.zeros((7, 7), dtype=np.float32)
    values[2, 3] = 1.0
    return HeatMap(
        values=values, region=(0, 0, 300, 200), label="bacterial", method="gradcam", layer="last"
    )


def _points(label: str) -> tuple[OperatingPoint, ...]:
    rate = Estimate(value=0.9, low=0.8, high=0.95, n=200)
    return tuple(
        OperatingPoint(name=name, label=label, threshold=cut, sensitivity=rate, specificity=rate)
        for name, cut in (("balanced", 0.4), ("screening", 0.1))
    )


@pytest.fixture
def analysis(heat_map: HeatMap) -> Analysis:
    """An answer with a map."""
    return Analysis(
        model="made",
        version="1",
        status=Status.OK,
        scores=(
            Score(label="normal", name="Normal", probability=0.1),
            Score(
                label="bacterial", name="Bacterial", probability=0.7, points=_points("bacterial")
            ),
            Score(
                label="viral",
                name="Viral",
                probability=0.2,
                points=_points("viral"),
                band=UncertainBand(label="viral", low=0.3, high=0.5, wrong_share=0.05, films=90),
            ),
        ),
        calls={"balanced": "bacterial", "screening": "bacterial|viral"},
        heat_map=heat_map,
        calibrated=True,
        device="CPU",
        seconds=0.04,
    )


@pytest.fixture
def film_view(qtbot: QtBot, make_film: Callable[..., Film]) -> FilmView:
    """A view of 400 x 300 with a film in it and no corner texts."""
    view = FilmView()
    view.set_texts_shown(False)
    view.resize(400, 300)
    qtbot.addWidget(view)
    view.show_film(FilmLayers(make_film()))
    view.show()
    return view


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    """A window on screen with its reader child, and no model installed."""
    window = MainWindow(Settings(model="none-installed", models_before=("pediatric-pneumonia",)))
    window.resize(1280, 800)
    with qtbot.waitSignal(window.viewer.session.model_failed, timeout=30_000):
        window.show()
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    """Two films as PNG, and a file that only looks like one."""
    import cv2

    rng = np.random.default_rng(2)
    files = [tmp_path / name for name in ("first.png", "second.png", "broken.png")]
    for file, rows in zip(files[:2], (64, 96), strict=True):
        assert cv2.imwrite(str(file), rng.integers(0, 255, (rows, 64)).astype(np.uint8))
    files[2].write_bytes(b"\x89PNG\r\n\x1a\n no picture")
    return files
