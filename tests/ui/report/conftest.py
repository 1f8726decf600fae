"""A finished run with its films, and the report that shows it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from cxrviewer.core.settings import Settings
from cxrviewer.ui.widgets.report_view import ReportView
from tests.ui.made_runs import FILMS, finished_run

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
