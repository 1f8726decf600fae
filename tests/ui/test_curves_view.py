"""Curves, table, status and rate: what is drawn is what was told."""

import math
import subprocess
import sys

import numpy as np
import pyqtgraph
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QProgressBar
from pytestqt.qtbot import QtBot

from cxrviewer.core.progress import BatchDone, Finished, Progress, RateFound, RateTried
from cxrviewer.ui.training_state import Stage, TrainingState
from cxrviewer.ui.widgets.curves_view import CurvesView
from cxrviewer.ui.widgets.epoch_table import EpochTable
from cxrviewer.ui.widgets.plot import Plot
from cxrviewer.ui.widgets.plot_items import Line, Mark
from cxrviewer.ui.widgets.rate_plot import RatePlot
from cxrviewer.ui.widgets.run_panel import RunPanel
from cxrviewer.ui.widgets.run_status import RunStatus
from tests.ui.made_runs import epoch, two_phases

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def curves(qtbot: QtBot) -> CurvesView:
    view = CurvesView()
    qtbot.addWidget(view)
    view.resize(640, 300)
    view.show()
    return view


def drawn(plot: Plot) -> dict[str, list[list[float]]]:
    """What the diagram holds: name of each line -> its x and y."""
    QApplication.processEvents()
    assert plot.canvas is not None
    items = plot.canvas.getPlotItem().listDataItems()
    named = [item for item in items if item.name()]
    return {item.name(): [list(map(float, axis)) for axis in item.getData()] for item in named}


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


def test_the_words_of_a_phase_that_just_began_are_whole(curves: CurvesView) -> None:
    places = tuple(float(n) for n in range(1, 12))
    line = Line(name="validation", x=places, y=places)
    curves.loss.draw([line], marks=[Mark(x=1, text="head")])
    QApplication.processEvents()
    curves.loss.draw([line], marks=[Mark(x=1, text="head"), Mark(x=10.5, text="top layers")])
    QApplication.processEvents()
    assert curves.loss.canvas is not None
    item = curves.loss.canvas.getPlotItem()
    (low, high), step = item.getViewBox().viewRange()[0], item.getViewBox().viewPixelSize()[0]
    words = [text for text in item.items if isinstance(text, pyqtgraph.TextItem)]
    assert len(words) == 2
    for text in words:
        assert low <= text.pos().x()
        assert text.pos().x() + text.textItem.boundingRect().width() * step <= high + step


def test_the_words_of_a_phase_of_one_epoch_lie_over_no_others(curves: CurvesView) -> None:
    places = tuple(float(n) for n in range(1, 61))
    line = Line(name="validation", x=places, y=places)
    marks = [Mark(x=1, text="head"), Mark(x=1.5, text="top layers"), Mark(x=40, text="whole")]
    for _ in range(2):
        curves.loss.draw([line], marks=marks[:2])
        QApplication.processEvents()
        curves.loss.draw([line], marks=marks)
        QApplication.processEvents()
    assert curves.loss.canvas is not None
    item = curves.loss.canvas.getPlotItem()
    words = [text for text in item.items if isinstance(text, pyqtgraph.TextItem)]
    boxes = [text.textItem.sceneBoundingRect() for text in words]
    assert not boxes[0].intersects(boxes[1].adjusted(0, 8, 0, 0))
    top = [box.top() for box in boxes]
    assert top[0] == pytest.approx(top[2])
    assert top[0] < top[1]
    points = item.getViewBox().mapFromView(QPointF(1, 60)).y()
    assert boxes[1].bottom() - 8 <= item.getViewBox().mapToScene(QPointF(0, points)).y()


def words_of(plot: Plot) -> list[pyqtgraph.TextItem]:
    assert plot.canvas is not None
    items = plot.canvas.getPlotItem().items
    return [item for item in items if isinstance(item, pyqtgraph.TextItem)]


@pytest.mark.parametrize("epochs", [2, 4, 21])
def test_no_line_crosses_the_words_of_a_phase_of_one_epoch(curves: CurvesView, epochs: int) -> None:
    curves.resize(496, 300)
    places = tuple(float(n) for n in range(1, epochs + 1))
    line = Line(name="validation", x=places, y=places)
    seen = []
    for upright in (True, False):
        marks = [Mark(x=1, text="head"), Mark(x=1.5, text="top layers", line=upright)]
        for _ in range(2):
            curves.loss.draw([line], marks=marks)
            QApplication.processEvents()
        canvas = curves.loss.canvas
        assert canvas is not None
        box = words_of(curves.loss)[0].textItem.sceneBoundingRect().adjusted(2, 2, -2, -2)
        seen.append(canvas.grab(canvas.mapFromScene(box).boundingRect()).toImage())
    assert seen[0] == seen[1]


