"""Starts the window."""

import sys
import threading
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from cxrviewer.core import logs, settings
from cxrviewer.core.errors import SettingsError, sentence_for
from cxrviewer.core.logs import logger
from cxrviewer.core.settings import Settings
from cxrviewer.ui import theme
from cxrviewer.ui.garbage import Garbage
from cxrviewer.ui.lasting_none import keep_none
from cxrviewer.ui.main_window import MainWindow


class _Uncaught(QObject):
    """Brings what nobody caught, on whatever thread, to the log and the message bar.

    Signals
    -------
    happened(str)
    """

    happened = Signal(str)

    def install(self) -> None:
        """Catch from now on."""
        sys.excepthook = self._hook
        threading.excepthook = lambda args: self._take(args.exc_value)

    def _hook(
        self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        self._take(error)

    def _take(self, error: BaseException | None) -> None:
        if error is not None:
            logger.error("uncaught", exc_info=error)
            self.happened.emit(sentence_for(error))


def run(films: list[Path], *, phantom: bool = False) -> int:
    """Open the window and return its exit status when it is closed.

    Parameters
    ----------
    films
        Files and folders to open at once.
    phantom
        Open the demonstration film too.
    """
    keep_none()
    logs.start()
    app = QApplication(sys.argv[:1])
    app.setApplicationName("cxrviewer")
    theme.apply(app)
    chosen, complaint = _settings()
    window = MainWindow(chosen)
    uncaught = _Uncaught()
    uncaught.happened.connect(window.tell)
    uncaught.install()
    window.show()
    if complaint:
        window.tell(complaint)
    window.open_films([film.absolute() for film in films])
    if phantom:
        window.open_phantom()
    window.ask_acknowledgement()
    garbage = Garbage()
    status = app.exec()
    garbage.hand_back()
    return status


def _settings() -> tuple[Settings, str]:
    try:
        return settings.load(), ""
    except SettingsError as error:
        return Settings(), error.sentence
