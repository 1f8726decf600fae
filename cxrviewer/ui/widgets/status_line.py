"""The line at the foot of the window: the film's numbers, training, model, and the notice."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from cxrviewer.core.analysis import NOTICE
from cxrviewer.ui import theme


class StatusLine(QFrame):
    """Shows size, pixel under the mouse, a training, the model, and always the notice.

    Signals
    -------
    models_wanted
        The model was pressed.
    """

    models_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_line")
        self.setFixedHeight(28)
        self._film = QLabel()
        self._film.setObjectName("film_numbers")
        self._probe = QLabel()
        self._probe.setObjectName("probe")
        self._training = QLabel()
        self._training.setObjectName("training_state")
        self._model = QPushButton()
        self._model.setObjectName("model_state")
        self._model.setToolTip(self.tr("Models and their cards"))
        self._model.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the film its keys
        self._model.clicked.connect(self.models_wanted)
        notice = QLabel(NOTICE)
        notice.setObjectName("notice")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(16)
        for label in (self._film, self._probe):
            label.setFont(theme.tabular(label.font(), pixels=12))
            row.addWidget(label)
        row.addStretch(1)
        row.addWidget(self._training)
        row.addWidget(self._model)
        row.addWidget(notice)
        for part in (self._film, self._probe, self._training, self._model):
            # In a narrow window the numbers give way, so that no text widens it.
            part.setMinimumWidth(1)

    @property
    def model_text(self) -> str:
        """What the line says of the model."""
        return self._model.text()

    @property
    def training_text(self) -> str:
        """What the line says of a training under way, empty without one."""
        return self._training.text()

    def set_training(self, text: str) -> None:
        """Show what a training is doing meanwhile, nothing for an empty text."""
        self._training.setText(text)

    def set_film_shown(self, shown: bool) -> None:
        """Show or hide what concerns the film on screen."""
        self._film.setVisible(shown)
        self._probe.setVisible(shown)

    def set_film(self, text: str) -> None:
        """Show the film's size, window and zoom."""
        self._film.setText(text)

    def set_probe(self, text: str) -> None:
        """Show the pixel under the mouse."""
        self._probe.setText(text)

    def set_model(self, text: str) -> None:
        """Show what the model is doing."""
        self._model.setText(text)
