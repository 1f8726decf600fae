"""The operating points of a run in the window: the words and numbers of its page."""

from html import escape
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QTableWidget
from pytestqt.qtbot import QtBot

from cxrviewer.core.errors import DataError
from cxrviewer.ui.run_results import read_results
from cxrviewer.ui.widgets.points_tables import PointsTables
from cxrviewer.ui.widgets.report_view import ReportView
from tests.ui.made_runs import finished_run

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

_LONG = 60_000
_FINDS = {"value": 0.75, "low": 0.5, "high": 0.875, "n": 16}
_SPARES = {"value": 0.6, "low": 0.25, "high": 0.8125, "n": 40}
# As wide as the page is in a window of 1100 px.
_PAGE = 792


def point(name: str, label: str, threshold: float, **changes: Any) -> dict[str, Any]:
    counts = {"true_positive": 12, "false_negative": 4, "true_negative": 24, "false_positive": 16}
    rates = {"sensitivity": _FINDS, "specificity": _SPARES}
    return {"name": name, "label": label, "threshold": threshold, **rates, **counts, **changes}


def band(label: str, **changes: Any) -> dict[str, Any]:
    ends = {"low": 0.25, "high": 0.5, "wrong_share": 0.05}
    return {"label": label, **ends, "inside": _FINDS, "wrong": _SPARES, **changes}


def points(*labels: str) -> list[dict[str, Any]]:
    cuts = {"balanced": 0.4, "screening": 0.125}
    return [point(name, label, cut) for label in labels for name, cut in cuts.items()]


def reported(*labels: str, **changes: Any) -> dict[str, Any]:
    return {
        "negative": "normal",
        "points": points(*labels),
        "uncertain": [band(label) for label in labels],
        **changes,
    }


def rows(table: QTableWidget) -> list[list[str]]:
    columns = range(table.columnCount())
    return [
        [item.text() for column in columns if (item := table.item(row, column))]
        for row in range(table.rowCount())
    ]


def on_page(cell: str) -> str:
    """Return the two lines of a cell as the page writes them."""
    rate, _, counts = cell.partition("\n")
    return f"{rate.removesuffix(')')}; {counts})" if counts else cell


@pytest.fixture
def tables(view: ReportView) -> PointsTables:
    return view.page.points


def show(view: ReportView, run: Path, qtbot: QtBot) -> None:
    view.show_run(run)
    qtbot.waitUntil(lambda: view.results is not None, timeout=_LONG)


