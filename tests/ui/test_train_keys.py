"""The Train tab without a mouse and without eyes."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QComboBox,
    QLineEdit,
    QSlider,
    QTableWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from cxrviewer.ui.main_window import MainWindow
from cxrviewer.ui.widgets.epoch_table import EpochTable
from cxrviewer.ui.widgets.notice_box import NoticeBox
from tests.ui.made_runs import two_phases

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
_CONTROLS = (QAbstractButton, QAbstractScrollArea, QComboBox, QLineEdit, QSlider)


def _says(control: QWidget) -> str:
    return QAccessible.queryAccessibleInterface(control).text(QAccessible.Text.Name)


def test_every_control_that_takes_keys_has_a_name(window: MainWindow) -> None:
    window.show_tab("train")
    silent = [
        control
        for control in window.train.findChildren(QWidget)
        if isinstance(control, _CONTROLS)
        and control.focusPolicy() & Qt.FocusPolicy.TabFocus
        # A notice without a question hides its button; the list of a box is named by the box.
        and not isinstance(control.parent(), NoticeBox)
        and not (isinstance(control, QAbstractItemView) and control.window() is not window)
        and not _says(control)
    ]
    assert silent == []


def test_the_tab_key_leaves_every_table(window: MainWindow) -> None:
    window.show_tab("train")
    tables = window.train.findChildren(QTableWidget)
    assert len(tables) >= 4
    assert [table for table in tables if table.tabKeyNavigation()] == []


def test_the_tab_key_goes_through_a_filled_table_in_one_step(qtbot: QtBot) -> None:
    table = EpochTable()
    qtbot.addWidget(table)
    table.show_progress(two_phases())
    table.setCurrentCell(1, 1)
    qtbot.keyClick(table, Qt.Key.Key_Tab)
    assert (table.currentRow(), table.currentColumn()) == (1, 1)
