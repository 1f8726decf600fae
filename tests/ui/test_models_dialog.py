"""The models to choose from, their cards, and what has to be read before some are used."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextFormat
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cxrviewer.core import paths
from cxrviewer.core.bundle import CARD, MANIFEST, find_bundle
from cxrviewer.ui.widgets.card_view import CardView
from cxrviewer.ui.widgets.models_dialog import ModelsDialog
from cxrviewer.ui.widgets.question import Question
from tests.ui.made_models import CAUTION, SHIPPED, make_model

# The offscreen platform says so of every window.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

Shown = tuple[ModelsDialog, list[str]]


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One that ships, one of the user's own without a card, one with a caution, one damaged."""
    shipped = tmp_path / "shipped"
    shutil.copytree(find_bundle(SHIPPED).folder, shipped / SHIPPED)
    monkeypatch.setattr(paths, "bundled_models_dir", lambda: shipped)
    make_model("cautious", name="A model to be cautious with", caution=CAUTION)
    (make_model("own", name="My own model") / CARD).unlink()
    broken = paths.user_models_dir() / "broken"
    broken.mkdir()
    (broken / MANIFEST).write_text("{")
    return broken


@pytest.fixture
def shown(qtbot: QtBot, models: Path) -> Shown:
    """The dialog over a window of 1100 x 700, and the ids it asked for."""
    window = QWidget()
    window.resize(1100, 700)
    qtbot.addWidget(window)
    window.show()
    dialog = ModelsDialog(SHIPPED, parent=window)
    wanted: list[str] = []
    dialog.use_wanted.connect(wanted.append)
    dialog.open()
    return dialog, wanted


def _question(dialog: ModelsDialog) -> Question:
    (question,) = dialog.findChildren(Question)
    return question


def test_the_usual_ones_come_first_and_the_others_apart(shown: Shown, models: Path) -> None:
    names = [line.split(", ")[0] for line in shown[0].models.lines]
    assert names == [
        "My own model",
        "Children's pneumonia: normal",
        "OFF BY DEFAULT",
        "A model to be cautious with",
        "CANNOT BE USED",
        "Damaged model",
    ]
    assert [("in use" in line) for line in shown[0].models.lines] == [0, 1, 0, 0, 0, 0]
    assert str(models) in shown[0].models.lines[-1]


def test_it_stands_at_the_model_in_use_with_its_card(shown: Shown) -> None:
    dialog, _ = shown
    assert dialog.models.chosen.manifest.id == SHIPPED
    assert "What it must not be used for" in dialog.card.toPlainText()
    assert dialog.use.text() == "In use"
    assert not dialog.use.isEnabled()
    assert dialog.models.hasFocus()


def test_arrow_keys_pass_over_the_headings(shown: Shown, qtbot: QtBot) -> None:
    dialog, wanted = shown
    qtbot.keyClick(dialog.models, Qt.Key.Key_Down)
    assert dialog.models.chosen.manifest.id == "cautious"
    qtbot.keyClick(dialog.models, Qt.Key.Key_Home)
    assert dialog.models.chosen.manifest.id == "own"
    qtbot.keyClick(dialog.models, Qt.Key.Key_Return)
    assert wanted == ["own"]
    assert not dialog.use.isEnabled()


def test_tab_leads_from_the_list_through_the_card_to_the_buttons(
    shown: Shown, qtbot: QtBot
) -> None:
    dialog, wanted = shown
    dialog.models.choose("own")
    for place in (dialog.card, dialog.leave, dialog.use):
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Tab)
        assert dialog.focusWidget() is place
    qtbot.keyClick(dialog.use, Qt.Key.Key_Space)
    assert wanted == ["own"]
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_model_without_a_card_says_so(shown: Shown) -> None:
    dialog, wanted = shown
    dialog.models.choose("own")
    assert "has no card" in dialog.card.toPlainText()
    assert not dialog.caution.isVisible()
    dialog.use.click()
    assert wanted == ["own"]


def test_a_damaged_model_is_a_sentence_and_nothing_to_use(shown: Shown, models: Path) -> None:
    dialog, wanted = shown
    dialog.models.setCurrentRow(dialog.models.count() - 1)
    assert dialog.damage.isVisible()
    assert str(models) in dialog.damage.reason
    assert not dialog.card.isVisible()
    assert not dialog.use.isEnabled()
    assert wanted == []


@pytest.mark.parametrize("answer", ["no", "reject", "yes"])
def test_a_model_with_a_caution_is_used_only_by_who_read_it(shown: Shown, answer: str) -> None:
    dialog, wanted = shown
    dialog.models.choose("cautious")
    assert dialog.caution.isVisible()
    assert dialog.caution.reason == CAUTION
    dialog.use.click()
    assert wanted == []
    question = _question(dialog)
    assert question.text == CAUTION
    assert question.no.isDefault()
    if answer == "reject":
        question.reject()
    else:
        getattr(question, answer).click()
    assert wanted == (["cautious"] if answer == "yes" else [])


def test_what_cannot_be_used_says_why_and_can_be_tried_again(shown: Shown) -> None:
    dialog, wanted = shown
    dialog.models.choose("own")
    dialog.use.click()
    dialog.refuse("The weights are not the ones it was published with.")
    assert dialog.flaw.isVisible()
    assert "not the ones" in dialog.flaw.text()
    dialog.use.click()
    assert wanted == ["own", "own"]


def test_it_fits_into_a_small_window_and_can_be_read_there(shown: Shown) -> None:
    dialog, _ = shown
    assert dialog.width() < 1100
    assert dialog.height() < 700
    assert dialog.card.horizontalScrollBar().maximum() == 0
    assert dialog.card.verticalScrollBar().maximum() > 0
    assert dialog.card.verticalScrollBar().value() == 0


def test_everything_has_a_name_for_a_screen_reader(shown: Shown) -> None:
    dialog, _ = shown
    dialog.models.choose("cautious")
    assert dialog.models.accessibleName()
    assert dialog.card.accessibleName()
    assert CAUTION in dialog.caution.accessibleName()


def test_without_a_model_it_says_so(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(paths, "bundled_models_dir", lambda: tmp_path)
    dialog = ModelsDialog(SHIPPED)
    qtbot.addWidget(dialog)
    assert dialog.damage.reason == "No model is installed."
    assert not dialog.use.isEnabled()


def test_nothing_in_a_card_opens_or_loads_anything(qtbot: QtBot, tmp_path: Path) -> None:
    card = CardView()
    qtbot.addWidget(card)
    card.show_card(
        "# Card\n[a page](https://example.org) and <https://example.org/2>\n\n"
        f"![a picture]({tmp_path}/p.png)\n\n<b onclick='x()'>no tags</b>\n\n"
        "| a | b |\n|---|---|\n| [in a table](other.md) | 2 |\n"
    )
    assert "a page" in card.toPlainText()
    assert "href" not in card.toHtml()
    assert "<b onclick" not in card.toHtml()
    assert card.loadResource(2, QUrl.fromLocalFile(str(tmp_path))) is None
    assert not card.openLinks()


def test_a_sentence_in_the_place_of_a_card_is_no_heading(qtbot: QtBot) -> None:
    card = CardView()
    qtbot.addWidget(card)

    def looks() -> tuple[bool, int]:
        form = card.document().begin().begin().fragment().charFormat()
        return form.font().bold(), form.intProperty(QTextFormat.Property.FontSizeAdjustment)

    card.show_card("# Card")
    assert looks() == (True, 2)
    card.say("There is none.")
    assert card.toPlainText() == "There is none."
    assert looks() == (False, 0)
