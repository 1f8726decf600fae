"""Use the new model or keep the old one: one decision, with the paired test's sentence."""

import pytest
from pytestqt.qtbot import QtBot

from cxrviewer.core.paired import Comparison
from cxrviewer.ui.widgets.decision_bar import DecisionBar, Verdict
from cxrviewer.ui.widgets.report_view import ReportView

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_a_run_without_a_model_asks_for_no_decision(shown: ReportView) -> None:
    assert not shown.page.decision.isVisible()


def test_a_decision_stays_when_the_comparison_comes_after_it(
    shown: ReportView, qtbot: QtBot
) -> None:
    shown.show_kept()
    shown.session.compared.emit(compared("worse"))
    assert shown.page.decision.verdict is Verdict.KEPT
    assert shown.comparison == compared("worse")
    with qtbot.assertNotEmitted(shown.use_wanted):
        shown.page.decision.use_button.click()


def test_the_keyboard_stays_at_the_decision_and_opens_no_film(
    shown: ReportView, qtbot: QtBot
) -> None:
    bar, tiles = shown.page.decision, shown.page.tiles
    bar.show()
    shown.show_used("my-model", "pediatric-pneumonia")
    shown.activateWindow()
    bar.keep_button.setFocus()
    qtbot.waitUntil(bar.keep_button.hasFocus)
    with qtbot.assertNotEmitted(tiles.film_chosen):
        shown.show_kept()
        assert bar.use_button.hasFocus()
        shown.show_used("my-model", "pediatric-pneumonia")
        assert bar.keep_button.hasFocus()
        shown.refuse_use("It has no operating points.")
        assert not bar.keep_button.hasFocus()


def compared(verdict: str) -> Comparison:
    return Comparison(verdict=verdict, sentence="A sentence.")  # type: ignore[arg-type]


@pytest.fixture
def bar(qtbot: QtBot) -> DecisionBar:
    bar = DecisionBar()
    qtbot.addWidget(bar)
    return bar


def test_while_models_are_compared_the_new_one_cannot_be_used(bar: DecisionBar) -> None:
    assert bar.verdict is Verdict.COMPARING
    assert not bar.use_button.isEnabled()


@pytest.mark.parametrize("verdict", ["better", "no evidence", "not comparable"])
def test_the_sentence_stands_between_the_two_buttons(
    bar: DecisionBar, verdict: str, qtbot: QtBot
) -> None:
    bar.show_comparison(compared(verdict))
    assert bar.text.endswith(": A sentence.")
    with qtbot.waitSignal(bar.use_wanted):
        bar.use_button.click()
    with qtbot.waitSignal(bar.keep_wanted):
        bar.keep_button.click()


def test_a_worse_model_is_used_only_when_asked_twice(bar: DecisionBar, qtbot: QtBot) -> None:
    bar.show_comparison(compared("worse"))
    with qtbot.assertNotEmitted(bar.use_wanted):
        bar.use_button.click()
    assert bar.use_button.text() == "Use it although it is worse"
    with qtbot.assertNotEmitted(bar.keep_wanted):
        bar.keep_button.click()
    assert bar.use_button.text() == "Use this model"
    bar.use_button.click()
    with qtbot.waitSignal(bar.use_wanted):
        bar.use_button.click()


def test_a_worse_model_once_kept_or_brought_back_is_still_asked_for_twice(
    bar: DecisionBar, qtbot: QtBot
) -> None:
    bar.show_comparison(compared("worse"))
    bar.show_kept("pediatric-pneumonia")
    with qtbot.assertNotEmitted(bar.use_wanted):
        bar.use_button.click()
    with qtbot.waitSignal(bar.use_wanted):
        bar.use_button.click()
    bar.show_comparing()
    bar.show_comparison(compared("better"))
    bar.show_kept("pediatric-pneumonia")
    with qtbot.waitSignal(bar.use_wanted):
        bar.use_button.click()


def test_a_refused_model_cannot_be_used(bar: DecisionBar) -> None:
    bar.refuse("It has no operating points.")
    assert bar.text == "Cannot be used: It has no operating points."
    assert not bar.use_button.isEnabled()


def test_a_model_in_use_can_be_taken_back(bar: DecisionBar, qtbot: QtBot) -> None:
    bar.show_used("my-model", "pediatric-pneumonia")
    assert not bar.use_button.isEnabled()
    with qtbot.waitSignal(bar.back_wanted):
        bar.keep_button.click()
