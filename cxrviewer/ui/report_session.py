"""The results of one run at a time: workers, numbered requests, answers."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cxrviewer.core.settings import Settings
from cxrviewer.ui.film_session import FilmSession
from cxrviewer.ui.run_results import RunResults
from cxrviewer.ui.widgets.film_layers import HeatPlace
from cxrviewer.ui.workers.comparison_worker import ComparisonRequest, ComparisonWorker
from cxrviewer.ui.workers.lane import Lane
from cxrviewer.ui.workers.report_worker import ReportWorker, ThumbnailRequest


class ReportSession(QObject):
    """Reads results, draws and explains their films, compares models; stale answers end here.

    Threads and children start with the first request that needs them.

    Signals
    -------
    opened(RunResults, list of Figure)
    failed(Path, str)
    thumbnail_made(Path, QImage or None)
    exported(Path)
    export_failed(str)
    compared(Comparison)
    comparison_failed(str)
    film_shown(FilmLayers)
    film_refused(Path, str)
    analysed(Analysis, HeatLayer or None)
        What the run's own model makes of the film.
    analysis_failed(str)
    """

    opened = Signal(object, object)
    failed = Signal(object, str)
    thumbnail_made = Signal(object, object)
    exported = Signal(object)
    export_failed = Signal(str)
    compared = Signal(object)
    comparison_failed = Signal(str)
    film_shown = Signal(object)
    film_refused = Signal(object, str)
    analysed = Signal(object, object)
    analysis_failed = Signal(str)

    _open = Signal(object)
    _draw = Signal(object)
    _export = Signal(object, object)
    _compare = Signal(object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._folder: Path | None = None
        self._thumbnails = 0
        self._comparison = 0
        self._reports = ReportWorker()
        self._comparisons = ComparisonWorker(threads=settings.threads)
        self._report_lane = Lane(self._reports, name="reports", parent=self)
        self._comparison_lane = Lane(self._comparisons, name="comparisons", parent=self)
        self._films: FilmSession | None = None
        self._connect()

    def open(self, folder: Path) -> None:
        """Read a run's results; those of another run asked for before are dropped."""
        self._folder = folder
        self._void_thumbnails()
        self._end_films()
        self._report_lane.start()
        self._open.emit(folder)

    def draw(self, paths: tuple[Path, ...]) -> None:
        """Ask for thumbnails in place of those asked for before."""
        self._void_thumbnails()
        self._draw.emit(ThumbnailRequest(number=self._thumbnails, paths=paths))

    def export(self, target: Path) -> None:
        """Copy the report's page, values and predictions into a folder."""
        if self._folder is not None:
            self._export.emit(self._folder, target)

    def compare(self, model: str) -> None:
        """Ask whether the run's model is better than this one."""
        if self._folder is None:
            return
        self._comparison += 1
        self._comparisons.expect(self._comparison)
        self._comparison_lane.start()
        self._compare.emit(
            ComparisonRequest(number=self._comparison, run=self._folder, model=model)
        )

    def show_film(self, path: Path, *, model: str, room: tuple[int, int]) -> None:
        """Ask for a film and what the run's model makes of it.

        Parameters
        ----------
        model
            Id or folder of the model that is asked.
        room
            Width and height of the view it is fitted into, device px.
        """
        if self._films is None:
            self._films = self._film_session(model)
            self._films.start()
        self._films.open_film(path, room=room)

    def analyse(self, *, place: HeatPlace | None) -> None:
        """Ask for the heat map of the film on screen, drawn for this place."""
        if self._films is not None:
            self._films.analyse(place=place)

    def close(self) -> bool:
        """End children and threads; False if a thread did not end in time."""
        self._folder = None
        ended = [self._report_lane.stop(), self._comparison_lane.stop(), self._end_films()]
        if all(ended):
            self._reports.close()
            self._comparisons.close()
        return all(ended)

    def _connect(self) -> None:
        self._open.connect(self._reports.open)
        self._draw.connect(self._reports.draw)
        self._export.connect(self._reports.export)
        self._compare.connect(self._comparisons.compare)
        self._reports.opened.connect(self._take_results)
        self._reports.failed.connect(self._take_failure)
        self._reports.thumbnail_made.connect(self.thumbnail_made)
        self._reports.exported.connect(self.exported)
        self._reports.export_failed.connect(self.export_failed)
        self._comparisons.compared.connect(self._take_comparison)
        self._comparisons.failed.connect(self._take_no_comparison)

    def _film_session(self, model: str) -> FilmSession:
        session = FilmSession(replace(self._settings, model=model), self)
        session.film_shown.connect(self.film_shown)
        session.film_refused.connect(self.film_refused)
        session.analysed.connect(self.analysed)
        session.analysis_failed.connect(self.analysis_failed)
        session.model_failed.connect(self.analysis_failed)
        return session

    def _end_films(self) -> bool:
        session, self._films = self._films, None
        if session is None:
            return True
        # What is still on its way is of another run's film.
        session.blockSignals(True)
        ended = session.close()
        session.deleteLater()
        return ended

    def _void_thumbnails(self) -> None:
        self._thumbnails += 1
        self._reports.expect(self._thumbnails)

    def _take_results(self, results: RunResults, figures: object) -> None:
        if results.folder == self._folder:
            self.opened.emit(results, figures)

    def _take_failure(self, folder: Path, sentence: str) -> None:
        if folder == self._folder:
            self.failed.emit(folder, sentence)

    def _take_comparison(self, request: ComparisonRequest, comparison: object) -> None:
        if request.number == self._comparison and request.run == self._folder:
            self.compared.emit(comparison)

    def _take_no_comparison(self, request: ComparisonRequest, sentence: str) -> None:
        if request.number == self._comparison and request.run == self._folder:
            self.comparison_failed.emit(sentence)
