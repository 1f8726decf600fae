"""The viewer: strip, film and findings, and the wires between them and the session."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QRectF, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from cxrviewer.core.analysis import Analysis, Status
from cxrviewer.core.film import DEMONSTRATION, Film
from cxrviewer.core.settings import Settings
from cxrviewer.processes.messages import ModelReady
from cxrviewer.ui.film_numbers import FilmNumbers
from cxrviewer.ui.film_session import FilmSession
from cxrviewer.ui.widgets.drop_frame import DropFrame
from cxrviewer.ui.widgets.empty_state import EmptyState
from cxrviewer.ui.widgets.film_facts import FilmFacts
from cxrviewer.ui.widgets.film_layers import FilmLayers, HeatLayer
from cxrviewer.ui.widgets.film_list import FilmList, FilmState
from cxrviewer.ui.widgets.film_strip import FilmStrip, StripPanel
from cxrviewer.ui.widgets.film_view import FilmView
from cxrviewer.ui.widgets.findings_panel import FindingsPanel
from cxrviewer.ui.widgets.heat_map_panel import HeatMapPanel
from cxrviewer.ui.widgets.message_bar import Kind, MessageBar
from cxrviewer.ui.widgets.side_panel import SidePanel
from cxrviewer.ui.widgets.status_line import StatusLine

_RECENT = 10
_THIS_FILM, _ANALYSIS = "film", "analysis"

_STATES = {Status.OK: FilmState.ANALYSED, Status.WARN: FilmState.WARNED}


class ViewerTab(QWidget):
    """Shows films and what the model says of them.

    Signals
    -------
    film_shown(Film)
        Another film is on screen.
    """

    film_shown = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._model_error = ""
        self._accepted = self._anyway = False
        self.session = FilmSession(settings, self)
        self.films = FilmList(self)
        self.strip = FilmStrip(self.films)
        self.film_view = FilmView()
        self.empty_state = EmptyState()
        self.findings = FindingsPanel()
        self.heat_map_panel = HeatMapPanel()
        self.facts = FilmFacts()
        self.status = StatusLine()
        FilmNumbers(self.film_view, self.status)
        self._centre = QStackedWidget()
        self._centre.setObjectName("centre")
        self._drop_frame = DropFrame(self._centre)
        self.messages = MessageBar(self._centre)
        self._build()
        self._connect()
        self.empty_state.set_recent(settings.recent)
        self.heat_map_panel.set_method(settings.cam_method)
        self.heat_map_panel.opacity = settings.overlay_opacity
        self.findings.operating.restore(settings.operating_point, settings.prevalences)
        self._say_loading()

    @property
    def settings(self) -> Settings:
        """The settings with what the user changed here."""
        return replace(
            self._settings,
            overlay_opacity=self.heat_map_panel.opacity,
            cam_method=self.heat_map_panel.method,
            operating_point=self.findings.operating.wanted,
            prevalences=self.findings.operating.shares,
        )

    @property
    def overlay_opacity(self) -> float:
        """Opacity of the heat map as it is drawn now, 0..1; 0 where none is drawn."""
        drawn = self.film_view.heat_map is not None and self.heat_map_panel.overlay_shown
        return self.heat_map_panel.opacity / 100 if drawn else 0.0

    def open_films(self, paths: list[Path]) -> None:
        """Open files and folders: all join the strip, the first is shown."""
        if paths:
            self.session.find_films([path.absolute() for path in paths])

    def use_model(self, model: str) -> None:
        """Analyse with another model from now on; all that the one before said goes at once."""
        self._settings = replace(self._settings, model=model)
        self._model_error = ""
        self.session.use_model(model)
        self.films.forget_answers()
        self.film_view.show_heat_map(None)
        self.heat_map_panel.forget_model()
        self.findings.forget_model()
        self._say_loading()
        if self.session.film is not None:
            self._set_nothing_aside(self.session.film)
            self._analyse()

    def set_panels_shown(self, shown: bool) -> None:
        """Show or hide the panels at both sides; the film keeps its zoom."""
        self._strip_panel.setVisible(shown)
        self._side_panel.setVisible(shown)

    def set_drop_shown(self, *, shown: bool) -> None:
        """Frame the place where films would land."""
        self._drop_frame.frame(self._centre.rect(), shown=shown)

    def _build(self) -> None:
        self._strip_panel = StripPanel(self.strip)
        self._centre.addWidget(self.empty_state)
        self._centre.addWidget(self.film_view)
        self._side_panel = SidePanel(self.findings, self.heat_map_panel, self.facts)
        middle = QHBoxLayout(self)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self._strip_panel)
        middle.addWidget(self._centre, 1)
        middle.addWidget(self._side_panel)

    def _connect(self) -> None:
        session, panel = self.session, self.heat_map_panel
        session.files_found.connect(self._add_films)
        session.film_shown.connect(self._show_film)
        session.film_refused.connect(self._refuse_film)
        session.thumbnail_made.connect(self.films.set_thumbnail)
        session.analysed.connect(self._show_analysis)
        session.analysis_failed.connect(self._fail_analysis)
        session.model_ready.connect(self._take_model)
        session.model_failed.connect(self._lack_model)
        session.errand_failed.connect(lambda text: self.messages.post(text, kind=Kind.REFUSE))
        session.picture_saved.connect(self._tell_saved)
        self.strip.chosen.connect(self._ask_for_film)
        self.empty_state.film_wanted.connect(lambda path: self.open_films([path]))
        self.empty_state.phantom_wanted.connect(session.draw_phantom)
        self.findings.label_chosen.connect(self._choose_label)
        self.findings.shown_anyway.connect(self._accept_warning)
        self.findings.again_wanted.connect(self._try_again)
        panel.map_wanted.connect(self._ask_for_map)
        panel.opacity_changed.connect(self.film_view.set_opacity)
        panel.shown_changed.connect(self.film_view.set_overlay_shown)
        self.messages.placed.connect(self._uncover)

    def _add_films(self, paths: list[Path], sentence: str) -> None:
        if sentence:
            self.messages.post(sentence)
        if paths:
            self.films.add(paths)
            self.strip.select(paths[0])

    def _ask_for_film(self, path: Path) -> None:
        ratio = self.devicePixelRatioF()
        room = round(self._centre.width() * ratio), round(self._centre.height() * ratio)
        self.session.open_film(path, room=room)

    def _show_film(self, layers: FilmLayers) -> None:
        """Put a film on screen; everything said of the one before goes in the same step."""
        film = layers.film
        self._set_nothing_aside(film)
        # Behind the empty state the view still has no size; the film was drawn for this one.
        self.film_view.resize(self._centre.size())
        self.film_view.show_film(layers)
        self.heat_map_panel.show_map(None)
        self.facts.show_film(film)
        self._centre.setCurrentWidget(self.film_view)
        self.messages.forget(_THIS_FILM)
        for warning in film.warnings:
            self.messages.post(warning, kind=Kind.WARN, topic=_THIS_FILM)
        self.films.set_state(film.path, FilmState.READ)
        self.films.set_on_screen(film.path)
        recent = (str(film.path), *(p for p in self._settings.recent if p != str(film.path)))
        self._settings = replace(self._settings, recent=recent[:_RECENT])
        self._analyse()
        self.film_shown.emit(film)

    def _set_nothing_aside(self, film: Film) -> None:
        # The demonstration film is nobody's: what it scores is shown at once, beside the warning.
        self._accepted, self._anyway = film.identity.name == DEMONSTRATION, False

    def _refuse_film(self, path: Path, sentence: str) -> None:
        self.films.set_state(path, FilmState.REFUSED, reason=sentence)
        self.messages.post(sentence, kind=Kind.REFUSE)

    def _analyse(self) -> None:
        if self._model_error:
            self._say_no_model()
            return
        self.findings.wait(self._doing)
        self._ask()

    @property
    def _doing(self) -> str:
        if self.session.ready is None:
            return self.tr("Loading model (about 4 s the first time)")
        return self.tr("Analysing")

    def _show_analysis(self, analysis: Analysis, drawn: HeatLayer | None) -> None:
        film = self.session.film
        if film is None:
            return
        self.messages.forget(_ANALYSIS)
        self.findings.show_analysis(analysis, accepted=self._accepted)
        state = _STATES.get(analysis.status, FilmState.REFUSED)
        self.films.set_state(film.path, state, reason=analysis.reason)
        self._show_map(analysis, drawn)

    def _show_map(self, analysis: Analysis, drawn: HeatLayer | None = None) -> None:
        told = not analysis.doubtful or self._accepted
        heat_map = analysis.heat_map if told and analysis.scores else None
        self.film_view.show_heat_map(heat_map, drawn=drawn if heat_map else None)
        self.heat_map_panel.show_map(heat_map)

    def _fail_analysis(self, sentence: str) -> None:
        self.messages.post(sentence, kind=Kind.REFUSE, topic=_ANALYSIS)
        self.findings.refuse(self.tr("Not analysed"), sentence, button=self.tr("Try again"))
        self.film_view.show_heat_map(None)
        self.heat_map_panel.show_map(None)

    def _accept_warning(self) -> None:
        self._accepted = True
        analysis = self.findings.analysis
        if analysis is not None:
            self.session.note_set_aside(analysis)
            self._show_map(analysis)

    def _choose_label(self, label: str) -> None:
        self.heat_map_panel.choose_label(label)
        self._ask_for_map()

    def _ask_for_map(self) -> None:
        """Ask for another map; the old one goes at once, it is of something else."""
        self.film_view.show_heat_map(None)
        self.heat_map_panel.wait_for_map()
        self._ask(self.heat_map_panel.label)

    def _ask(self, label: str = "") -> None:
        if self._model_error:
            return  # the engine may still hold the model before
        panel = self.heat_map_panel
        self.session.analyse(
            label=label,
            layer=panel.layer,
            method=panel.method,
            place=self.film_view.heat_place,
            anyway=self._anyway,
        )

    def _try_again(self) -> None:
        """Ask anew: after a failure, or although the gate refused the film."""
        refused = self.findings.analysis
        if refused is not None and refused.overridable:
            self._accepted = self._anyway = True
        if self._model_error:
            self._model_error = ""
            self._say_loading()
            self.session.load_model()
        if self.session.film is not None:
            self._analyse()

    def _take_model(self, ready: ModelReady) -> None:
        self._model_error = ""
        if self.findings.analysis is None and not self.findings.reason:
            self.findings.set_model(ready)
            self.findings.wait(self._doing if self.session.film is not None else "")
        self.heat_map_panel.set_model(ready)
        self.status.set_model(
            self.tr("{model} {version} ready · {device}").format(
                model=ready.model, version=ready.version, device=ready.device
            )
        )

    def _lack_model(self, sentence: str) -> None:
        self._model_error = sentence
        self.status.set_model(self.tr("No model"))
        self._say_no_model()

    def _say_no_model(self) -> None:
        self.findings.refuse(self.tr("No model"), self._model_error, button=self.tr("Try again"))

    def _say_loading(self) -> None:
        self.status.set_model(self._doing)
        self.findings.wait(self._doing)

    def _tell_saved(self, path: Path) -> None:
        self.messages.post(self.tr("Saved as {name}.").format(name=path.name))

    def _uncover(self) -> None:
        """Let the film's texts stand below the message bar."""
        bar = self.messages
        self.film_view.set_covered(QRectF(bar.geometry()) if bar.messages else QRectF())
