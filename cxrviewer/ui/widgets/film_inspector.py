"""One test film of a report, with the heat map of the model that called it."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from cxrviewer.core.analysis import HEAT_MEANING, NO_EVIDENCE, Analysis
from cxrviewer.ui import theme
from cxrviewer.ui.run_results import Prediction
from cxrviewer.ui.widgets import findings_words
from cxrviewer.ui.widgets.film_layers import FilmLayers, HeatLayer
from cxrviewer.ui.widgets.film_view import FilmView
from cxrviewer.ui.widgets.opacity_row import OpacityRow
from cxrviewer.ui.widgets.standing_warning import StandingWarning

_MEANING_HEIGHT = 34


class FilmInspector(QWidget):
    """Shows a film, what it is, what it was called, and where the model looked.

    Signals
    -------
    film_wanted(Path)
        The film is to be opened in the viewer.
    """

    film_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("film_inspector")
        self._film: Prediction | None = None
        self.view = FilmView()
        self.view.set_texts_shown(False)
        self.opacity = OpacityRow()
        self.opacity.moved.connect(self.view.set_opacity)
        self._empty, self._told, self._scores, self._meaning = (QLabel() for _ in range(4))
        self._standing = StandingWarning()
        self._open = QPushButton(self.tr("Open in the viewer"))
        self._open.clicked.connect(self._want)
        self._build()
        self.show_nothing()

    @property
    def text(self) -> str:
        """What is said of the film and its map."""
        parts = (self._told, self._standing, self._scores, self._meaning)
        return "\n".join(part.text() for part in parts if part.text())

    @property
    def film(self) -> Prediction | None:
        """The film chosen last."""
        return self._film

    @property
    def open_button(self) -> QPushButton:
        """Opens the film in the viewer."""
        return self._open

    def show_nothing(self) -> None:
        """Say how to come to a film."""
        self._film = None
        self._open.setEnabled(False)
        self._told.setText("")
        self._standing.tell("")
        self._scores.setText("")
        self._meaning.setText(HEAT_MEANING)
        self._say(self.tr("Choose a film to see where the model looked"))

    def wait(self, film: Prediction) -> None:
        """Show what is known of a film while it is read."""
        self._film = film
        self._open.setEnabled(True)
        self._told.setText(
            self.tr("is {actual}, called {called}").format(
                actual=" + ".join(film.actual) or self.tr("none"),
                called=" + ".join(film.called) or self.tr("none"),
            )
        )
        self._scores.setText(
            "   ".join(f"{name} {value:.2f}" for name, value in film.probabilities.items())
        )
        self._standing.tell("")
        self._meaning.setText(self.tr("computing the heat map"))
        self._say(self.tr("Reading the film"))

    def show_film(self, layers: FilmLayers) -> None:
        """Put a film that was read on screen."""
        self.view.show_film(layers)
        self._stack.setCurrentWidget(self.view)

    def show_analysis(self, analysis: Analysis, drawn: HeatLayer | None) -> None:
        """Lay the heat map over the film, or say why there is none."""
        if self._stack.currentWidget() is not self.view:
            # It is of the film before, while this one is still being read.
            return
        heat_map = analysis.heat_map
        self.view.show_heat_map(heat_map, drawn=drawn)
        self._standing.tell(findings_words.warned(analysis))
        if heat_map is None:
            self._meaning.setText(analysis.reason or NO_EVIDENCE)
        elif heat_map.flaw:
            self._meaning.setText(f"{NO_EVIDENCE}: {heat_map.flaw}")
        else:
            self._meaning.setText(
                self.tr("heat map of {label}: {meaning}").format(
                    label=heat_map.label, meaning=HEAT_MEANING
                )
            )

    def refuse(self, sentence: str) -> None:
        """Say why the film cannot be shown."""
        self._meaning.setText("")
        self._say(sentence)

    def refuse_map(self, sentence: str) -> None:
        """Say why there is no heat map; the film stays."""
        self._meaning.setText(sentence)

    def _build(self) -> None:
        heading = QLabel(self.tr("FILM"))
        heading.setObjectName("heading")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setObjectName("film_place")
        self._empty.setWordWrap(True)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.view)
        for label in (self._scores, self._meaning):
            label.setObjectName("muted")
        for label in (self._told, self._scores, self._meaning):
            label.setWordWrap(True)
            label.setFont(theme.tabular(self.font(), pixels=13 if label is self._told else 12))
        self._meaning.setMinimumHeight(_MEANING_HEIGHT)
        self._meaning.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(heading)
        column.addWidget(self._stack, 1)
        for widget in (self._told, self._standing, self._scores, self.opacity, self._meaning):
            column.addWidget(widget)
        column.addWidget(self._open, 0, Qt.AlignmentFlag.AlignLeft)

    def _say(self, sentence: str) -> None:
        self._empty.setText(sentence)
        self._stack.setCurrentWidget(self._empty)

    def _want(self) -> None:
        if self._film is not None:
            path: Path = self._film.path
            self.film_wanted.emit(path)
