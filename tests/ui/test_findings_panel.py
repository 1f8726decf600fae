"""What the findings say, and when they say nothing."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from cxrviewer.core.analysis import Analysis, Score, Status
from cxrviewer.processes.messages import ModelReady
from cxrviewer.ui.widgets.findings_panel import FindingsPanel


@pytest.fixture
def panel(qtbot: QtBot) -> FindingsPanel:
    panel = FindingsPanel()
    qtbot.addWidget(panel)
    return panel


def test_scores_are_sorted_with_their_words(panel: FindingsPanel, analysis: Analysis) -> None:
    panel.show_analysis(analysis, accepted=False)
    assert [row.score.label for row in panel.rows] == ["bacterial", "viral", "normal"]
    assert [row.verdict for row in panel.rows] == ["above", "below", ""]
    assert [row.isChecked() for row in panel.rows] == [True, False, False]
    assert panel.footer == "made 1\nCPU · 0.04 s"
    assert "n 9" in panel.rows[1].toolTip()
    assert "probability 0.70" in panel.rows[0].accessibleName()


def test_what_is_not_calibrated_is_called_a_score(panel: FindingsPanel, analysis: Analysis) -> None:
    panel.show_analysis(replace(analysis, calibrated=False), accepted=False)
    assert "score 0.70" in panel.rows[0].accessibleName()
    assert "probability" not in panel.rows[0].toolTip()


def test_rows_keep_their_place_and_say_nothing_while_waiting(
    panel: FindingsPanel, analysis: Analysis
) -> None:
    ready = ModelReady(
        model="made", name="", version="1", device="CPU", layers=("last",),
        labels=(("a", "A"), ("b", "B"), ("c", "C")), seconds=1.0,
    )  # fmt: skip
    panel.set_model(ready)
    height = panel.sizeHint().height()
    panel.wait("Loading model")
    assert [row.score for row in panel.rows] == [None, None, None]
    assert not panel.scores_shown
    panel.show_analysis(analysis, accepted=False)
    assert panel.sizeHint().height() == height
    panel.wait("Analysing")
    assert panel.analysis is None
    assert [row.score for row in panel.rows] == [None, None, None]


def test_a_refusal_takes_the_place_of_the_scores(panel: FindingsPanel, analysis: Analysis) -> None:
    refused = replace(analysis, status=Status.REFUSED, reason="This is a hand.", scores=())
    panel.show_analysis(refused, accepted=False)
    assert not panel.scores_shown
    assert panel.reason == "This is a hand."
    assert panel.footer.strip() == "made 1", "nothing ran, so no device and no seconds"
    assert [row.score for row in panel.rows] == [None, None, None]


def test_a_warning_holds_the_scores_back_until_asked_for(
    panel: FindingsPanel, analysis: Analysis, qtbot: QtBot
) -> None:
    panel.show_analysis(
        replace(analysis, status=Status.WARN, reason="The patient is an adult."), accepted=False
    )
    assert not panel.scores_shown
    assert panel.reason == "The patient is an adult."
    with qtbot.waitSignal(panel.shown_anyway):
        panel.warning.button.click()
    assert panel.scores_shown


def test_choosing_a_row_asks_for_its_map(
    panel: FindingsPanel, analysis: Analysis, qtbot: QtBot
) -> None:
    panel.show_analysis(analysis, accepted=False)
    with qtbot.waitSignal(panel.label_chosen) as chosen:
        panel.rows[2].click()
    assert chosen.args == ["normal"]
    with qtbot.waitSignal(panel.label_chosen) as chosen:
        panel.step(-1)
    assert chosen.args == ["viral"]
    with qtbot.assertNotEmitted(panel.label_chosen):
        panel.rows[1].click()


def test_the_call_is_said_with_the_number_behind_it(
    panel: FindingsPanel, analysis: Analysis
) -> None:
    together = Score(label="", name="not normal", probability=0.9, threshold=0.81)
    panel.show_analysis(replace(analysis, decision=together), accepted=False)
    assert panel.call == "Call: Bacterial\nnot normal 0.90, above operating point 0.81"
    panel.wait("Analysing")
    assert panel.call == ""


def test_a_warned_film_has_no_call_to_read(panel: FindingsPanel, analysis: Analysis) -> None:
    warned = replace(analysis, status=Status.WARN, reason="An adult.")
    panel.show_analysis(warned, accepted=False)
    assert panel.call == ""
    panel.warning.button.click()
    assert panel.call == "Call: Bacterial"


@pytest.mark.qt_log_ignore("propagateSizeHints")
@pytest.mark.parametrize("status", [Status.WARN, Status.REFUSED])
def test_a_long_reason_is_not_cut(
    panel: FindingsPanel, qtbot: QtBot, analysis: Analysis, status: Status
) -> None:
    panel.setFixedWidth(296)
    panel.show()
    kept = panel.warning.parentWidget().height()
    reason = "The file does not say that it is an X-ray film. " * 6
    panel.show_analysis(replace(analysis, status=status, reason=reason), accepted=False)
    box = panel.warning.parentWidget().currentWidget()
    assert box.parentWidget().height() >= box.heightForWidth(296)
    panel.wait("")
    assert panel.warning.parentWidget().height() == kept


def test_accepted_scores_keep_their_warning(panel: FindingsPanel, analysis: Analysis) -> None:
    warned = replace(analysis, status=Status.WARN, reason="The patient is 54 years old.")
    panel.show_analysis(warned, accepted=False)
    assert "Warning" not in panel.footer
    panel.warning.button.click()
    assert panel.scores_shown
    assert panel.footer.endswith("Warning: The patient is 54 years old.")
    panel.show_analysis(warned, accepted=True)
    assert panel.footer.endswith("Warning: The patient is 54 years old.")
