"""The watched film: the right map at every place of the scrubber, in the film's geometry."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from cxrviewer.core.film import Film
from cxrviewer.core.progress import Progress, Watched
from cxrviewer.imaging.overlay import heat_in_film
from cxrviewer.ui.widgets.film_layers import FilmLayers
from cxrviewer.ui.widgets.watch_panel import WatchPanel
from tests.ui.made_runs import heat, two_phases

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[WatchPanel]:
    panel = WatchPanel()
    qtbot.addWidget(panel)
    panel.resize(320, 700)
    panel.show()
    yield panel
    assert panel.shut_down()


@pytest.fixture
def watching(panel: WatchPanel, make_film: Callable[..., Film]) -> WatchPanel:
    panel.show_film(FilmLayers(make_film(rows=300, columns=200)))
    panel.show_progress(two_phases())
    return panel


def test_without_a_film_it_says_so(panel: WatchPanel) -> None:
    assert panel.view.film is None
    assert "no map yet" in panel.text
    assert not panel.scrubber.isEnabled()


def test_each_place_of_the_scrubber_shows_the_map_of_that_epoch(watching: WatchPanel) -> None:
    watched = two_phases().watched
    for place in range(1, len(watched)):
        watching.scrubber.setValue(place)
        shown = watching.view.heat_map
        assert shown is not None
        assert np.array_equal(shown.values, heat(place - 1))
        assert f"{watched[place].probability:.2f}" in watching.text
        assert f"epoch {place}" in watching.text


def test_the_map_covers_the_whole_film_though_the_network_saw_a_square(
    watching: WatchPanel,
) -> None:
    watching.scrubber.setValue(1)
    shown = watching.view.heat_map
    assert shown is not None
    rows, columns = np.nonzero(heat_in_film(shown, rows=300, columns=200) > 0.6)
    # Rows 0 to 4 and columns 12 to 16 of 32 x 32 are 0 to 37.5 of 300 and 75 to 100 of 200.
    assert abs(rows.min()) <= 2
    assert abs(rows.max() - 37) <= 3
    assert abs(columns.min() - 75) <= 3
    assert abs(columns.max() - 99) <= 3


def test_no_place_stands_out_before_the_first_epoch(watching: WatchPanel) -> None:
    watching.scrubber.setValue(0)
    assert watching.view.heat_map is None
    assert "no localised evidence: it is flat" in watching.text
    assert "before the first epoch" in watching.text


def test_the_newest_epoch_is_followed_until_the_scrubber_is_moved_back(
    watching: WatchPanel,
) -> None:
    more = Watched(phase=1, epoch=4, label="viral", probability=0.9, heat=heat(7))
    assert watching.scrubber.value() == 5
    watching.show_progress(two_phases().after(more))
    assert watching.scrubber.value() == 6
    watching.scrubber.setValue(2)
    watching.show_progress(two_phases().after(more).after(more))
    assert watching.scrubber.value() == 2


def test_another_run_is_followed_from_its_start(watching: WatchPanel) -> None:
    watching.scrubber.setValue(2)
    watching.show_progress(Progress())
    watching.show_progress(Progress(watched=two_phases().watched[:3]))
    assert watching.scrubber.value() == 2
    assert watching.line.values == tuple(w.probability for w in two_phases().watched[:3])


def test_a_chosen_film_is_read_and_one_that_is_none_is_refused(
    panel: WatchPanel, pictures: list[Path], qtbot: QtBot
) -> None:
    panel.set_film(pictures[0])
    qtbot.waitUntil(lambda: panel.view.film is not None, timeout=30_000)
    assert panel.view.film is not None
    assert panel.view.film.path == pictures[0]
    panel.set_film(pictures[2])
    qtbot.waitUntil(lambda: pictures[2].name in panel.told, timeout=30_000)


def test_what_is_said_of_a_map_fits_the_narrow_panel_of_the_tab(watching: WatchPanel) -> None:
    watching.scrubber.setValue(watching.scrubber.maximum())
    assert watching.minimumSizeHint().width() <= 248


def test_while_a_run_goes_on_its_film_stays(panel: WatchPanel) -> None:
    panel.set_choosable(False)
    assert not panel.choose_button.isEnabled()


def test_a_map_never_lies_on_another_film(
    watching: WatchPanel, pictures: list[Path], qtbot: QtBot
) -> None:
    assert watching.view.heat_map is not None
    watching.set_film(pictures[0])
    qtbot.waitUntil(lambda: watching.told == "" or watching.view.film.path == pictures[0])
    assert watching.view.heat_map is None
    assert "no map yet" in watching.text
    assert not watching.scrubber.isEnabled()
    watching.show_progress(two_phases())
    assert watching.view.heat_map is not None
