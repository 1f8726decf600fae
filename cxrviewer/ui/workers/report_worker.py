"""Reads a run's results and draws its films small, on a thread of its own."""

import shutil
import threading
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from cxrviewer.core import run_files
from cxrviewer.core.errors import CxrViewerError, ExportError, sentence_for
from cxrviewer.core.logs import film_alias, logger
from cxrviewer.processes.reader_process import FilmReader
from cxrviewer.ui.figure_images import read_figure
from cxrviewer.ui.run_results import read_results
from cxrviewer.ui.workers.film_worker import thumbnail

_EXPORTED = (run_files.REPORT_PAGE, run_files.REPORT_VALUES, run_files.PREDICTIONS)


@dataclass(frozen=True, kw_only=True)
class ThumbnailRequest:
    """Ask for films drawn small; the highest number is the one that is wanted."""

    number: int
    paths: tuple[Path, ...]


class ReportWorker(QObject):
    """Opens reports, draws thumbnails, exports.

    Signals
    -------
    opened(RunResults, list of Figure)
        The results and the report's figures.
    failed(Path, str)
        The run's results cannot be read.
    thumbnail_made(Path, QImage or None)
        None where the film cannot be read.
    exported(Path)
        Folder.
    export_failed(str)
    """

    opened = Signal(object, object)
    failed = Signal(object, str)
    thumbnail_made = Signal(object, object)
    exported = Signal(object)
    export_failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._reader = FilmReader()
        self._stopping = threading.Event()
        self._newest = 0

    def expect(self, number: int) -> None:
        """Drop every request for thumbnails below this number; called from any thread."""
        self._newest = number

    @Slot(object)
    def open(self, folder: Path) -> None:
        """Read a run's results."""
        try:
            results = read_results(folder)
            figures = [read_figure(file) for file in results.figures]
        except Exception as error:  # noqa: BLE001 - becomes a sentence on screen
            logger.error("results not read", exc_info=error)
            self.failed.emit(folder, sentence_for(error))
            return
        self.opened.emit(results, figures)

    @Slot(object)
    def draw(self, request: ThumbnailRequest) -> None:
        """Draw films one after another, until others are asked for."""
        for path in request.paths:
            if self._stopping.is_set() or request.number < self._newest:
                return
            self.thumbnail_made.emit(path, self._drawn(path))

    @Slot(object, object)
    def export(self, folder: Path, target: Path) -> None:
        """Copy page, values and predictions of a run into a folder."""
        try:
            copy_report(folder, target)
        except CxrViewerError as error:
            logger.error("report not exported", exc_info=error)
            self.export_failed.emit(error.sentence)
            return
        self.exported.emit(target)

    def stop(self) -> None:
        """End the child and take no more requests."""
        self._stopping.set()
        self._reader.kill()

    def close(self) -> None:
        """Release the child once the thread has ended."""
        self._reader.close()

    def _drawn(self, path: Path) -> QImage | None:
        try:
            return thumbnail(self._reader.read(path))
        except Exception as error:  # noqa: BLE001 - the film's place says so
            if not self._stopping.is_set():
                logger.error("%s not drawn", film_alias(path), exc_info=error)
            return None


def copy_report(folder: Path, target: Path) -> None:
    """Copy page, values and predictions of a run into a folder.

    Raises
    ------
    ExportError
        If one of them cannot be written, or stands there already.
    """
    here = [folder / name for name in _EXPORTED if (folder / name).is_file()]
    taken = [file.name for file in here if (target / file.name).exists()]
    if taken:
        raise ExportError(f"{target} already holds {', '.join(taken)}; choose an empty folder.")
    try:
        target.mkdir(parents=True, exist_ok=True)
        for file in here:
            shutil.copyfile(file, target / file.name)
    except OSError as error:
        raise ExportError(
            f"The report could not be copied to {target}; check the space and your rights there."
        ) from error
