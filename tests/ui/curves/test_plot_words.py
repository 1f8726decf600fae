"""Words and numbers of a diagram can be read whatever is drawn."""

import pyqtgraph
import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from cxrviewer.ui.widgets.curves_view import CurvesView
from cxrviewer.ui.widgets.plot_items import Line, Mark
from tests.ui.curves.drawings import words_of

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


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
