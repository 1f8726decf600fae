"""The report in the window: what stands there is what the run left, and its films are behind it."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from cxrviewer.core.analysis import Analysis
from cxrviewer.core.errors import DataError, ExportError
from cxrviewer.core.paired import Comparison
from cxrviewer.core.run_files import copy_report
from cxrviewer.core.settings import Settings
from cxrviewer.ui.figure_images import read_figure
from cxrviewer.ui.film_session import FilmSession
from cxrviewer.ui.run_results import read_results
from cxrviewer.ui.widgets.decision_bar import DecisionBar, Verdict
from cxrviewer.ui.widgets.figure_strip import FigureStrip
from cxrviewer.ui.widgets.film_tiles import tile_text
from cxrviewer.ui.widgets.report_view import ReportView
from tests.ui.made_runs import CLASSES, FILMS, finished_run

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
_LONG = 60_000


@pytest.fixture
def films(tmp_path: Path) -> list[Path]:
    """Six small films as PNG."""
    import cv2

    folder = tmp_path / "films"
    folder.mkdir()
    rng = np.random.default_rng(4)
    paths = [folder / f"film-{number}.png" for number in range(len(FILMS))]
    for path in paths:
        assert cv2.imwrite(str(path), rng.integers(0, 255, (64, 48)).astype(np.uint8))
    return paths


@pytest.fixture
def run(tmp_path: Path, films: list[Path]) -> Path:
    return finished_run(tmp_path / "run", films)


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[ReportView]:
    view = ReportView(Settings())
    qtbot.addWidget(view)
    view.resize(1200, 800)
    view.show()
    yield view
    assert view.shut_down()


@pytest.fixture
def shown(view: ReportView, run: Path, qtbot: QtBot) -> ReportView:
    view.show_run(run)
    qtbot.waitUntil(lambda: view.results is not None, timeout=_LONG)
    return view


def test_the_report_fits_beside_the_films_in_a_window_of_1100_px(shown: ReportView) -> None:
    assert shown.page.minimumSizeHint().width() <= 780


def test_before_a_run_it_says_what_will_stand_there(view: ReportView) -> None:
    assert view.told == "The report stands here when a run has ended"
    assert not view.export_button.isEnabled()
    assert not view.open_button.isEnabled()


def test_a_folder_without_a_report_is_told_in_a_sentence(
    view: ReportView, tmp_path: Path, qtbot: QtBot
) -> None:
    view.show_run(tmp_path)
    qtbot.waitUntil(lambda: "There is no report" in view.told, timeout=_LONG)
    assert not view.export_button.isEnabled()


def test_the_headline_the_flag_and_the_left_out_films_stand_there(shown: ReportView) -> None:
    page = shown.page
    assert page.summary.text().startswith("Test accuracy 0.500 (0.400 to 0.600, 95 %) on 6 films")
    assert page.banner.accessibleName().startswith("Measured on these films: Research use only")
    assert page.majority.isVisible()
    assert "50.0 %" in page.majority.reason
    first = page.left_out.item(0, 1)
    assert first is not None
    assert first.text() == "It ends before its last row."
    assert page.split.text().splitlines() == [
        "training: 12 films of 12 patients",
        "validation: 3 films of 3 patients",
        "test: 6 films of 6 patients",
        "learned from in an epoch, copies included: 400 films",
        "Split by patient: no patient stands in two parts.",
    ]


def test_which_films_and_model_it_is_of_stands_above_all(
    shown: ReportView, films: list[Path]
) -> None:
    assert shown.page.title.text().startswith(films[0].parent.name)


def test_films_a_model_may_know_are_warned_about(
    tmp_path: Path, films: list[Path], view: ReportView
) -> None:
    known = {"overlap": "3 of the 6 films are known to it.", "note": "Other labels were left out."}
    model = {"model": "made", "bundle": str(tmp_path)}
    results = read_results(finished_run(tmp_path / "known", films, **known, **model))
    view.page.show_results(results, [])
    assert view.page.overlap.reason == known["overlap"]
    assert view.page.summary.text().endswith(known["note"])
    assert view.page.title.text() == "films  ·  made"
    assert results.model == str(tmp_path)
    view.page.show_results(read_results(finished_run(tmp_path / "others", films)), [])
    assert view.page.overlap.isHidden()


def test_of_several_labels_only_the_films_a_label_is_known_of_are_spoken_of(
    view: ReportView, films: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    folder = finished_run(tmp_path / "several", films, activation="sigmoid")
    table = folder / "predictions.csv"
    head, first, *rest = table.read_text().splitlines()
    # The first film was called normal, and nobody knows whether it is.
    cells = first.split(",")
    first = ",".join([*cells[:4], "normal", *cells[5:]])
    table.write_text("\n".join([head, first, *rest]))
    view.show_run(folder)
    qtbot.waitUntil(lambda: view.results is not None, timeout=_LONG)
    assert view.page.bars.counts["normal"] == (1, 2)
    assert view.page.majority.reason.endswith("50.0 % of the films a label is known of.")


def test_the_measures_of_each_label_and_their_means_stand_there(shown: ReportView) -> None:
    table = shown.page.measures
    rows = [
        [table.item(row, column).text() for column in range(table.columnCount())]  # type: ignore[union-attr]
        for row in range(table.rowCount())
    ]
    estimate = "0.500\n0.400 to 0.600"
    assert rows[1] == ["bacterial", "2", *[estimate] * 5, "0.500"]
    assert rows[3] == ["macro mean", "", "", "0.600", "", "0.500", "", "0.700"]


def test_every_count_of_the_matrix_is_that_of_the_predictions(shown: ReportView) -> None:
    for row, actual in enumerate(CLASSES):
        for column, called in enumerate(CLASSES):
            expected = sum(film[:2] == (actual, called) for film in FILMS)
            cell = shown.page.matrix.cells[row, column]
            assert cell.count == expected
            assert cell.isEnabled() == (expected > 0)
            if expected:
                assert f"{expected} films of {actual}, called {called}" in cell.toolTip()


def test_a_click_on_a_cell_shows_exactly_its_films(
    shown: ReportView, films: list[Path], qtbot: QtBot
) -> None:
    shown.page.matrix.cells[1, 0].click()
    tiles = shown.page.tiles
    assert [film.path for film in tiles.films] == [films[0], films[2]]
    assert "2 films of bacterial, called normal" in shown.page.tiles_title.text()
    item = tiles.item(0)
    assert item is not None
    assert item.text() == "is bacterial\ncalled normal\n0.90"
    shown.page.matrix.cells[2, 1].click()
    assert [film.path for film in tiles.films] == [films[1]]


def test_the_worst_errors_come_first_and_get_their_thumbnails(
    shown: ReportView, films: list[Path], qtbot: QtBot
) -> None:
    tiles = shown.page.tiles
    assert [film.path for film in tiles.films] == films[:3]
    with qtbot.waitSignal(shown.session.thumbnail_made, timeout=_LONG) as made:
        tiles.show_films(tiles.films)
    path, image = made.args
    assert path in films
    assert isinstance(image, QImage)


def test_a_film_that_is_gone_is_told_in_its_place(
    shown: ReportView, films: list[Path], qtbot: QtBot
) -> None:
    films[0].unlink()
    shown.page.matrix.cells[1, 0].click()
    first = shown.page.tiles.item(0)
    assert first is not None
    qtbot.waitUntil(lambda: "cannot be read" in first.text(), timeout=_LONG)


def test_a_run_without_a_model_asks_for_no_decision(shown: ReportView) -> None:
    assert not shown.page.decision.isVisible()


def test_export_copies_page_values_and_predictions_and_replaces_nothing(
    shown: ReportView, tmp_path: Path, run: Path, qtbot: QtBot
) -> None:
    target = tmp_path / "exported"
    shown.session.export(target)
    qtbot.waitUntil(lambda: "Exported to" in shown.told, timeout=_LONG)
    assert sorted(file.name for file in target.iterdir()) == [
        "predictions.csv",
        "report.html",
        "report.json",
    ]
    with pytest.raises(ExportError, match="already holds"):
        copy_report(run, target)


def test_a_shortcut_is_warned_about(tmp_path: Path, films: list[Path], qtbot: QtBot) -> None:
    view = ReportView(Settings())
    qtbot.addWidget(view)
    shortcuts = {"auroc": {"normal": None, "bacterial": 0.81, "viral": 0.6}, "warn": True}
    folder = finished_run(tmp_path / "warned", films, training={"shortcuts": shortcuts})
    results = read_results(folder)
    view.page.show_results(results, [])
    assert "0.81" in view.page.shortcut.text()
    assert "the machine and the file" in view.page.shortcut_box.reason


def test_of_several_labels_a_film_each_has_a_row_of_its_own(
    tmp_path: Path, films: list[Path], qtbot: QtBot
) -> None:
    folder = finished_run(tmp_path / "several", films, activation="sigmoid")
    with (folder / "predictions.csv").open(newline="") as stream:
        rows = list(csv.reader(stream))
    rows[1][2:5] = ["bacterial|viral", "viral", "normal"]
    rows[2][2:5] = ["", "bacterial", ""]
    with (folder / "predictions.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows(rows[:3])
    table = read_results(folder).cells()
    found = {cell: [film.path for film in table.films[cell]] for cell in table.films}
    bacterial, viral = CLASSES.index("bacterial"), CLASSES.index("viral")
    assert found[bacterial, 1] == [films[0]]
    assert found[viral, 0] == [films[0]]
    assert found[bacterial, 2] == [films[1]]
    assert found[viral, 3] == [films[1]]
    assert found[CLASSES.index("normal"), 3] == [films[1]]
    both = read_results(folder).predictions
    assert [tile_text(film) for film in both] == ["missed bacterial", "alarm bacterial"]


@pytest.mark.parametrize("damage", ["{", "[]"])
def test_a_damaged_report_is_told_in_a_sentence(run: Path, damage: str) -> None:
    (run / "report.json").write_text(damage)
    with pytest.raises(DataError, match=r"report\.json"):
        read_results(run)


def test_damaged_predictions_are_told_in_a_sentence(run: Path) -> None:
    (run / "predictions.csv").write_text("image,actual\nx,y\n")
    with pytest.raises(DataError, match=r"predictions\.csv"):
        read_results(run)


@pytest.mark.slow
def test_a_film_of_a_cell_is_explained_by_the_runs_own_model(
    view: ReportView, tmp_path: Path, qtbot: QtBot, bundled_model: Path, phantom_film: Path
) -> None:
    run = finished_run(tmp_path / "run", [phantom_film] * len(FILMS))
    shutil.copytree(bundled_model, run / "bundle")
    view.show_run(run)
    qtbot.waitUntil(lambda: view.results is not None, timeout=_LONG)
    assert view.page.decision.isVisible()
    assert view.page.banner.accessibleName().startswith("Trained here, not validated: Research")
    view.page.matrix.cells[1, 0].click()
    view.page.tiles.setCurrentRow(0)
    inspector = view.page.inspector
    qtbot.waitUntil(lambda: "where the model looked" in inspector.text, timeout=_LONG)
    assert inspector.view.heat_map is not None
    assert "is bacterial, called normal" in inspector.text
    with qtbot.waitSignal(view.film_wanted) as wanted:
        inspector.open_button.click()
    assert wanted.args == [phantom_film]


@pytest.fixture
def bundled_model() -> Path:
    from cxrviewer.core import paths

    return paths.bundled_models_dir() / "pediatric-pneumonia"


@pytest.fixture
def phantom_film(tmp_path: Path) -> Path:
    from cxrviewer.processes.phantom_process import draw_phantom

    film = tmp_path / "phantom.dcm"
    draw_phantom(film)
    return film


def test_an_answer_about_the_film_before_is_dropped_while_the_next_is_read(
    shown: ReportView, analysis: Analysis
) -> None:
    assert shown.results is not None
    inspector = shown.page.inspector
    inspector.wait(shown.results.predictions[0])
    inspector.show_analysis(analysis, None)
    assert inspector.view.heat_map is None
    assert "computing the heat map" in inspector.text


def test_a_film_of_another_runs_report_never_comes_late(
    shown: ReportView, films: list[Path], qtbot: QtBot, tmp_path: Path
) -> None:
    other = finished_run(tmp_path / "other", films)
    shown.session.show_film(films[0], model="pediatric-pneumonia", room=(64, 64))
    before = shown.session.findChild(FilmSession)
    shown.show_run(other)
    with qtbot.assertNotEmitted(shown.session.film_refused):
        before.film_refused.emit(films[0], "It came late.")
    qtbot.waitUntil(lambda: shown.results is not None, timeout=_LONG)


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
    bar.keep_button.setFocus()
    qtbot.waitUntil(bar.keep_button.hasFocus)
    with qtbot.assertNotEmitted(tiles.film_chosen):
        shown.show_kept()
        assert bar.use_button.hasFocus()
        shown.show_used("my-model", "pediatric-pneumonia")
        assert bar.keep_button.hasFocus()
        shown.refuse_use("It has no operating points.")
        assert not bar.keep_button.hasFocus()


def test_a_film_the_keyboard_comes_by_is_opened_by_space(shown: ReportView, qtbot: QtBot) -> None:
    tiles = shown.page.tiles
    with qtbot.assertNotEmitted(tiles.film_chosen):
        tiles.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(tiles.hasFocus)
    with qtbot.waitSignal(tiles.film_chosen) as first:
        qtbot.keyClick(tiles, Qt.Key.Key_Space)
    with qtbot.waitSignal(tiles.film_chosen) as second:
        qtbot.keyClick(tiles, Qt.Key.Key_Right)
    assert [first.args[0], second.args[0]] == list(tiles.films[:2])


def test_without_an_error_the_report_says_so(
    view: ReportView, tmp_path: Path, films: list[Path], qtbot: QtBot
) -> None:
    run = finished_run(tmp_path / "run", films)
    text = (run / "predictions.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    with (run / "predictions.csv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, rows[0])
        table.writeheader()
        table.writerows({**row, "called": row["actual"]} for row in rows)
    view.show_run(run)
    qtbot.waitUntil(lambda: view.results is not None, timeout=_LONG)
    assert view.page.tiles_title.text() == f"No errors: {len(rows)} test films called rightly"


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


def test_a_figure_opens_large_and_zooms(qtbot: QtBot, tmp_path: Path) -> None:
    strip = FigureStrip()
    qtbot.addWidget(strip)
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    assert image.save(str(tmp_path / "precision_recall.png"))
    figure = read_figure(tmp_path / "precision_recall.png")
    assert figure.name == "precision recall"
    assert figure.small.pixelColor(figure.small.rect().center()).lightnessF() < 0.6
    strip.show_figures([figure])
    (button,) = strip.buttons
    button.click()
    from cxrviewer.ui.widgets.figure_strip import FigureDialog

    (dialog,) = strip.window().findChildren(FigureDialog)
    before = dialog.view.transform().m11()
    qtbot.keyClicks(dialog.view, "+")
    assert dialog.view.transform().m11() > before
    dialog.close()
