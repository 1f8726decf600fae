"""Where a network starts: ImageNet weights from a folder, from the network, or none."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from cxrviewer.ui import theme
from cxrviewer.ui.widgets.choice_box import ChoiceBox
from cxrviewer.ui.widgets.question import Question

_FOLDER, _DOWNLOAD, _SCRATCH = "folder", "download", "scratch"


class WeightsBox(QWidget):
    """Chooses the start of a training; a download only after a plain yes.

    Signals
    -------
    changed
    """

    changed = Signal()

    def __init__(self, folder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._backbone = ""
        self._kept = _FOLDER if folder else _SCRATCH
        self._box = ChoiceBox(self.tr("ImageNet weights"))
        for key in (_FOLDER, _DOWNLOAD, _SCRATCH):
            self._box.addItem("", key)
        self._box.activated.connect(self._choose)
        self.setFocusProxy(self._box)
        self._other = QPushButton()
        self._other.setIcon(theme.icon("open"))
        self._other.setToolTip(self.tr("Choose the folder of ImageNet weights"))
        self._other.setAccessibleName(self._other.toolTip())
        self._other.clicked.connect(self._ask_for_folder)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._box, 1)
        row.addWidget(self._other)
        self._refresh()

    @property
    def folder(self) -> str:
        """Folder of ImageNet weights, empty for none."""
        return self._folder

    @property
    def weights(self) -> str | None:
        """What `TrainingPlan.weights` is to be."""
        return {_FOLDER: self._folder, _DOWNLOAD: _DOWNLOAD, _SCRATCH: None}[self._kept] or None

    def use_folder(self, folder: str) -> None:
        """Start from the weights in a folder."""
        self._folder = folder
        self._take(_FOLDER if folder else _SCRATCH)

    def use_scratch(self) -> None:
        """Start from random weights."""
        self._take(_SCRATCH)

    def use_weights(self, weights: str | None) -> None:
        """Start as a plan says."""
        if weights == _DOWNLOAD:
            self._take(_DOWNLOAD)
        elif weights:
            self.use_folder(weights)
        else:
            self.use_scratch()

    def ask_to_download(self) -> None:
        """Start from weights that are fetched, once the user has agreed to it."""
        question = Question(
            self.tr("Download the ImageNet weights?"),
            self.tr(
                "At the start of the training the ImageNet weights of {backbone} are fetched from "
                "where their makers keep them, download.pytorch.org or github.com (tens to "
                "hundreds of megabytes, once), and checked against their hash. Nothing is sent: "
                "no film and no name leaves this computer."
            ).format(backbone=self._backbone),
            accept=self.tr("Download at the start"),
            reject=self.tr("Do not download"),
            parent=self.window(),
        )
        question.accepted.connect(lambda: self._take(_DOWNLOAD))
        question.rejected.connect(self._refresh)
        question.open()

    def set_backbone(self, title: str) -> None:
        """Take the name of the network whose weights would be fetched."""
        self._backbone = title

    def _choose(self, place: int) -> None:
        wanted = str(self._box.itemData(place))
        if wanted == self._kept:
            return
        if wanted == _DOWNLOAD:
            self.ask_to_download()
        elif wanted == _FOLDER and not self._folder:
            self._ask_for_folder()
        else:
            self._take(wanted)

    def _ask_for_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(
            self, self.tr("A folder with ImageNet weights"), self._folder or str(Path.home())
        )
        if name:
            self.use_folder(name)
        else:
            self._refresh()

    def _take(self, wanted: str) -> None:
        self._kept = wanted
        self._refresh()
        self.changed.emit()

    def _refresh(self) -> None:
        name = Path(self._folder).name
        words = {
            _FOLDER: self.tr("folder {name}").format(name=name)
            if self._folder
            else self.tr("from a folder…"),
            _DOWNLOAD: self.tr("download at the start…"),
            _SCRATCH: self.tr("from scratch"),
        }
        for place, (key, text) in enumerate(words.items()):
            self._box.setItemText(place, text)
            if key == self._kept:
                self._box.setCurrentIndex(place)
        self._box.setToolTip(self._folder)
