"""Opening films in the window, and how its list of films stands."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from cxrviewer.core.film import Film
from cxrviewer.ui.main_window import MainWindow
from cxrviewer.ui.widgets.film_list import FilmState

SECONDS = 30_000


def open_film(qtbot: QtBot, window: MainWindow, path: Path) -> Film:
    with qtbot.waitSignal(window.viewer.film_shown, timeout=SECONDS) as shown:
        window.open_films([path])
    return shown.args[0]


def states(window: MainWindow) -> list[FilmState]:
    return [entry.state for entry in window.viewer.films.entries]
