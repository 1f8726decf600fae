"""The learning rates that were tried."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from cxrviewer.core.progress import RateFound, RateTried
from cxrviewer.ui.widgets.rate_plot import RatePlot
from tests.ui.curves.drawings import drawn

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


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
