"""Reads and changes the history of runs, on a thread of its own."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from cxrviewer.core.errors import sentence_for
from cxrviewer.core.logs import logger
from cxrviewer.core.run import Run
from cxrviewer.core.run_files import copy_report
from cxrviewer.core.run_history import RunHistory
from cxrviewer.ui.run_curve import read_progress


class HistoryWorker(QObject):
    """Does what the history is asked for, one after another.

    Signals
    -------
    listed(tuple of Run, str)
        The runs, newest first, and a sentence where the history was damaged.
    curves_read(Run, Progress, Run, Progress)
    exported(Path)
    failed(str)
    """

    listed = Signal(object, str)
    curves_read = Signal(object, object, object, object)
    exported = Signal(object)
    failed = Signal(str)

    @Slot()
    def list(self) -> None:
        """Read all runs."""
        self._try(self._list)

    @Slot(object, bool)
    def delete(self, run: Run, with_folder: bool) -> None:
        """Forget a run, with its folder if that is wanted, and list again."""

        def delete() -> None:
            RunHistory().delete(run.id, folder=with_folder)

        self._try(delete)
        self._try(self._list)

    @Slot(object, object)
    def read_curves(self, first: Run, second: Run) -> None:
        """Read the epochs of two runs."""

        def read() -> None:
            curves = read_progress(first.out), read_progress(second.out)
            self.curves_read.emit(first, curves[0], second, curves[1])

        self._try(read)

    @Slot(object, object)
    def export(self, run: Run, target: Path) -> None:
        """Copy a run's report into a folder."""

        def export() -> None:
            copy_report(run.out, target)
            self.exported.emit(target)

        self._try(export)

    def stop(self) -> None:
        """Every step is short; there is nothing to end."""

    def _list(self) -> None:
        history = RunHistory()
        self.listed.emit(history.list(), history.note)

    def _try(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception as error:  # noqa: BLE001 - becomes a sentence on screen
            logger.error("history", exc_info=error)
            self.failed.emit(sentence_for(error))
