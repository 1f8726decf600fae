"""One film and its heat map after every epoch: where the model learns to look."""

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.core import epochs
from cxrviewer.core.analysis import HEAT_MEANING, NO_EVIDENCE, HeatMap
from cxrviewer.core.film import Film
from cxrviewer.core.progress import Progress, Watched
from cxrviewer.ui import theme
from cxrviewer.ui.widgets.film_layers import FilmLayers
from cxrviewer.ui.widgets.film_view import FilmView
from cxrviewer.ui.widgets.opacity_row import OpacityRow
from cxrviewer.ui.widgets.probability_line import ProbabilityLine
from cxrviewer.ui.workers.film_worker import FilmRequest, FilmWorker
from cxrviewer.ui.workers.lane import Lane

_ROOM = 640


class WatchPanel(QWidget):
    """Shows the watched film.

    Signals
    -------
    film_chosen(Path)
        Another film is to be watched in the next run.
    """

    film_chosen = Signal(object)

    _read = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("watch_panel")
        self._progress = Progress()
        self._path: Path | None = None
        # The film that the maps are of; another may be chosen for the next run.
        self._mapped: Path | None = None
        self._number = 0
        self._following = True
        self._worker = FilmWorker()
        self._lane = Lane(self._worker, name="watched film", parent=self)
        self.view = FilmView()
        self.view.set_texts_shown(False)
        self.line = ProbabilityLine()
        self.scrubber = QSlider(Qt.Orientation.Horizontal)
        self.scrubber.setAccessibleName(self.tr("Epoch of the heat map"))
        self.opacity = OpacityRow()
        self._empty, self._epoch, self._label, self._meaning = (QLabel() for _ in range(4))
        self._choose = QPushButton(self.tr("Choose a film…"))
        self._build()
        self._connect()
        self._say_empty(self.tr("No film is watched"))
        self.scrubber.setEnabled(False)
        self._show_map()

    @property
    def path(self) -> Path | None:
        """The watched film."""
        return self._path

    @property
    def text(self) -> str:
        """What is said of the map on screen."""
        return "\n".join((self._epoch.text(), self._label.text(), self._meaning.text()))

    @property
    def told(self) -> str:
        """What stands in the film's place while there is none."""
        return self._empty.text()

    @property
    def _maps(self) -> tuple[Watched, ...]:
        """The maps of the film on screen."""
        return self._progress.watched if self._path == self._mapped else ()

    @property
    def choose_button(self) -> QPushButton:
        """Asks for another film."""
        return self._choose

    def set_film(self, path: Path | None) -> None:
        """Show the film that is or will be watched; it is read off the window's thread."""
        if path == self._path:
            return
        self._path = path
        self._number += 1
        self._worker.expect(self._number)
        self._show_maps()
        if path is None:
            self._say_empty(self.tr("No film is watched"))
            return
        self._say_empty(self.tr("Reading the film"))
        self._lane.start()
        ratio = self.devicePixelRatioF()
        room = (round(_ROOM * ratio), round(_ROOM * ratio))
        self._read.emit(FilmRequest(number=self._number, path=path, room=room))

    def set_choosable(self, choosable: bool) -> None:
        """Allow another film; while a run is going on, it keeps its own."""
        self._choose.setEnabled(choosable)

    def show_film(self, layers: FilmLayers) -> None:
        """Put a film that was read on screen."""
        self.view.show_film(layers)
        self._stack.setCurrentWidget(self.view)
        self._show_map()

    def show_progress(self, progress: Progress) -> None:
        """Take the newest map; the scrubber follows it unless it was moved back."""
        if progress.phases[:1] != self._progress.phases[:1] or not progress.watched:
            self._following = True
        unchanged = progress.watched is self._progress.watched
        self._progress, self._mapped = progress, self._path
        if not unchanged:
            self._show_maps()

    def _show_maps(self) -> None:
        """Let the scrubber go over the maps of the film on screen, and show one of them."""
        count = len(self._maps)
        with QSignalBlocker(self.scrubber):
            self.scrubber.setEnabled(count > 1)
            self.scrubber.setRange(0, max(count - 1, 0))
            if self._following:
                self.scrubber.setValue(max(count - 1, 0))
        self._show_map()

    def shut_down(self) -> bool:
        """End the thread and the reader's child; False if it did not end in time."""
        ended = self._lane.stop()
        if ended:
            self._worker.close()
        return ended

    def _build(self) -> None:
        heading = QLabel(self.tr("WATCH"))
        heading.setObjectName("heading")
        top = QHBoxLayout()
        top.addWidget(heading, 1)
        top.addWidget(self._choose)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setObjectName("film_place")
        self._empty.setWordWrap(True)
        self._empty.setMinimumSize(self.view.minimumSize())
        self._stack = QStackedWidget()
        for widget in (self._empty, self.view):
            self._stack.addWidget(widget)
        for label in (self._epoch, self._label):
            label.setFont(theme.tabular(self.font()))
        self._meaning.setObjectName("muted")
        self._meaning.setWordWrap(True)
        # Two lines are kept, so that nothing jumps when there is no map.
        self._meaning.setMinimumHeight(34)
        self._meaning.setAlignment(Qt.AlignmentFlag.AlignTop)
        slide = QHBoxLayout()
        slide.setContentsMargins(17, 0, 1, 0)
        slide.addWidget(self.scrubber)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._stack, 1)
        # One below the other: beside each other the narrow panel cuts one of them.
        column.addWidget(self._epoch)
        column.addWidget(self._label)
        column.addWidget(self.line)
        column.addLayout(slide)
        column.addWidget(self.opacity)
        column.addWidget(self._meaning)

    def _connect(self) -> None:
        self._read.connect(self._worker.read)
        self._worker.film_read.connect(self._take_film)
        self._worker.refused.connect(self._take_refusal)
        self._choose.clicked.connect(self._ask)
        self.scrubber.valueChanged.connect(self._scrub)
        self.opacity.moved.connect(self.view.set_opacity)

    def _ask(self) -> None:
        start = str(self._path.parent) if self._path else str(Path.home())
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Film to watch"), start)
        if name:
            self.set_film(Path(name))
            self.film_chosen.emit(Path(name))

    def _take_film(self, request: FilmRequest, layers: FilmLayers) -> None:
        if request.number == self._number:
            self.show_film(layers)

    def _take_refusal(self, request: FilmRequest, sentence: str) -> None:
        if request.number == self._number:
            self._say_empty(sentence)

    def _say_empty(self, sentence: str) -> None:
        self._empty.setText(sentence)
        self._stack.setCurrentWidget(self._empty)

    def _scrub(self, place: int) -> None:
        self._following = place == self.scrubber.maximum()
        self._show_map()

    def _show_map(self) -> None:
        watched = self._maps
        place = self.scrubber.value()
        self.line.show_values([w.probability for w in watched], at=place if watched else -1)
        if not watched:
            self._epoch.setText(self.tr("no map yet; one each epoch"))
            self._label.setText("")
            self._meaning.setText(HEAT_MEANING)
            self.view.show_heat_map(None)
            return
        shown = watched[place]
        self._epoch.setText(self._epoch_words(place))
        self._label.setText(f"{shown.label}  {shown.probability:.2f}")
        film = self.view.film
        self.view.show_heat_map(None if film is None else map_of(shown, film))
        self._meaning.setText(
            HEAT_MEANING if shown.heat is not None else f"{NO_EVIDENCE}: {shown.flaw}"
        )

    def _epoch_words(self, place: int) -> str:
        shown = self._progress.watched[place]
        if shown.epoch == 0:
            return self.tr("before the first epoch")
        begun = {
            phase.index: span
            for phase, span in zip(self._progress.phases, epochs.spans(self._progress), strict=True)
        }
        span = begun.get(shown.phase)
        if span is None:
            return ""
        return self.tr("epoch {n}  ·  {phase} {epoch}").format(
            n=span.first + shown.epoch - 1, phase=span.name, epoch=shown.epoch
        )


def map_of(watched: Watched, film: Film) -> HeatMap | None:
    """Return the map over the whole film: the network saw all of it, squashed to its square."""
    if watched.heat is None:
        return None
    return HeatMap(
        values=watched.heat,
        region=(0.0, 0.0, float(film.rows), float(film.columns)),
        label=watched.label,
        method="gradcam",
        layer="last",
        flaw=watched.flaw,
    )
