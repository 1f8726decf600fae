"""The figures of a report."""

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from cxrviewer.ui.figure_images import read_figure
from cxrviewer.ui.widgets.figure_strip import FigureStrip

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_a_figure_opens_large_and_zooms(qtbot: QtBot, tmp_path: Path) -> None:
    strip = FigureStrip()
    qtbot.addWidget(strip)
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    assert image.save(str(tmp_path / "precision_recall.png"))
    figure = read_figure(tmp_path / "precision_recall.png")
    assert figure.name == "precision recall"
    assert figure.small.pixelColor(figure.small.rect().center()).lightnessF() < 0.6
    strip.show_figures([figure])
    (button,) = strip.buttons
    button.click()
    from cxrviewer.ui.widgets.figure_strip import FigureDialog

    (dialog,) = strip.window().findChildren(FigureDialog)
    before = dialog.view.transform().m11()
    qtbot.keyClicks(dialog.view, "+")
    assert dialog.view.transform().m11() > before
    dialog.close()
