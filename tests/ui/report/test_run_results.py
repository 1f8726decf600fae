"""A run's results as values, read from its folder."""

import csv
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cxrviewer.core.errors import DataError
from cxrviewer.ui.run_results import read_results
from cxrviewer.ui.widgets.film_tiles import tile_text
from tests.ui.made_runs import CLASSES, finished_run

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


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
