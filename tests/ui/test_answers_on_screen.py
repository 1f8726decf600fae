"""What the model said stands beside its own film, and only where it may."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from cxrviewer.core.analysis import Analysis, Status
from cxrviewer.core.logs import film_alias
from cxrviewer.ui.main_window import MainWindow
from cxrviewer.ui.widgets.film_list import FilmState
from tests.ui.opening import open_film, states

# The offscreen platform says so of every window.
ANYWAY = "Analyse anyway"
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_without_a_model_the_film_is_there_and_the_findings_say_why(
    window: MainWindow, qtbot: QtBot, pictures: list[Path]
) -> None:
    open_film(qtbot, window, pictures[0])
    assert window.viewer.status.model_text == "No model"
    assert "none-installed" in window.viewer.findings.reason
    assert not window.viewer.findings.scores_shown


def test_results_go_the_moment_another_film_is_shown(
    window: MainWindow, qtbot: QtBot, pictures: list[Path], analysis: Analysis
) -> None:
    viewer = window.viewer
    seen: list[tuple[bool, bool]] = []
    open_film(qtbot, window, pictures[0])
    viewer.session.analysed.emit(analysis, None)
    assert viewer.findings.scores_shown
    assert viewer.film_view.heat_map is analysis.heat_map
    viewer.film_shown.connect(
        lambda _: seen.append((viewer.findings.scores_shown, viewer.film_view.heat_map is None))
    )
    open_film(qtbot, window, pictures[1])
    assert seen == [(False, True)]


def test_a_warned_film_shows_neither_scores_nor_map_until_asked_for(
    window: MainWindow, qtbot: QtBot, pictures: list[Path], analysis: Analysis
) -> None:
    open_film(qtbot, window, pictures[0])
    viewer = window.viewer
    viewer.session.analysed.emit(replace(analysis, status=Status.WARN, reason="Adult."), None)
    assert not viewer.findings.scores_shown
    assert viewer.film_view.heat_map is None
    assert states(window) == [FilmState.WARNED]
    viewer.findings.warning.button.click()
    assert viewer.findings.scores_shown
    assert viewer.film_view.heat_map is analysis.heat_map


def test_a_map_without_evidence_is_named_and_not_drawn(
    window: MainWindow, qtbot: QtBot, pictures: list[Path], analysis: Analysis
) -> None:
    open_film(qtbot, window, pictures[0])
    flawed = replace(analysis.heat_map, flaw="the map is flat")
    window.viewer.session.analysed.emit(replace(analysis, heat_map=flawed), None)
    assert window.viewer.film_view.heat_map is None
    assert window.viewer.heat_map_panel.text == "no localised evidence: the map is flat"
    assert window.viewer.findings.scores_shown


def test_a_refused_film_can_be_analysed_anyway_and_keeps_its_warning(
    window: MainWindow, qtbot: QtBot, pictures: list[Path], analysis: Analysis
) -> None:
    open_film(qtbot, window, pictures[0])
    viewer = window.viewer
    refused = Analysis(
        model=analysis.model,
        version=analysis.version,
        status=Status.REFUSED,
        reason="It seems upside down.",
        overridable=True,
    )
    viewer.session.analysed.emit(refused, None)
    asked: list[bool] = []
    viewer.session._analyse.connect(lambda request: asked.append(request.anyway))
    (button,) = (b for b in viewer.findings.findChildren(QPushButton) if b.text() == ANYWAY)
    button.click()
    assert asked == [True]
    answered = replace(analysis, status=Status.WARN, reason="Analysed although refused.")
    viewer.session.analysed.emit(answered, None)
    assert viewer.findings.scores_shown
    assert "Analysed although refused." in viewer.findings.standing
    open_film(qtbot, window, pictures[1])
    viewer.session.analysed.emit(answered, None)
    assert not viewer.findings.scores_shown
    assert True not in asked[1:]


def test_what_cannot_be_set_aside_offers_no_button(
    window: MainWindow, qtbot: QtBot, pictures: list[Path], analysis: Analysis
) -> None:
    open_film(qtbot, window, pictures[0])
    findings = window.viewer.findings
    damaged = replace(analysis, status=Status.REFUSED, reason="Damaged.", scores=())
    window.viewer.session.analysed.emit(damaged, None)
    assert findings.reason == "Damaged."
    assert ANYWAY not in [b.text() for b in findings.findChildren(QPushButton)]


def test_a_warning_set_aside_is_logged_without_the_file_name(
    window: MainWindow,
    qtbot: QtBot,
    pictures: list[Path],
    analysis: Analysis,
    caplog: pytest.LogCaptureFixture,
) -> None:
    open_film(qtbot, window, pictures[0])
    warned = replace(analysis, status=Status.WARN, reason="Adult.", code="older")
    window.viewer.session.analysed.emit(warned, None)
    with caplog.at_level("INFO", logger="cxrviewer"):
        window.viewer.findings.warning.button.click()
    (line,) = [r.getMessage() for r in caplog.records if "set aside" in r.getMessage()]
    assert film_alias(pictures[0]) in line
    assert analysis.model in line
    assert "older" in line
    assert pictures[0].stem not in line
