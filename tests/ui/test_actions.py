"""The table of actions."""

from collections import Counter

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cxrviewer.ui.actions import ACTIONS, make_actions
from cxrviewer.ui.widgets.cheat_sheet import CheatSheet


def test_no_key_stands_in_two_rows() -> None:
    keys = Counter(QKeySequence(key).toString() for spec in ACTIONS for key in spec.keys)
    assert "" not in keys
    assert [key for key, count in keys.items() if count > 1] == []
    assert len({spec.name for spec in ACTIONS}) == len(ACTIONS)


def test_every_action_says_its_key(qtbot: QtBot) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    made = make_actions(owner)
    for spec in ACTIONS:
        assert all(key in made[spec.name].toolTip() for key in spec.keys[:1])


def test_the_cheat_sheet_lists_every_key(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QLabel

    sheet = CheatSheet()
    qtbot.addWidget(sheet)
    texts = " ".join(label.text() for label in sheet.findChildren(QLabel))
    for spec in ACTIONS:
        if spec.keys:
            assert spec.text in texts
