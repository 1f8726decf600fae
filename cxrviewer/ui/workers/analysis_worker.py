"""Asks the engine child about films, on a thread of its own."""

from dataclasses import dataclass

from PySide6.QtCore import Signal, Slot

from cxrviewer.core.analysis import HeatMap
from cxrviewer.core.bundle import find_bundle
from cxrviewer.core.errors import sentence_for
from cxrviewer.core.film import Film
from cxrviewer.core.logs import logger
from cxrviewer.processes.engine_process import Engine
from cxrviewer.ui.widgets.film_layers import HeatLayer, HeatPlace, draw_heat
from cxrviewer.ui.workers.child_worker import ChildWorker


@dataclass(frozen=True, kw_only=True, eq=False)
class AnalysisRequest:
    """Ask the model about a film; the highest number is the one that is wanted.

    Attributes
    ----------
    label
        Label the heat map is of, empty for the model's own choice.
    layer
        Stage it is taken from, empty for the last.
    place
        What the heat map is to be drawn for at once, if anything.
    anyway
        The user sets aside that the gate refused the film.
    """

    number: int
    film: Film
    label: str = ""
    layer: str = ""
    method: str = "gradcam"
    place: HeatPlace | None = None
    anyway: bool = False


class AnalysisWorker(ChildWorker):
    """Loads a model and analyses one film at a time; the newest request wins.

    Signals
    -------
    model_ready(ModelReady)
    model_failed(str)
    analysed(AnalysisRequest, Analysis, HeatLayer or None)
    failed(AnalysisRequest, str)
    """

    model_ready = Signal(object)
    model_failed = Signal(str)
    analysed = Signal(object, object, object)
    failed = Signal(object, str)

    def __init__(self, *, threads: int = 0) -> None:
        engine = Engine(threads=threads)
        super().__init__(engine)
        self._engine = engine

    @Slot(str)
    def load(self, model: str) -> None:
        """Start the child and load a model."""
        if self._stopping.is_set():
            return
        try:
            # A model that is not there is told at once, not after torch was imported.
            find_bundle(model)
            ready = self._engine.load(model)
        except Exception as error:  # noqa: BLE001 - becomes a sentence on screen
            if self._stopping.is_set():
                return
            logger.error("model not loaded", exc_info=error)
            self.model_failed.emit(sentence_for(error))
            return
        logger.info("model loaded in %.2f s on %s", ready.seconds, ready.device)
        self.model_ready.emit(ready)

    @Slot(object)
    def analyse(self, request: AnalysisRequest) -> None:
        """Analyse the film of a request, unless a newer one waits."""
        if self.dropped(request):
            return
        try:
            analysis = self._engine.analyse(
                request.film,
                label=request.label,
                layer=request.layer,
                method=request.method,
                anyway=request.anyway,
            )
            drawn = _drawn(analysis.heat_map, request.place)
        except Exception as error:  # noqa: BLE001 - becomes a sentence on screen
            if self._stopping.is_set():
                return
            logger.error("analysis failed", exc_info=error)
            self.failed.emit(request, sentence_for(error))
            return
        logger.info("analysed in %.3f s", analysis.seconds)
        self.analysed.emit(request, analysis, drawn)


def _drawn(heat_map: HeatMap | None, place: HeatPlace | None) -> HeatLayer | None:
    if heat_map is None or heat_map.flaw or place is None:
        return None
    return draw_heat(heat_map, place)
