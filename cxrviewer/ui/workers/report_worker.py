"""Reads a run's results and draws its films small, on a thread of its own."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QImage

from cxrviewer.core.errors import CxrViewerError, sentence_for
from cxrviewer.core.logs import film_alias, logger
from cxrviewer.core.run_files import copy_report
from cxrviewer.processes.reader_process import FilmReader
from cxrviewer.ui.figure_images import read_figure
from cxrviewer.ui.run_results import read_results
from cxrviewer.ui.workers.child_worker import ChildWorker
from cxrviewer.ui.workers.film_worker import thumbnail


@dataclass(frozen=True, kw_only=True)
class ThumbnailRequest:
    """Ask for films drawn small; the highest number is the one that is wanted."""

    number: int
    paths: tuple[Path, ...]


class ReportWorker(ChildWorker):
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
        reader = FilmReader()
        super().__init__(reader)
        self._reader = reader

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
            if self.dropped(request):
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

    def _drawn(self, path: Path) -> QImage | None:
        try:
            return thumbnail(self._reader.read(path))
        except Exception as error:  # noqa: BLE001 - the film's place says so
            if not self._stopping.is_set():
                logger.error("%s not drawn", film_alias(path), exc_info=error)
            return None
