"""Which installed model is to be measured on the films that were chosen."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cxrviewer.core.bundle import installed_bundles
from cxrviewer.ui.widgets.choice_box import ChoiceBox

_TEXT_WIDTH = 400


class EvaluateDialog(QDialog):
    """Asks for a model.

    Signals
    -------
    model_chosen(str)
        Id of an installed model.
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
            manifest = bundle.manifest
            self.models.addItem(f"{manifest.name}  ·  {manifest.id}", manifest.id)
        self.models.setCurrentIndex(max(self.models.findData(model), 0))
        self.start = QPushButton(self.tr("Evaluate"))
        self.start.setObjectName("primary")
        self.start.setDefault(True)
        self.start.setEnabled(bool(bundles))
        self.start.clicked.connect(self._choose)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.start)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        for part in (title, about, self.models):
            column.addWidget(part)
        column.addLayout(buttons)

    def _choose(self) -> None:
        self.model_chosen.emit(str(self.models.currentData()))
        self.accept()