def test_both_points_of_every_finding_and_its_band_stand_there(
    view: ReportView, tables: PointsTables, films: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    show(view, finished_run(tmp_path / "run", films, **reported("", "viral")), qtbot)
    finds, spares = (
        "0.750 (0.500 to 0.875)\n12 of 16 films",
        "0.600 (0.250 to 0.812)\n24 of 40 films",
    )
    assert rows(tables.points) == [
        ["anything but normal", "balanced", "0.400", finds, spares],
        ["anything but normal", "screening", "0.125", finds, spares],
        ["viral", "balanced", "0.400", finds, spares],
        ["viral", "screening", "0.125", finds, spares],
    ]
    assert rows(tables.bands) == [
        ["anything but normal", "0.250 to 0.500", finds, spares],
        ["viral", "0.250 to 0.500", finds, spares],
    ]
    assert "chosen on validation films" in tables.sentences.text()
    assert "measured on the films of this report" in tables.sentences.text()
    assert "balanced point of anything but normal" in tables.sentences.text()
    assert "at most 5 % were called wrongly" in tables.bands_sentence.text()


def test_what_stands_there_stands_on_the_page_of_the_report(
    view: ReportView, tables: PointsTables, films: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    from cxrviewer.learning.reporting import report_points

    folder = finished_run(tmp_path / "run", films, **reported("bacterial", activation="sigmoid"))
    show(view, folder, qtbot)
    page = report_points.points(read_results(folder).values, {})
    told = [*tables.sentences.text().splitlines(), tables.bands_sentence.text()]
    heads = [
        table.horizontalHeaderItem(column).text()  # type: ignore[union-attr]
        for table in (tables.points, tables.bands)
        for column in range(table.columnCount())
    ]
    for words in (*told, *heads):
        assert escape(words) in page
    for row in (*rows(tables.points), *rows(tables.bands)):
        assert "".join(f"<td>{on_page(cell)}</td>" for cell in row) in page


def test_too_few_films_have_counts_and_no_rate(
    view: ReportView, tables: PointsTables, films: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    alone = [point("balanced", "viral", 0.4, sensitivity=None)]
    bands = [band("viral", inside=None)]
    values = reported(activation="sigmoid", points=alone, uncertain=bands)
    show(view, finished_run(tmp_path / "run", films, **values), qtbot)
    assert rows(tables.points)[0][3] == "not measurable\n12 of 16 films"
    assert rows(tables.bands)[0][2] == "not measurable"
    assert "from a probability of 0.5 on: bacterial." in tables.sentences.text()
    assert "no screening point" in tables.sentences.text()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "written before operating points"),
        ({"points": [], "uncertain": []}, "no operating points: the likeliest label"),
    ],
)
def test_a_run_without_points_says_so_where_another_had_them(
    view: ReportView,
    tables: PointsTables,
    films: list[Path],
    tmp_path: Path,
    qtbot: QtBot,
    values: dict[str, Any],
    sentence: str,
) -> None:
    show(view, finished_run(tmp_path / "with", films, **reported("viral")), qtbot)
    assert tables.points.isVisible()
    assert tables.bands.isVisible()
    show(view, finished_run(tmp_path / "without", films, **values), qtbot)
    assert sentence in tables.sentences.text()
    for gone in (tables.points, tables.bands_sentence, tables.bands):
        assert not gone.isVisible()


def test_points_without_a_band_say_so(
    view: ReportView, tables: PointsTables, films: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    show(view, finished_run(tmp_path / "run", films, **reported("viral", uncertain=[])), qtbot)
    assert tables.bands_sentence.text().startswith("No finding has a band")
    assert not tables.bands.isVisible()


def test_no_text_of_fourteen_findings_is_cut_off_in_a_window_of_1100_px(
    view: ReportView, films: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    names = [f"pleural thickening {number}" for number in range(14)]
    show(view, finished_run(tmp_path / "run", films, **reported("", *names)), qtbot)
    page = view.page
    page.setParent(None)
    page.resize(_PAGE, 4000)
    page.show()
    QApplication.processEvents()
    for table in (page.measures, page.points.points, page.points.bands):
        for row in range(table.rowCount()):
            for column in range(table.columnCount()):
                index = table.model().index(row, column)
                room, wanted = table.visualRect(index), table.sizeHintForIndex(index)
                assert wanted.height() <= room.height(), index.data()
                # Names go on in a second line.
                assert column == 0 or wanted.width() <= room.width(), index.data()
        assert table.verticalScrollBar().maximum() == 0
        assert table.horizontalScrollBar().maximum() == 0
    page.close()


def test_numbers_without_an_interval_leave_their_room_to_the_others(shown: ReportView) -> None:
    table = shown.page.measures
    films, auroc, *_, f1 = (table.columnWidth(column) for column in range(1, table.columnCount()))
    assert max(films, f1) < auroc


@pytest.mark.parametrize(
    "damage", [[{}], [1], {"a": 1}, [{**point("balanced", "", 0.4), "threshold": "high"}]]
)
def test_damaged_points_are_told_in_a_sentence(
    films: list[Path], tmp_path: Path, damage: Any
) -> None:
    folder = finished_run(tmp_path / "run", films, **reported(points=damage))
    with pytest.raises(DataError, match=r"report\.json"):
        read_results(folder)
