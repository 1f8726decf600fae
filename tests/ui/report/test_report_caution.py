"""What a model with a caution says of labelled films carries it, page and film by film."""

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cxrviewer.core.analysis import CAUTION, Analysis, Status
from cxrviewer.ui.widgets.film_inspector import FilmInspector
from cxrviewer.ui.widgets.report_view import ReportView
from tests.ui.made_models import CAUTION as SENTENCE
from tests.ui.made_runs import finished_run

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

_LONG = 60_000


def _shown(view: ReportView, run: Path, qtbot: QtBot) -> ReportView:
    view.show_run(run)
    qtbot.waitUntil(lambda: view.results is not None, timeout=_LONG)
    return view


def test_the_page_says_it_above_the_figures(
    view: ReportView, films: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    page = _shown(view, finished_run(tmp_path / "run", films, caution=SENTENCE), qtbot).page
    assert page.caution.isVisible()
    assert page.caution.accessibleName() == f"Off by default: {SENTENCE}"
    assert page.caution.y() < page.matrix.y()


def test_the_page_of_another_model_does_not(shown: ReportView) -> None:
    assert not shown.page.caution.isVisible()


def test_a_film_and_its_map_carry_it(shown: ReportView, analysis: Analysis, qtbot: QtBot) -> None:
    inspector = FilmInspector()
    qtbot.addWidget(inspector)
    film = shown.results.predictions[0]
    inspector.wait(film)
    inspector._stack.setCurrentWidget(inspector.view)
    warned = replace(analysis, status=Status.WARN, reason=SENTENCE, code=CAUTION)
    inspector.show_analysis(warned, None)
    assert f"Warning: {SENTENCE}" in inspector.text
    inspector.wait(film)
    assert SENTENCE not in inspector.text


def test_a_change_of_the_model_compares_the_run_anew(
    view: ReportView, films: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    run = finished_run(tmp_path / "run", films)
    (run / "bundle").mkdir()
    asked: list[str] = []
    view.session._compare.connect(lambda request: asked.append(request.model))
    view.compare_with("first")
    assert asked == []
    _shown(view, run, qtbot)
    qtbot.waitUntil(lambda: asked == ["first"])
    view.compare_with("second")
    assert asked == ["first", "second"]
    assert "second" in view.page.decision.text
