"""One hyper-parameter of the Advanced drawer: its name, a field of its kind, what it means."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QWidget,
)

from cxrviewer.core.hyperparameters import Hyperparameter
from cxrviewer.core.recipe import Recipe
from cxrviewer.ui import theme
from cxrviewer.ui.widgets.choice_box import ChoiceBox

_FIELD_WIDTH = 120


class HyperparameterRow(QWidget):
    """Edits one value as the text that `cxrviewer.core.hyperparameters.changed` reads.

    Signals
    -------
    edited
    """

    edited = Signal()

    def __init__(self, entry: Hyperparameter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self._default = ""
        self._field = QWidget()
        self._field.setFixedWidth(_FIELD_WIDTH)
        self._places = QHBoxLayout(self._field)
        self._places.setContentsMargins(0, 0, 0, 0)
        self._places.setSpacing(4)
        self._edits: list[QLineEdit] = []
        self._choice = ChoiceBox(entry.title) if entry.kind == "choice" else None
        self._switch = QCheckBox(self.tr("yes")) if entry.kind == "switch" else None
        self._title = QLabel(self.tr(entry.title))
        self._title.setWordWrap(True)
        self._reset = QToolButton()
        self._flaw = QLabel()
        self._build()

    @property
    def text(self) -> str:
        """The value as text; of a value a phase, with commas between."""
        if self._choice is not None:
            return str(self._choice.currentData())
        if self._switch is not None:
            return "yes" if self._switch.isChecked() else "no"
        return ",".join(edit.text().strip() for edit in self._edits)

    @property
    def is_changed(self) -> bool:
        """True where the value is not the recipe's."""
        return self.text != self._default

    @property
    def flaw(self) -> str:
        """What is wrong with the value, empty for nothing."""
        return self._flaw.text()

    def set_default(self, text: str, recipe: Recipe) -> None:
        """Take a recipe's own value, and show it."""
        self._default = text
        if self._choice is None and self._switch is None:
            names = [phase.name for phase in recipe.phases] if self.entry.per_phase else [""]
            if len(names) != len(self._edits):
                self._make_edits(len(names))
            for edit, name in zip(self._edits, names, strict=True):
                edit.setToolTip(name)
                edit.setAccessibleName(f"{self.entry.title} {name}".strip())
        self.set_text(text)

    def set_text(self, text: str) -> None:
        """Show a value."""
        if self._choice is not None:
            self._choice.setCurrentIndex(self._choice.findData(text))
        elif self._switch is not None:
            self._switch.setChecked(text == "yes")
        else:
            parts = text.split(",", len(self._edits) - 1) if self.entry.per_phase else [text]
            for edit, part in zip(self._edits, parts, strict=False):
                edit.setText(part)
                edit.setCursorPosition(0)
        self._mark_changed()

    def mark(self, sentence: str) -> None:
        """Say what is wrong with the value, or with an empty sentence that nothing is."""
        self._flaw.setText(sentence)
        self._flaw.setVisible(bool(sentence))
        for edit in self._edits:
            edit.setProperty("flawed", bool(sentence))
            edit.style().polish(edit)

    def reset(self) -> None:
        """Go back to the recipe's value."""
        self.set_text(self._default)
        self.edited.emit()

    def _build(self) -> None:
        tip = QLabel(self.tr(self.entry.tip))
        tip.setObjectName("muted")
        tip.setWordWrap(True)
        self._flaw.setObjectName("flaw")
        self._flaw.setWordWrap(True)
        self._flaw.hide()
        self._reset.setIcon(theme.icon("reset"))
        self._reset.setAutoRaise(True)
        self._reset.setToolTip(self.tr("Back to the recipe's value"))
        self._reset.setAccessibleName(
            self.tr("{title}: back to the recipe's value").format(title=self.entry.title)
        )
        self._reset.clicked.connect(self.reset)
        # Hidden controls keep their place, so that nothing jumps.
        policy = self._reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._reset.setSizePolicy(policy)
        self._make_control()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(2)
        grid.addWidget(self._title, 0, 0)
        grid.addWidget(self._field, 0, 1)
        grid.addWidget(self._reset, 0, 2)
        grid.addWidget(tip, 1, 0, 1, 2)
        grid.addWidget(self._flaw, 2, 0, 1, 2)
        grid.setColumnStretch(0, 1)

    def _make_control(self) -> None:
        if self._choice is not None:
            for choice in self.entry.choices:
                self._choice.addItem(choice, choice)
            self._choice.activated.connect(self._edit)
            self._places.addWidget(self._choice)
        elif self._switch is not None:
            self._switch.setAccessibleName(self.entry.title)
            self._switch.clicked.connect(self._edit)
            self._places.addWidget(self._switch)

    def _make_edits(self, count: int) -> None:
        for edit in self._edits:
            self._places.removeWidget(edit)
            edit.deleteLater()
        self._edits = [QLineEdit() for _ in range(count)]
        for edit in self._edits:
            edit.setFont(theme.tabular(edit.font()))
            edit.textEdited.connect(self._edit)
            self._places.addWidget(edit)

    def _edit(self) -> None:
        self._mark_changed()
        self.edited.emit()

    def _mark_changed(self) -> None:
        self._reset.setVisible(self.is_changed)
        self._title.setProperty("changed", self.is_changed)
        self._title.style().polish(self._title)
        self._title.setText(("● " if self.is_changed else "") + self.tr(self.entry.title))