def test_long_words_are_whole_with_one_epoch_in_the_smallest_window(curves: CurvesView) -> None:
    curves.resize(496, 300)
    line = Line(name="validation", x=(1.0,), y=(0.3,))
    for _ in range(2):
        curves.loss.draw([line], marks=[Mark(x=1, text="whole network")])
        QApplication.processEvents()
    (words,) = words_of(curves.loss)
    view = words.getViewBox().sceneBoundingRect()
    assert words.textItem.sceneBoundingRect().right() <= view.right() + 1


@pytest.mark.parametrize("epochs", [1, 2, 3, 7, 30, 300])
def test_epochs_are_counted_in_whole_numbers(curves: CurvesView, epochs: int) -> None:
    places = tuple(float(n) for n in range(1, epochs + 1))
    curves.loss.draw([Line(name="validation", x=places, y=places)])
    QApplication.processEvents()
    assert curves.loss.canvas is not None
    item = curves.loss.canvas.getPlotItem()
    low, high = item.getViewBox().viewRange()[0]
    (level,) = item.getAxis("bottom").tickValues(low, high, 250)
    assert 1 <= len(level[1]) <= 8
    assert all(value == round(value) for value in level[1])


def test_numbers_that_hardly_differ_do_not_lie_over_the_title(curves: CurvesView) -> None:
    curves.loss.draw([Line(name="validation", x=(1, 2), y=(0.3307, 0.3333))])
    QApplication.processEvents()
    assert curves.loss.canvas is not None
    axis = curves.loss.canvas.getPlotItem().getAxis("left")
    low, high = axis.range
    room = QFontMetricsF(axis.style["tickFont"])
    numbers = [
        text
        for step, values in axis.tickValues(low, high, axis.height())
        for text in axis.tickStrings(values, 1.0, step)
    ]
    assert max(map(len, numbers)) >= 6
    title = axis.label.mapRectToParent(axis.label.boundingRect())
    widest = max(map(room.horizontalAdvance, numbers[:4]))
    assert title.right() - 4 <= axis.width() - widest - 4


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


def test_the_table_has_a_row_an_epoch_and_marks_the_best_by_a_word(qtbot: QtBot) -> None:
    table = EpochTable()
    qtbot.addWidget(table)
    table.show_progress(two_phases())
    lines = [line.split("\t") for line in table.as_text().splitlines()]
    assert len(lines) == 6
    assert [line[3] for line in lines[1:]] == ["1.0000", "0.8000", "0.6000", "0.4000", "0.5000"]
    assert [line[1] for line in lines if "best" in line[1]] == ["top layers 2  ◆ best"]
    assert lines[1][9] == "200"
    table.show_progress(two_phases().after(epoch(1, 4, loss=0.1)))
    marked = [line.split("\t")[0] for line in table.as_text().splitlines() if "best" in line]
    assert marked == ["6"]


@pytest.mark.parametrize(("width", "left_out"), [(628, {8}), (502, {7, 8, 9})])
def test_the_word_for_the_best_is_whole_in_a_small_window(
    qtbot: QtBot, width: int, left_out: set[int]
) -> None:
    table = EpochTable()
    qtbot.addWidget(table)
    table.resize(width, 200)
    table.show()
    done = two_phases()
    for n in range(4, 21):
        done = done.after(epoch(1, n, loss=0.4 - 0.01 * n))
    table.show_progress(done)
    words = table.item(table.rowCount() - 1, 1).text()
    assert words == "top layers 20  ◆ best"
    room = table.columnWidth(1) - 8
    assert table.fontMetrics().horizontalAdvance(words) <= room
    assert {n for n in range(table.columnCount()) if table.isColumnHidden(n)} == left_out


def test_another_run_empties_the_table(qtbot: QtBot) -> None:
    table = EpochTable()
    qtbot.addWidget(table)
    table.show_progress(two_phases())
    table.show_progress(Progress())
    assert table.rowCount() == 0


def test_chosen_rows_are_copied(qtbot: QtBot) -> None:
    table = EpochTable()
    qtbot.addWidget(table)
    table.show_progress(two_phases())
    table.selectRow(2)
    qtbot.keyClick(table, "c", modifier=Qt.KeyboardModifier.ControlModifier)
    text = QGuiApplication.clipboard().text().splitlines()
    assert len(text) == 2
    assert text[1].startswith("3\ttop layers 1")


def test_the_status_says_phase_epoch_time_left_device_and_notes(qtbot: QtBot) -> None:
    status = RunStatus()
    qtbot.addWidget(status)
    assert status.text == "Not started"
    status.set_planned((2, 20))
    status.show_progress(two_phases())
    assert "Phase 2 of 2: top layers  ·  epoch 4 of 20" in status.text
    assert "about 30 seconds left" in status.text
    assert "CPU (no CUDA device)" in status.text
    assert "The batch was halved to 16." in status.text
    batch = BatchDone(stage="training", done=128, total=400, rate=250.0)
    status.show_progress(two_phases().after(batch))
    assert "training: 128 / 400 films  ·  250 films/s" in status.text
    status.show_progress(two_phases().after(Finished(bundle="b", summary="s")))
    assert status.text.startswith("Done")


