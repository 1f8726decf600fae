"""Drop a real chest film: it is seen, its probabilities stand beside it, and where it looked."""

from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cxrviewer.core.analysis import HEAT_MEANING, NOTICE
from cxrviewer.ui.main_window import MainWindow
from tests.e2e.conftest import LONG, drop

pytestmark = [pytest.mark.xcb, pytest.mark.shared]

FILM = "744d01372f__RG1_J2KI.dcm"


def on_screen(window: MainWindow) -> NDArray[np.uint8]:
    """RGB pixels of the film view, (rows, columns, 3), taken from the X display itself."""
    view = window.viewer.film_view
    view.repaint()
    QGuiApplication.processEvents()
    corner = view.mapToGlobal(view.rect().topLeft())
    screen = QGuiApplication.primaryScreen()
    shot = screen.grabWindow(0, corner.x(), corner.y(), view.width(), view.height())
    image = shot.toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def expected_greys(file: Path, *, rows: int, columns: int) -> NDArray[np.float64]:
    """The film as DICOM PS3.3 C.11.2.1.2 wants it, by another road than the program's."""
    dataset = pydicom.dcmread(file)
    stored = dataset.pixel_array.astype(np.float64)
    values = stored * float(dataset.get("RescaleSlope", 1)) + float(
        dataset.get("RescaleIntercept", 0)
    )
    centre, width = float(dataset.WindowCenter), float(dataset.WindowWidth)
    grey = np.clip(((values - (centre - 0.5)) / (width - 1) + 0.5) * 255, 0, 255)
    if dataset.PhotometricInterpretation == "MONOCHROME1":
        grey = 255 - grey
    return cv2.resize(grey, (columns, rows), interpolation=cv2.INTER_AREA)


def test_a_dropped_film_is_seen_analysed_and_explained(
    window: MainWindow, qtbot: QtBot, shared: Path
) -> None:
    viewer = window.viewer
    with qtbot.waitSignal(viewer.session.film_shown, timeout=LONG):
        drop(window, shared / "dicom" / FILM)
    assert viewer.session.ready is None, "the film is on screen before the model is loaded"
    with qtbot.waitSignal(viewer.session.analysed, timeout=LONG):
        pass
    if not viewer.findings.scores_shown:
        viewer.findings.shown_anyway.emit()

    analysis = viewer.findings.analysis
    assert analysis is not None
    assert sum(score.probability for score in analysis.scores) == pytest.approx(1, abs=1e-6)
    assert analysis.heat_map is not None
    assert analysis.heat_map.flaw == ""
    texts = " ".join(label.text() for label in window.findChildren(QLabel))
    assert NOTICE in texts
    assert HEAT_MEANING in texts

    window.actions_by_name["texts"].setChecked(False)
    shots = {}
    for opacity in (0, 40, 100):
        viewer.heat_map_panel.opacity = opacity
        shots[opacity] = on_screen(window)
    viewer.film_view.show_heat_map(None)
    plain = on_screen(window)

    assert np.array_equal(shots[0], plain), "opacity 0 is the film, pixel for pixel"
    tinted = [np.abs(shots[at].astype(int) - plain).mean() for at in (40, 100)]
    assert 0 < tinted[0] < tinted[1]


def test_the_painted_greys_are_the_films(window: MainWindow, qtbot: QtBot, shared: Path) -> None:
    viewer = window.viewer
    viewer.heat_map_panel.overlay_shown = False
    with qtbot.waitSignal(viewer.session.film_shown, timeout=LONG):
        drop(window, shared / "dicom" / FILM)
    window.actions_by_name["texts"].setChecked(False)
    shot = on_screen(window)
    transform = viewer.film_view.transform
    film = viewer.film_view.film
    assert transform is not None
    assert film is not None
    corner = transform.to_view(0.0, 0.0)
    far = transform.to_view(float(film.columns), float(film.rows))
    left, top, right, bottom = (round(v) for v in (*corner, *far))

    # The message bar stands over the film's top edge.
    below = viewer.messages.geometry().bottom() + 1 - top
    painted = shot[top:bottom, left:right][below:]
    assert np.array_equal(painted[..., 0], painted[..., 1]), "a film is grey"
    wanted = expected_greys(film.path, rows=bottom - top, columns=right - left)[below:]
    assert np.abs(painted[..., 0].astype(float) - wanted).mean() < 2.0


def test_a_bad_file_costs_a_message_and_the_next_film_works(
    window: MainWindow, qtbot: QtBot, shared: Path, tmp_path: Path
) -> None:
    viewer = window.viewer
    with qtbot.waitSignal(viewer.session.film_shown, timeout=LONG):
        drop(window, shared / "dicom" / FILM)
    broken = tmp_path / "broken.dcm"
    broken.write_bytes((shared / "dicom" / FILM).read_bytes()[:4000])
    before = viewer.film_view.film
    with qtbot.waitSignal(viewer.session.film_refused, timeout=LONG) as refused:
        drop(window, broken)
    assert "broken.dcm" in refused.args[1]
    assert viewer.film_view.film is before
    with qtbot.waitSignal(viewer.session.film_shown, timeout=LONG):
        drop(window, shared / "dicom" / "ee3da313f0__CR-MONO1-10-chest")
    assert viewer.film_view.film is not before
