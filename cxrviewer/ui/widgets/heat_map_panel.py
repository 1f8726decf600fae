"""The controls of the heat map: on or off, of which label, from which layer, how strong."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.core.analysis import HEAT_MEANING, NO_EVIDENCE, HeatMap
from cxrviewer.processes.messages import ModelReady
from cxrviewer.ui import theme
from cxrviewer.ui.widgets.choice_box import ChoiceBox
from cxrviewer.ui.widgets.colour_bar import ColourBar

# Name of the method as the engine knows it -> words on screen.
METHODS = {
    "gradcam": "Grad-CAM",
    "gradcam++": "Grad-CAM++",
    "hirescam": "HiResCAM",
    "layercam": "LayerCAM",
    "eigencam": "EigenCAM",
    "scorecam": "ScoreCAM (slow)",
}
STEP = 5


class HeatMapPanel(QWidget):
    """Controls of the heat map.

    Signals
    -------
    shown_changed(bool)
    opacity_changed(float)
        0..1.
    map_wanted
        Another label, layer or method was chosen.
    """

    shown_changed = Signal(bool)
    opacity_changed = Signal(float)
    map_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("heat_map_panel")
        self._labels: tuple[str, ...] = ()
        self._layers: tuple[str, ...] = ()
        self._shown = QCheckBox(self.tr("Show (O)"))
        self._shown.setObjectName("overlay_shown")
        self._shown.setChecked(True)
        self._label = ChoiceBox(self.tr("Label of the heat map"))
        self._layer = ChoiceBox(self.tr("Layer of the heat map"))
        self._method = ChoiceBox(self.tr("Method of the heat map"))
        for method, words in METHODS.items():
            self._method.addItem(words, method)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("opacity_slider")
        self._slider.setAccessibleName(self.tr("Opacity of the heat map, per cent"))
        self._slider.setRange(0, 100)
        self._slider.setPageStep(2 * STEP)
        self._percent = QLabel()
        self._percent.setFont(theme.tabular(self.font()))
        self._percent.setFixedWidth(44)
        self._percent.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._bar = ColourBar()
        self._meaning = QLabel(HEAT_MEANING)
        self._meaning.setObjectName("muted")
        self._meaning.setWordWrap(True)
        self._meaning.setMinimumHeight(34)
        self._meaning.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._build()
        self._shown.toggled.connect(self.shown_changed)
        self._slider.valueChanged.connect(self._opacity_moved)
        for combo in (self._label, self._layer, self._method):
            combo.activated.connect(self.map_wanted)
        self.opacity = 40
        self.show_map(None)

    @property
    def opacity(self) -> int:
        """Per cent, 0..100."""
        return self._slider.value()

    @opacity.setter
    def opacity(self, percent: int) -> None:
        self._slider.setValue(percent)
        self._opacity_moved(self._slider.value())

    @property
    def overlay_shown(self) -> bool:
        """Whether the heat map is on."""
        return self._shown.isChecked()

    @overlay_shown.setter
    def overlay_shown(self, shown: bool) -> None:
        self._shown.setChecked(shown)

    @property
    def label(self) -> str:
        """Id of the chosen label, empty for the model's own choice."""
        return str(self._label.currentData() or "")

    @property
    def layer(self) -> str:
        """Name of the chosen stage, empty for the last."""
        return str(self._layer.currentData() or "")

    @property
    def method(self) -> str:
        """Name of the chosen method."""
        return str(self._method.currentData())

    @property
    def text(self) -> str:
        """What the panel says of the map."""
        return self._meaning.text()

    def set_method(self, method: str) -> None:
        """Choose a method without asking for a map."""
        self._method.setCurrentIndex(max(self._method.findData(method), 0))

    def set_model(self, ready: ModelReady) -> None:
        """Offer the labels and layers of a model, the last layer chosen."""
        self._label.clear()
        for label, name in ready.labels:
            self._label.addItem(name, label)
        self._label.setCurrentIndex(-1)
        self._layer.clear()
        last = len(ready.layers) - 1
        for place, layer in enumerate(ready.layers):
            self._layer.addItem(
                self.tr("{n} of {all}   {layer}").format(n=place + 1, all=last + 1, layer=layer),
                layer,
            )
        self._layer.setCurrentIndex(last)

    def forget_model(self) -> None:
        """Offer nothing, as the labels and layers of another model are not known yet."""
        self.show_map(None)
        self._label.clear()
        self._layer.clear()

    def choose_label(self, label: str) -> None:
        """Choose a label without asking for a map."""
        with QSignalBlocker(self._label):
            self._label.setCurrentIndex(self._label.findData(label))

    def wait_for_map(self) -> None:
        """Say that another map is on its way."""
        self._meaning.setText(self.tr("computing the heat map"))

    def show_map(self, heat_map: HeatMap | None) -> None:
        """Say what is drawn: a map, no map, or none worth drawing and why."""
        drawn = heat_map is not None and not heat_map.flaw
        for widget in (self._shown, self._slider, self._bar, self._percent):
            widget.setEnabled(drawn)
        for combo in (self._label, self._layer, self._method):
            combo.setEnabled(heat_map is not None)
        if heat_map is None:
            # Its name alone would tell what the model thinks of a film it warns about.
            self._label.setCurrentIndex(-1)
            self._meaning.setText(HEAT_MEANING)
            return
        self.choose_label(heat_map.label)
        self._meaning.setText(HEAT_MEANING if drawn else f"{NO_EVIDENCE}: {heat_map.flaw}")

    def _build(self) -> None:
        heading = QLabel(self.tr("HEAT MAP"))
        heading.setObjectName("heading")
        top = QHBoxLayout()
        top.addWidget(heading, 1)
        top.addWidget(self._shown)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for row, (text, field) in enumerate(
            (
                (self.tr("of"), self._label),
                (self.tr("layer"), self._layer),
                (self.tr("method"), self._method),
            )
        ):
            name = QLabel(text)
            name.setObjectName("muted")
            name.setFixedWidth(48)
            grid.addWidget(name, row, 0)
            grid.addWidget(field, row, 1)
        strength = QHBoxLayout()
        strength.setSpacing(8)
        name = QLabel(self.tr("opacity"))
        name.setObjectName("muted")
        name.setFixedWidth(48)
        strength.addWidget(name)
        strength.addWidget(self._slider, 1)
        strength.addWidget(self._percent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addLayout(grid)
        column.addLayout(strength)
        column.addWidget(self._bar)
        column.addWidget(self._meaning)

    def _opacity_moved(self, percent: int) -> None:
        self._percent.setText(f"{percent} %")
        self._bar.set_opacity(percent / 100)
        self.opacity_changed.emit(percent / 100)
