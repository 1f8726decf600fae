"""The report in the window: what stands there is what the run left."""

import csv
from pathlib import Path

import pytest
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from cxrviewer.core.errors import ExportError
from cxrviewer.core.run_files import copy_report
from cxrviewer.core.settings import Settings
from cxrviewer.ui.run_results import CellTable, read_results
from cxrviewer.ui.widgets.report_view import ReportView
from tests.ui.made_runs import finished_run

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

_LONG = 60_000


def test_the_report_fits_beside_the_films_in_a_window_of_1100_px(shown: ReportView) -> None:
    assert shown.page.minimumSizeHint().width() <= 780


def test_what_stands_beside_a_wide_confusion_matrix_can_be_scrolled_to(
    shown: ReportView, qtbot: QtBot
) -> None:
    names = tuple(f"a finding {number}" for number in range(20))
    shown.resize(800, 600)
    shown.page.matrix.show_table(CellTable(rows=names, columns=names, films={}))
    shown.show()
    (scroll,) = (area for area in shown.findChildren(QScrollArea) if area.widget() is shown.page)
    qtbot.waitUntil(scroll.horizontalScrollBar().isVisible)


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
