"""What the findings say, and when they say nothing."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from cxrviewer.core.analysis import Analysis, Score, Status
from cxrviewer.core.operating_points import OperatingPoint, UncertainBand
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
    assert "sensitivity 0.90 (0.80 to 0.95; 180 of 200 films)" in panel.rows[1].toolTip()
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


def _together(probability: float) -> Score:
    cuts = {"balanced": 0.81, "screening": 0.4}
    return Score(
        label="",
        name="not normal",
        probability=probability,
        points=tuple(
            OperatingPoint(name=name, label="", threshold=cut) for name, cut in cuts.items()
        ),
        band=UncertainBand(label="", low=0.75, high=0.85, wrong_share=0.05, films=80),
    )


def test_the_call_is_said_with_the_number_behind_it(
    panel: FindingsPanel, analysis: Analysis
) -> None:
    panel.show_analysis(replace(analysis, decision=_together(0.9)), accepted=False)
    assert panel.call == "Call: Bacterial"
    assert panel.together.isVisibleTo(panel)
    assert panel.together.verdict == "above"
    assert "not normal: probability 0.90" in panel.together.toolTip()
    panel.wait("Analysing")
    assert panel.call == ""
    assert panel.together.score is None


def test_a_call_of_many_findings_makes_the_panel_no_wider(
    panel: FindingsPanel, analysis: Analysis
) -> None:
    panel.show_analysis(analysis, accepted=False)
    width = panel.minimumSizeHint().width()
    many = "|".join(["bacterial"] * 10)
    panel.show_analysis(replace(analysis, calls={"balanced": many}), accepted=False)
    assert panel.call.count("Bacterial") == 10
    assert panel.minimumSizeHint().width() == width


def test_without_a_common_decision_there_is_no_row_for_it(
    panel: FindingsPanel, analysis: Analysis
) -> None:
    panel.show_analysis(analysis, accepted=False)
    assert not panel.together.isVisibleTo(panel)


def test_the_point_in_use_changes_words_and_call_without_a_new_answer(
    panel: FindingsPanel, analysis: Analysis
) -> None:
    panel.show_analysis(replace(analysis, decision=_together(0.5)), accepted=False)
    assert panel.together.verdict == "below"
    panel.operating.switch.choose("screening")
    assert [row.verdict for row in panel.rows] == ["above", "above", ""]
    assert panel.together.verdict == "above"
    assert panel.call == "Call: Bacterial, Viral"
    assert "operating point screening, in use" in panel.together.toolTip()
    assert [row.isChecked() for row in panel.rows] == [True, False, False]
    panel.operating.switch.choose("balanced")
    assert panel.call == "Call: Bacterial"


def test_a_probability_in_the_band_is_uncertain_and_so_is_the_call(
    panel: FindingsPanel, analysis: Analysis
) -> None:
    near = replace(analysis.scores[2], probability=0.45)
    panel.show_analysis(replace(analysis, scores=(*analysis.scores[:2], near)), accepted=False)
    assert [row.verdict for row in panel.rows] == ["above", "uncertain", ""]
    assert panel.call == "Call, uncertain: Bacterial"
    panel.operating.switch.choose("screening")
    assert panel.rows[1].verdict == "uncertain"
    panel.show_analysis(replace(analysis, decision=_together(0.8)), accepted=False)
    assert panel.together.verdict == "uncertain"
    assert panel.call.startswith("Call, uncertain:")


def test_a_warned_film_tells_nothing_when_the_point_changes(
    panel: FindingsPanel, analysis: Analysis
) -> None:
    warned = replace(analysis, status=Status.WARN, reason="An adult.", decision=_together(0.9))
    panel.show_analysis(warned, accepted=False)
    panel.operating.switch.choose("screening")
    assert (panel.call, panel.together.score, panel.operating.worth.strip()) == ("", None, "")
    panel.warning.button.click()
    assert panel.call == "Call: Bacterial, Viral"


def test_a_model_without_a_screening_point_is_called_at_its_balanced_one(
    panel: FindingsPanel, analysis: Analysis
) -> None:
    panel.operating.restore("screening", {})
    old = replace(analysis, calls={"balanced": "bacterial"})
    panel.show_analysis(old, accepted=False)
    assert panel.call == "Call: Bacterial"
    assert (panel.operating.point, panel.operating.wanted) == ("balanced", "screening")
    assert "no point for screening" in panel.operating.switch.toolTip()
    panel.show_analysis(analysis, accepted=False)
    assert panel.operating.switch.choice == "screening"
    assert panel.call == "Call: Bacterial, Viral"


def test_ticks_stand_at_both_points_and_the_one_in_use_is_stronger(
    panel: FindingsPanel, analysis: Analysis
) -> None:
    panel.show_analysis(analysis, accepted=False)
    row = panel.rows[1]
    row.setFixedWidth(296)

    def bright(place: float) -> float:
        picture = row.grab().toImage()
        ratio = picture.width() / row.width()
        # The bar lies between 11 px at the left and 9 px at the right; a tick reaches over it.
        x, y = (11 + 276 * place) * ratio, (row.height() - 17 - 2) * ratio
        return max(picture.pixelColor(round(x) + by, round(y)).lightnessF() for by in (-1, 0))

    in_use, other, beside = bright(0.4), bright(0.1), bright(0.7)
    assert in_use > other
    assert in_use > beside
    panel.operating.switch.choose("screening")
    assert bright(0.1) > bright(0.4)
    # The band from 0.3 to 0.5 is fainter than any tick, and reaches over the bar too.
    assert bright(0.1) > bright(0.45) > bright(0.7)
    assert bright(0.32) == bright(0.45)


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
    assert not panel.standing
    panel.warning.button.click()
    assert panel.scores_shown
    assert panel.standing == "Warning: The patient is 54 years old."
    panel.show_analysis(warned, accepted=True)
    assert panel.standing == "Warning: The patient is 54 years old."
    panel.wait("")
    assert not panel.standing
    panel.show_analysis(analysis, accepted=False)
    assert not panel.standing
