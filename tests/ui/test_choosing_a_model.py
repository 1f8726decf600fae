"""Another model is chosen in the window: nothing of the one before stays beside its answers."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImageReader
from pytestqt.qtbot import QtBot

from cxrviewer.core import promotion, settings
from cxrviewer.core.analysis import CAUTION as CODE
from cxrviewer.core.analysis import Analysis, Status
from cxrviewer.core.bundle import WEIGHTS
from cxrviewer.core.settings import Settings
from cxrviewer.processes.messages import ModelReady
from cxrviewer.ui.main_window import MainWindow
from cxrviewer.ui.widgets.film_list import FilmState
from cxrviewer.ui.widgets.models_dialog import ModelsDialog
from cxrviewer.ui.widgets.question import Question
from tests.ui.made_models import CAUTION, SHIPPED, make_model
from tests.ui.opening import SECONDS, open_film, states

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

# torch is imported by a child on a machine that may be busy.
LONG = 120_000
READY = ModelReady(
    model="slow",
    name="Slow",
    version="1",
    device="CPU",
    layers=("first", "last"),
    labels=tuple((name, name) for name in ("normal", "bacterial", "viral")),
    seconds=1.0,
)


@pytest.fixture
def working(qtbot: QtBot) -> Iterator[MainWindow]:
    """A window whose engine has loaded the shipped model."""
    window = MainWindow(Settings())
    window.resize(1280, 800)
    with qtbot.waitSignal(window.viewer.session.model_ready, timeout=LONG):
        window.show()
    yield window
    window.close()
    window.deleteLater()


def _dialog(window: MainWindow, qtbot: QtBot) -> ModelsDialog:
    qtbot.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    (dialog,) = window.findChildren(ModelsDialog)
    return dialog


def _cautious(analysis: Analysis) -> Analysis:
    return replace(analysis, status=Status.WARN, reason=CAUTION, code=CODE)


def test_the_film_on_screen_is_analysed_anew_and_the_choice_is_kept(
    working: MainWindow, qtbot: QtBot
) -> None:
    make_model("cautious", caution=CAUTION)
    viewer = working.viewer
    with qtbot.waitSignal(viewer.session.analysed, timeout=LONG):
        working.open_phantom()
    # The phantom shows no pneumonia, so only the map of “normal” has a place.
    with qtbot.waitSignal(viewer.session.analysed, timeout=LONG):
        working.actions_by_name["finding_up"].trigger()
    assert viewer.findings.analysis.model == SHIPPED
    assert viewer.film_view.heat_map is not None
    dialog = _dialog(working, qtbot)
    dialog.models.choose("cautious")
    dialog.use.click()
    with qtbot.waitSignal(viewer.session.analysed, timeout=LONG):
        dialog.findChild(Question).yes.click()
    assert viewer.findings.analysis.model == "cautious"
    assert viewer.findings.scores_shown
    assert viewer.findings.standing.startswith(f"Warning: {CAUTION}")
    assert viewer.status.model_text.startswith("cautious")
    kept = settings.load()
    assert (kept.model, kept.models_before) == ("cautious", (SHIPPED,))
    assert promotion.roll_back(kept).model == SHIPPED


def test_old_scores_map_names_and_states_go_in_the_step_in_which_the_model_changes(
    window: MainWindow, qtbot: QtBot, pictures: list[Path], analysis: Analysis
) -> None:
    make_model("own")
    viewer = window.viewer
    viewer.findings.set_model(READY)
    viewer.heat_map_panel.set_model(READY)
    for film in pictures[:2]:
        open_film(qtbot, window, film)
        viewer.session.analysed.emit(replace(analysis, status=Status.WARN, reason="Adult."), None)
    viewer.findings.warning.button.click()
    assert viewer.findings.scores_shown
    assert states(window) == [FilmState.WARNED] * 2
    asked = []
    viewer.session._analyse.connect(asked.append)
    with qtbot.waitSignal(window.models.changed, timeout=SECONDS):
        window.models.choose("own")
    assert viewer.findings.analysis is None
    assert viewer.film_view.heat_map is None
    assert [row.accessibleName() for row in viewer.findings.rows] == [""] * 3
    assert states(window) == [FilmState.READ] * 2
    assert "Loading" in viewer.status.model_text
    # A layer of another network would be refused.
    assert [(request.layer, request.anyway) for request in asked] == [("", False)]
    # What was set aside was said by the model before.
    viewer.session.analysed.emit(replace(analysis, status=Status.WARN, reason="Adult."), None)
    assert not viewer.findings.scores_shown


def test_a_film_that_cannot_be_read_stays_refused(
    window: MainWindow, qtbot: QtBot, pictures: list[Path]
) -> None:
    make_model("own")
    open_film(qtbot, window, pictures[0])
    with qtbot.waitSignal(window.viewer.session.film_refused, timeout=SECONDS):
        window.open_films([pictures[2]])
    with qtbot.waitSignal(window.models.changed, timeout=SECONDS):
        window.models.choose("own")
    assert states(window) == [FilmState.READ, FilmState.REFUSED]


def test_a_model_that_is_late_is_not_taken_for_the_one_asked_for_last(window: MainWindow) -> None:
    session = window.viewer.session
    session.use_model(READY.model)
    session.use_model("wanted")
    session._analyses.model_ready.emit(READY)
    assert session.ready is None
    assert READY.model not in window.viewer.status.model_text
    session._analyses.model_ready.emit(replace(READY, model="wanted"))
    assert session.ready.model == "wanted"


def test_without_its_model_the_engine_is_not_asked(
    window: MainWindow, qtbot: QtBot, pictures: list[Path]
) -> None:
    open_film(qtbot, window, pictures[0])
    asked = []
    window.viewer.session._analyse.connect(asked.append)
    window.viewer.heat_map_panel.map_wanted.emit()
    assert asked == []


def test_a_damaged_model_is_said_in_the_dialog_and_changes_nothing(
    window: MainWindow, qtbot: QtBot
) -> None:
    (make_model("own") / WEIGHTS).write_bytes(b"changed")
    dialog = _dialog(window, qtbot)
    dialog.models.choose("own")
    with qtbot.waitSignal(window.models.not_chosen, timeout=SECONDS):
        dialog.use.click()
    assert "wrong hash" in dialog.flaw.text()
    assert window.models.model == "none-installed"
    assert window.viewer.settings.model == "none-installed"


def test_a_model_that_was_taken_away_meanwhile_is_said(window: MainWindow, qtbot: QtBot) -> None:
    folder = make_model("own")
    dialog = _dialog(window, qtbot)
    dialog.models.choose("own")
    shutil.rmtree(folder)
    with qtbot.waitSignal(window.models.not_chosen, timeout=SECONDS):
        dialog.use.click()
    assert "no longer installed" in dialog.flaw.text()


def test_the_training_tab_knows_of_the_choice(window: MainWindow, qtbot: QtBot) -> None:
    make_model("own")
    window.show_tab("train")
    with qtbot.waitSignal(window.models.chosen, timeout=SECONDS):
        window.models.choose("own")
    assert window.train.history.buttons["back"].toolTip() == "none-installed"
    with qtbot.waitSignal(window.models.brought_back, timeout=SECONDS):
        window.train.history.back_wanted.emit()
    assert window.viewer.settings.model == settings.load().model == SHIPPED


def test_the_models_name_at_the_foot_opens_the_models(window: MainWindow, qtbot: QtBot) -> None:
    foot = window.viewer.status.findChild(object, "model_state")
    qtbot.mouseClick(foot, Qt.MouseButton.LeftButton)
    assert len(window.findChildren(ModelsDialog)) == 1
    assert not foot.hasFocus()


def test_a_caution_alone_hides_no_scores_and_stands_above_them(
    window: MainWindow, qtbot: QtBot, pictures: list[Path], analysis: Analysis
) -> None:
    open_film(qtbot, window, pictures[0])
    viewer = window.viewer
    viewer.session.analysed.emit(_cautious(analysis), None)
    assert viewer.findings.scores_shown
    assert viewer.findings.standing == f"Warning: {CAUTION}"
    assert viewer.film_view.heat_map is analysis.heat_map
    doubtful = replace(_cautious(analysis), reason=f"{CAUTION} Adult.", code=f"{CODE}+age")
    viewer.session.analysed.emit(doubtful, None)
    assert not viewer.findings.scores_shown
    assert viewer.film_view.heat_map is None
    assert viewer.findings.reason == f"{CAUTION} Adult."


def test_a_picture_of_the_map_carries_the_caution(
    window: MainWindow, qtbot: QtBot, pictures: list[Path], analysis: Analysis, tmp_path: Path
) -> None:
    open_film(qtbot, window, pictures[0])
    session = window.viewer.session

    def export(answer: Analysis) -> tuple[int, str]:
        session.analysed.emit(answer, None)
        with qtbot.waitSignal(session.picture_saved, timeout=SECONDS):
            window.commands.export_picture(tmp_path / "out.png")
        reader = QImageReader(str(tmp_path / "out.png"))
        text = reader.text("Warning")
        return reader.read().height(), text

    plain, nothing = export(analysis)
    tall, told = export(_cautious(analysis))
    assert (nothing, told) == ("", CAUTION)
    assert tall > plain
    # Without the map the picture holds nothing that the model said.
    window.viewer.heat_map_panel.opacity = 0
    assert export(_cautious(analysis)) == (plain, "")
