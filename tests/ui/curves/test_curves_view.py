"""Curves: what is drawn is what was told."""

import math
import subprocess
import sys

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cxrviewer.core.progress import Finished
from cxrviewer.ui.widgets.curves_view import CurvesView
from tests.ui.curves.drawings import drawn
from tests.ui.made_runs import epoch, two_phases

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_the_curves_are_the_epochs_that_were_told(curves: CurvesView) -> None:
    progress = two_phases()
    curves.show_progress(progress)
    loss, accuracy = drawn(curves.loss), drawn(curves.other)
    places = [1.0, 2.0, 3.0, 4.0, 5.0]
    assert loss["validation"] == [places, [e.val_loss for e in progress.epochs]]
    assert loss["training"] == [places, [e.train_loss for e in progress.epochs]]
    assert accuracy["validation"] == [places, [e.val_accuracy for e in progress.epochs]]
    assert accuracy["training"] == [places, [e.train_accuracy for e in progress.epochs]]


def test_what_came_before_the_first_show_is_drawn_then(qtbot: QtBot) -> None:
    view = CurvesView()
    qtbot.addWidget(view)
    view.show_progress(two_phases())
    assert view.loss.canvas is None
    view.show()
    assert len(drawn(view.loss)["validation"][0]) == 5


def test_training_and_validation_differ_without_colour(curves: CurvesView) -> None:
    curves.show_progress(two_phases())
    train, val = curves.loss.lines
    assert (train.dashed, train.symbol) != (val.dashed, val.symbol)
    assert train.dashed != val.dashed


def test_a_line_stands_where_the_top_layers_are_unfrozen(curves: CurvesView) -> None:
    curves.show_progress(two_phases())
    for plot in (curves.loss, curves.other):
        assert [(m.x, m.text, m.line) for m in plot.marks] == [
            (1, "head", False),
            (2.5, "top layers", True),
        ]


def test_the_best_epoch_has_the_ring(curves: CurvesView) -> None:
    curves.show_progress(two_phases())
    assert [(ring.x, ring.y) for ring in curves.loss.rings] == [(4, 0.4)]
    assert "best (ring): epoch 4" in curves.text


def test_the_switch_shows_the_area_of_validation_alone(curves: CurvesView) -> None:
    progress = two_phases().after(epoch(1, 4, loss=0.5, area=None))
    curves.show_progress(progress)
    curves.switch.choose("auroc")
    (line,) = curves.other.lines
    assert line.y[:5] == (0.8,) * 5
    assert math.isnan(line.y[5])


def test_hovering_reads_an_epoch_out_and_leaving_the_last_one(curves: CurvesView) -> None:
    curves.show_progress(two_phases())
    curves.loss.hovered.emit(2.2)
    assert curves.text.startswith("epoch 2")
    assert "loss 0.800, training 0.700" in curves.text
    curves.loss.hovered.emit(math.nan)
    assert curves.text.startswith("epoch 5")


def test_the_mouse_over_a_diagram_is_told_in_epochs(curves: CurvesView, qtbot: QtBot) -> None:
    curves.show_progress(two_phases())
    QTest.qWait(50)
    canvas = curves.loss.canvas
    assert canvas is not None
    box = canvas.getPlotItem().getViewBox()
    point = canvas.mapFromScene(box.mapViewToScene(box.viewRect().center()))
    with qtbot.waitSignal(curves.loss.hovered) as told:
        QTest.mouseMove(canvas.viewport(), point)
    assert told.args[0] == pytest.approx(3.0, abs=0.1)


def test_an_early_end_is_said(curves: CurvesView) -> None:
    curves.show_progress(two_phases().after(Finished(bundle="b", summary="s")))
    assert "top layers ended early" in curves.text


def test_a_loss_that_is_no_number_leaves_a_gap(curves: CurvesView) -> None:
    curves.show_progress(two_phases().after(epoch(1, 4, loss=math.nan)))
    assert len(curves.loss.lines[1].y) == 6


def test_the_diagrams_library_is_loaded_when_the_first_diagram_is_shown() -> None:
    code = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "import cxrviewer.ui.train_tab\n"
        "from cxrviewer.ui.widgets.curves_view import CurvesView\n"
        "app = QApplication(['test', '-platform', 'offscreen'])\n"
        "view = CurvesView()\n"
        "print('pyqtgraph' in sys.modules)\n"
        "view.show()\n"
        "app.processEvents()\n"
        "print('pyqtgraph' in sys.modules, 'torch' in sys.modules)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == ["False", "True", "False"]
