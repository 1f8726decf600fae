"""Which model is to be measured on the films that were chosen."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.core import paths
from cxrviewer.core.bundle import DEFAULT_MODEL, Bundle, installed_bundles, read_bundle
from cxrviewer.core.errors import BundleError
from cxrviewer.core.run_files import BUNDLE
from cxrviewer.ui.widgets.choice_box import ChoiceBox

_TEXT_WIDTH = 400


class EvaluateDialog(QDialog):
    """Asks for a model.

    Signals
    -------
    model_chosen(str)
        Id of an installed model, or folder of another.
    """

    model_chosen = Signal(str)

    def __init__(self, data: Path, *, model: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("evaluate_dialog")
        self.setWindowTitle(self.tr("Evaluate a model"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = QLabel(self.tr("Evaluate a model"))
        title.setObjectName("empty_title")
        about = QLabel(
            self.tr(
                "All films of {data} are shown to the model, and its answers are compared with "
                "their classes. Nothing is learned. Films it was trained on make it look better "
                "than it is."
            ).format(data=data.name)
        )
        about.setWordWrap(True)
        about.setFixedWidth(_TEXT_WIDTH)
        self.models = ChoiceBox(self.tr("Model"))
        bundles, _ = installed_bundles()
        for bundle in bundles:
            self._offer(bundle, bundle.manifest.id)
        places = [self.models.findData(name) for name in (model, DEFAULT_MODEL)]
        self.models.setCurrentIndex(next((place for place in places if place >= 0), 0))
        self.start = QPushButton(self.tr("Evaluate"))
        self.start.setObjectName("primary")
        self.start.setDefault(True)
        self.start.setEnabled(bool(bundles))
        self.start.clicked.connect(self._choose)
        self._other = QPushButton(self.tr("Another model…"))
        self._other.setToolTip(self.tr("A run's folder, or any folder that holds a model"))
        self._other.clicked.connect(self._ask_for_folder)
        self.flaw = QLabel()
        self.flaw.setObjectName("flaw")
        self.flaw.setWordWrap(True)
        self.flaw.hide()
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._other)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.start)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        for part in (title, about, self.models, self.flaw):
            column.addWidget(part)
        column.addLayout(buttons)

    def offer_folder(self, folder: Path) -> None:
        """Choose the model in a folder, or in a run's."""
        inner = folder / BUNDLE
        try:
            bundle = read_bundle(inner if inner.is_dir() else folder)
        except BundleError as error:
            self.flaw.setText(error.sentence)
            self.flaw.show()
            return
        self.flaw.hide()
        self._offer(bundle, str(bundle.folder))
        self.models.setCurrentIndex(self.models.count() - 1)
        self.start.setEnabled(True)

    def _offer(self, bundle: Bundle, key: str) -> None:
        manifest = bundle.manifest
        off = (self.tr("off by default"),) if manifest.off_by_default else ()
        self.models.addItem("  ·  ".join(dict.fromkeys((manifest.name, manifest.id, *off))), key)

    def _ask_for_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(
            self, self.tr("A folder that holds a model"), str(paths.runs_dir())
        )
        if name:
            self.offer_folder(Path(name))

    def _choose(self) -> None:
        self.model_chosen.emit(str(self.models.currentData()))
        self.accept()
