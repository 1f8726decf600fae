"""The curves on screen."""

import pytest
from pytestqt.qtbot import QtBot

from cxrviewer.ui.widgets.curves_view import CurvesView


@pytest.fixture
def curves(qtbot: QtBot) -> CurvesView:
    view = CurvesView()
    qtbot.addWidget(view)
    view.resize(640, 300)
    view.show()
    return view
