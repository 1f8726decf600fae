"""The drawer of every setting: the table of hyper-parameters as a form."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cxrviewer.core import paths
from cxrviewer.core.hyperparameters import HYPERPARAMETERS, as_text
from cxrviewer.core.recipe import Recipe
from cxrviewer.ui.widgets.folder_edit import FolderEdit
from cxrviewer.ui.widgets.hyperparameter_row import HyperparameterRow
from cxrviewer.ui.widgets.marked_field import MarkedField

_INNER = 12
FIRST_SEED = "1"


class AdvancedDrawer(QFrame):
    """Edits what differs from the recipe; what is not touched follows it.

    Signals
    -------
    edited
    closed
    """

    edited = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("drawer")
        self._name = QLineEdit()
        self._name.setAccessibleName(self.tr("Model name"))
        self._seed = QLineEdit(FIRST_SEED)
        self._seed.setAccessibleName(self.tr("Seed"))
        self._folder = FolderEdit(self.tr("Folder of the runs"), usual=paths.runs_dir())
        self.fields = {
            "bundle_id": MarkedField(self.tr("name"), self._name),
            "seed": MarkedField(self.tr("seed"), self._seed),
            "out": MarkedField(self.tr("folder"), self._folder),
        }
        self.rows = {key: HyperparameterRow(entry) for key, entry in HYPERPARAMETERS.items()}
        self._all = QPushButton(self.tr("Reset all"))
        self._build()

    @property
    def name(self) -> str:
        """Name of the model, empty for one made of recipe and date."""
        return self._name.text().strip()

    @property
    def seed(self) -> str:
        """The seed as text."""
        return self._seed.text().strip()

    @property
    def folder(self) -> Path:
        """Where a run gets a folder of its own."""
        return self._folder.folder

    def use_folder(self, folder: Path) -> None:
        """Let runs get their folders here."""
        self._folder.use(folder)

    @property
    def changes(self) -> dict[str, str]:
        """Hyper-parameter -> text, what differs from the recipe."""
        return {key: row.text for key, row in self.rows.items() if row.is_changed}

    def show_recipe(self, recipe: Recipe) -> None:
        """Take a recipe's values; what was changed for the one before goes."""
        for key, row in self.rows.items():
            row.set_default(as_text(recipe, key), recipe)
            row.mark("")
        self._all.setEnabled(False)

    def suggest_name(self, name: str) -> None:
        """Show the name a model gets when none is given."""
        self._name.setPlaceholderText(name)

    def take(self, changes: dict[str, str], *, name: str = "", seed: str = FIRST_SEED) -> None:
        """Show the settings of a plan."""
        self._name.setText(name)
        self._seed.setText(seed)
        for key, text in changes.items():
            self.rows[key].set_text(text)
        self._take_edit()

    def mark(self, field: str, sentence: str) -> bool:
        """Mark one field and no other; False where the drawer has no such field."""
        parts: dict[str, MarkedField | HyperparameterRow] = {**self.fields, **self.rows}
        for key, part in parts.items():
            part.mark(sentence if key == field else "")
        return field in parts

    def _build(self) -> None:
        heading = QLabel(self.tr("ADVANCED"))
        heading.setObjectName("heading")
        self._all.setObjectName("link")
        self._all.clicked.connect(self._reset_all)
        close = QPushButton(self.tr("Close"))
        close.setObjectName("link")
        close.clicked.connect(self.closed)
        top = QHBoxLayout()
        top.setContentsMargins(_INNER, 8, 4, 0)
        top.addWidget(heading, 1)
        top.addWidget(self._all)
        top.addWidget(close)
        content = QWidget()
        content.setObjectName("side_content")
        rows = QVBoxLayout(content)
        rows.setContentsMargins(_INNER, 4, 4, _INNER)
        rows.setSpacing(12)
        for part in (*self.fields.values(), *self.rows.values()):
            rows.addWidget(part)
        rows.addStretch(1)
        for row in self.rows.values():
            row.edited.connect(self._take_edit)
        for edit in (self._name, self._seed):
            edit.textEdited.connect(lambda _: self._take_edit())
        self._folder.edited.connect(self._take_edit)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(content)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(top)
        column.addWidget(scroll, 1)

    def _take_edit(self) -> None:
        self._all.setEnabled(bool(self.changes))
        self.edited.emit()

    def _reset_all(self) -> None:
        for row in self.rows.values():
            if row.is_changed:
                row.reset()
