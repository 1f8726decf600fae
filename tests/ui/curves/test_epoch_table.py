"""The table of the epochs."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from cxrviewer.core.progress import Progress
from cxrviewer.ui.widgets.epoch_table import EpochTable
from tests.ui.made_runs import epoch, two_phases

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


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
