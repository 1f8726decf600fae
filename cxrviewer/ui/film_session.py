"""The films of one window and what is known of them: workers, numbered requests, answers."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cxrviewer.core.analysis import Analysis
from cxrviewer.core.film import Array, Film
from cxrviewer.core.logs import film_alias, logger
from cxrviewer.core.settings import Settings
from cxrviewer.processes.messages import ModelReady
from cxrviewer.ui.widgets.film_layers import FilmLayers, HeatLayer, HeatPlace
from cxrviewer.ui.workers.analysis_worker import AnalysisRequest, AnalysisWorker
from cxrviewer.ui.workers.errand_worker import ErrandWorker
from cxrviewer.ui.workers.film_worker import FilmRequest, FilmWorker
from cxrviewer.ui.workers.lane import Lane


class FilmSession(QObject):
    """Reads and analyses films; stale answers end here.

    Signals
    -------
    film_shown(FilmLayers)
        The newest film asked for is there; every result before it is void.
    film_refused(Path, str)
    thumbnail_made(Path, QImage)
    analysed(Analysis, HeatLayer or None)
        The answer for the film on screen, and its heat map drawn.
    analysis_failed(str)
    model_ready(ModelReady)
    model_failed(str)
    files_found(list of Path, str)
    picture_saved(Path)
    errand_failed(str)
    """

    film_shown = Signal(object)
    film_refused = Signal(object, str)
    thumbnail_made = Signal(object, object)
    analysed = Signal(object, object)
    analysis_failed = Signal(str)
    model_ready = Signal(object)
    model_failed = Signal(str)
    files_found = Signal(object, str)
    picture_saved = Signal(object)
    errand_failed = Signal(str)

    _started = Signal()
    _read = Signal(object)
    _load = Signal(str)
    _analyse = Signal(object)
    _find = Signal(object)
    _phantom = Signal()
    _save = Signal(object, object, object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = settings.model
        self._film: Film | None = None
        self._ready: ModelReady | None = None
        self._loads = 0
        self._film_number = 0
        self._analysis_number = 0
        self._films = FilmWorker()
        self._analyses = AnalysisWorker(threads=settings.threads)
        self._errands = ErrandWorker()
        self._lanes = tuple(
            Lane(worker, name=name, parent=self)
            for worker, name in (
                (self._films, "films"),
                (self._analyses, "analyses"),
                (self._errands, "errands"),
            )
        )
        self._connect()

    @property
    def film(self) -> Film | None:
        """The film on screen."""
        return self._film

    @property
    def ready(self) -> ModelReady | None:
        """The loaded model, or None."""
        return self._ready

    @property
    def reader_pid(self) -> int | None:
        """Process id of the reader child."""
        return self._films.pid

    def start(self) -> None:
        """Start the threads and both children, the reader first."""
        for lane in self._lanes:
            lane.start()
        self._started.emit()

    def load_model(self) -> None:
        """Load the model of the settings."""
        self._ready = None
        self._loads += 1
        self._load.emit(self._model)

    def use_model(self, model: str) -> None:
        """Load another model and analyse with it from now on."""
        self._model = model
        self._void_analyses()
        self.load_model()

    def open_film(self, path: Path, *, room: tuple[int, int]) -> None:
        """Ask for a film; the one on screen stays until this one is there.

        Parameters
        ----------
        room
            Width and height of the view it is to be fitted into, device px.
        """
        self._film_number += 1
        self._films.expect(self._film_number)
        self._read.emit(FilmRequest(number=self._film_number, path=path, room=room))

    def analyse(
        self,
        *,
        label: str = "",
        layer: str = "",
        method: str = "gradcam",
        place: HeatPlace | None = None,
        anyway: bool = False,
    ) -> None:
        """Ask the model about the film on screen; answers to earlier questions are dropped."""
        if self._film is None:
            return
        self._void_analyses()
        request = AnalysisRequest(
            number=self._analysis_number,
            film=self._film,
            label=label,
            layer=layer,
            method=method,
            place=place,
            anyway=anyway,
        )
        self._analyse.emit(request)

    def note_set_aside(self, analysis: Analysis) -> None:
        """Write into the log that the user set a warning about the film on screen aside."""
        if self._film is not None:
            film = film_alias(self._film.path)
            logger.info("warning set aside: %s, model %s, %s", film, analysis.model, analysis.code)

    def find_films(self, paths: list[Path]) -> None:
        """Look for films in files and folders."""
        self._find.emit(paths)

    def draw_phantom(self) -> None:
        """Ask for the demonstration film."""
        self._phantom.emit()

    def save_picture(self, pixels: Array, path: Path, *, text: dict[str, str]) -> None:
        """Write a picture."""
        self._save.emit(pixels, path, text)

    def close(self) -> bool:
        """End children and threads; False if a thread did not end in time."""
        ended = all([lane.stop() for lane in self._lanes])
        if ended:
            self._films.close()
            self._analyses.close()
        return ended

    def _connect(self) -> None:
        self._started.connect(self._films.start)
        # torch takes seconds of a core, so the reader's child goes ahead of the engine's.
        self._films.started.connect(self.load_model)
        self._read.connect(self._films.read)
        self._load.connect(self._analyses.load)
        self._analyse.connect(self._analyses.analyse)
        self._find.connect(self._errands.find)
        self._phantom.connect(self._errands.draw_phantom)
        self._save.connect(self._errands.save_picture)
        self._films.film_read.connect(self._take_film)
        self._films.refused.connect(self._take_refusal)
        self._films.thumbnail_made.connect(self.thumbnail_made)
        self._analyses.model_ready.connect(self._take_model)
        self._analyses.model_failed.connect(self._lack_model)
        self._analyses.analysed.connect(self._take_analysis)
        self._analyses.failed.connect(self._take_failure)
        self._errands.files_found.connect(self.files_found)
        self._errands.picture_saved.connect(self.picture_saved)
        self._errands.failed.connect(self.errand_failed)

    def _take_film(self, request: FilmRequest, layers: FilmLayers) -> None:
        if request.number == self._film_number:
            self._film = layers.film
            self._void_analyses()
            self.film_shown.emit(layers)

    def _take_refusal(self, request: FilmRequest, sentence: str) -> None:
        if request.number == self._film_number:
            self.film_refused.emit(request.path, sentence)

    def _take_model(self, ready: ModelReady) -> None:
        self._loads -= 1
        if self._loads:
            return  # another model was asked for meanwhile
        self._ready = ready
        self.model_ready.emit(ready)

    def _lack_model(self, sentence: str) -> None:
        self._loads -= 1
        if self._loads:
            return
        # What was asked while the model loaded would only fail for the same reason.
        self._void_analyses()
        self.model_failed.emit(sentence)

    def _void_analyses(self) -> None:
        self._analysis_number += 1
        self._analyses.expect(self._analysis_number)

    def _take_analysis(
        self, request: AnalysisRequest, analysis: Analysis, drawn: HeatLayer | None
    ) -> None:
        if request.number == self._analysis_number:
            self.analysed.emit(analysis, drawn)

    def _take_failure(self, request: AnalysisRequest, sentence: str) -> None:
        if request.number == self._analysis_number:
            self.analysis_failed.emit(sentence)
