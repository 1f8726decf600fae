"""The operating point in use, and what its calls are worth at a stated share of films."""

import logging
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from cxrviewer.core.analysis import Score
from cxrviewer.core.estimate import Estimate
from cxrviewer.core.operating_points import OperatingPoint
from cxrviewer.ui.widgets.operating_panel import OperatingPanel


@pytest.fixture
def panel(qtbot: QtBot) -> OperatingPanel:
    panel = OperatingPanel()
    qtbot.addWidget(panel)
    return panel


def _point(name: str, sensitivity: float, specificity: float) -> OperatingPoint:
    found, spared = (
        Estimate(value=value, low=value - 0.02, high=value + 0.01, n=400)
        for value in (sensitivity, specificity)
    )
    return OperatingPoint(
        name=name, label="mass", threshold=0.4, sensitivity=found, specificity=spared
    )


SCORE = Score(
    label="mass",
    name="Mass",
    probability=0.5,
    points=(_point("balanced", 0.9, 0.95), _point("screening", 0.97, 0.88)),
)


def test_nothing_is_assumed_of_the_share(panel: OperatingPanel) -> None:
    panel.judge(SCORE, key="m/mass")
    assert panel.share.text() == ""
    assert panel.worth == "Mass: state its expected share of films to see PPV and NPV."
    panel.judge(None, key="")
    assert panel.worth.strip() == ""
    assert not panel.share.isEnabled()


def test_a_stated_share_gives_what_calls_are_worth_at_the_point_in_use(
    panel: OperatingPanel, qtbot: QtBot
) -> None:
    panel.judge(SCORE, key="m/mass")
    qtbot.keyClicks(panel.share, "10")
    assert panel.worth == (
        "PPV 0.667 (0.583 to 0.717) of those called\nNPV 0.988 (0.986 to 0.990) of the others"
    )
    panel.switch.choose("screening")
    assert panel.worth.startswith("PPV 0.473 (")
    assert "If 10 % of the films show it (Mass)" in panel._worth.toolTip()
    assert panel.shares == {"m/mass": 0.1}


@pytest.mark.parametrize("text", ["0", "100", "abc", "-3", "nan", "inf"])
def test_a_share_that_is_none_is_marked_and_gives_nothing(
    panel: OperatingPanel, qtbot: QtBot, text: str
) -> None:
    panel.judge(SCORE, key="m/mass")
    qtbot.keyClicks(panel.share, text)
    assert panel.share.property("flawed")
    assert panel.shares == {}
    assert panel.worth.startswith("Mass: state")
    panel.share.clear()
    qtbot.keyClicks(panel.share, "2,5")
    assert not panel.share.property("flawed")
    assert panel.shares == {"m/mass": 0.025}


def test_every_finding_keeps_a_share_of_its_own(panel: OperatingPanel, qtbot: QtBot) -> None:
    panel.restore("balanced", {"m/mass": 0.2})
    panel.judge(SCORE, key="m/mass")
    assert panel.share.text() == "20"
    other = replace(SCORE, label="edema", name="Edema")
    panel.judge(other, key="m/edema")
    assert panel.share.text() == ""
    qtbot.keyClicks(panel.share, "5")
    panel.judge(SCORE, key="m/mass")
    assert panel.share.text() == "20"
    assert panel.shares == {"m/mass": 0.2, "m/edema": 0.05}


def test_a_point_that_was_not_measured_has_no_worth(panel: OperatingPanel) -> None:
    point = replace(SCORE.points[0], specificity=None)
    panel.restore("balanced", {"m/mass": 0.2})
    panel.judge(replace(SCORE, points=(point,)), key="m/mass")
    assert panel.worth == "PPV and NPV: not measured, too few films"


def test_another_point_is_told_once_and_logged(
    panel: OperatingPanel, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.INFO, logger="cxrviewer"),
        qtbot.waitSignal(panel.point_chosen) as chosen,
    ):
        panel.switch.choose("screening")
    assert chosen.args == ["screening"]
    assert (panel.point, panel.wanted) == ("screening", "screening")
    assert caplog.messages == ["operating point in use: screening"]
    with qtbot.assertNotEmitted(panel.point_chosen):
        panel.switch.choose("screening")


def test_a_point_that_the_model_lacks_cannot_be_chosen(panel: OperatingPanel) -> None:
    panel.restore("screening", {})
    panel.offer(("balanced",))
    assert (panel.point, panel.switch.choice) == ("balanced", "balanced")
    panel.switch.choose("screening")
    assert panel.point == "balanced"
    panel.offer(("balanced", "screening"))
    assert (panel.point, panel.switch.choice) == ("screening", "screening")


def test_a_point_of_no_known_name_is_the_balanced_one(panel: OperatingPanel) -> None:
    panel.restore("specific", {})
    assert panel.point == "balanced"