def test_three_epochs_are_in_sight_in_the_smallest_window(qtbot: QtBot) -> None:
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.show_state(TrainingState(stage=Stage.TRAINING), can_go_on=False)
    panel.resize(660, 698)
    panel.show()
    panel.show_progress(two_phases())
    qtbot.waitUntil(lambda: panel.epochs.viewport().height() >= 3 * 24)
    assert panel.curves.loss.height() >= 150


def test_only_a_run_that_goes_on_has_time_left(qtbot: QtBot) -> None:
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.show_progress(two_phases())
    for stage, told in ((Stage.TRAINING, True), (Stage.RESUMABLE, False), (Stage.FAILED, False)):
        panel.show_state(TrainingState(stage=stage), can_go_on=True)
        assert ("left" in panel.status.text) is told


def test_a_run_that_failed_while_it_prepared_moves_no_more(qtbot: QtBot) -> None:
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.show_state(TrainingState(stage=Stage.PREPARING), can_go_on=False)
    panel.show_progress(Progress().after(BatchDone(stage="listing", done=20, total=0)))
    bar = panel.status.findChild(QProgressBar)
    assert isinstance(bar, QProgressBar)
    assert bar.maximum() == 0
    panel.show_state(TrainingState(stage=Stage.FAILED), can_go_on=False)
    assert bar.maximum() > 0


def test_a_run_that_learned_nothing_shows_no_empty_curves(qtbot: QtBot) -> None:
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.resize(480, 560)
    panel.show()
    failed = TrainingState(stage=Stage.FAILED, sentence="The folder holds none.", field="weights")
    panel.show_state(TrainingState(stage=Stage.PREPARING), can_go_on=False)
    assert panel.curves.isVisible()
    panel.mark("weights", failed.sentence)
    panel.show_state(failed, can_go_on=False)
    assert not panel.curves.isVisible()
    tops = {panel.form.fields[name].geometry().top() for name in ("backbone", "weights")}
    assert len(tops) == 1
    panel.show_progress(two_phases())
    panel.show_state(TrainingState(stage=Stage.TRAINING), can_go_on=False)
    panel.show_state(failed, can_go_on=True)
    assert panel.curves.isVisible()


def test_a_run_stopped_before_its_first_epoch_shows_what_to_do(qtbot: QtBot) -> None:
    panel = RunPanel()
    qtbot.addWidget(panel)
    panel.show()
    ready = TrainingState(stage=Stage.READY, sentence="Stopped; nothing of it was kept.")
    panel.show_state(TrainingState(stage=Stage.PREPARING), can_go_on=False)
    panel.show_progress(Progress().after(BatchDone(stage="listing", done=60, total=0)))
    panel.show_state(ready, can_go_on=False)
    assert not panel.curves.isVisible()
    panel.show_state(TrainingState(stage=Stage.FINDING), can_go_on=False)
    panel.show_state(ready, can_go_on=False)
    assert panel.rates.isVisible()


def test_the_rates_are_drawn_with_the_suggestion(qtbot: QtBot) -> None:
    view = RatePlot()
    qtbot.addWidget(view)
    view.show()
    assert not view.use_button.isEnabled()
    tried = [RateTried(rate=10.0**p, loss=1.0 + p / 10) for p in range(-6, 0)]
    view.show_rates(tried, None)
    assert view.text == "6 rates tried"
    view.show_rates(tried, RateFound(suggestion=1e-3))
    x, y = drawn(view.plot)["loss"]
    assert np.allclose(x, [-6, -5, -4, -3, -2, -1])
    assert np.allclose(y, [t.loss for t in tried])
    assert [mark.x for mark in view.plot.marks] == [1e-3]
    with qtbot.waitSignal(view.rate_wanted) as told:
        view.use_button.click()
    assert told.args == [1e-3]


def test_the_table_follows_the_last_epoch_until_one_scrolls_away(qtbot: QtBot) -> None:
    table = EpochTable()
    qtbot.addWidget(table)
    table.show()
    table.resize(600, 80)
    table.show_progress(two_phases())
    bar = table.verticalScrollBar()
    assert bar.value() == bar.maximum() > 0
    bar.triggerAction(bar.SliderAction.SliderToMinimum)
    table.show_progress(two_phases().after(epoch(1, 4, loss=0.1)))
    assert bar.value() == 0
    bar.triggerAction(bar.SliderAction.SliderToMaximum)
    table.show_progress(two_phases().after(epoch(1, 4, loss=0.1)).after(epoch(1, 5, loss=0.1)))
    assert bar.value() == bar.maximum()


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
