"""A few words side by side of which one is chosen."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget


class Switch(QWidget):
    """Chooses one of a few.

    Signals
    -------
    chosen(str)
        Key of the choice.
    """

    chosen = Signal(str)

    def __init__(self, name: str, choices: dict[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for key, words in choices.items():
            button = QPushButton(words)
            button.setObjectName("switch")
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, key=key: self.chosen.emit(key))
            self._group.addButton(button)
            self._buttons[key] = button
            row.addWidget(button)
        next(iter(self._buttons.values())).setChecked(True)

    @property
    def choice(self) -> str:
        """Key of what is chosen."""
        return next(key for key, button in self._buttons.items() if button.isChecked())

    def mark(self, key: str) -> None:
        """Show what is chosen without saying so."""
        self._buttons[key].setChecked(True)

    def offer(self, keys: Iterable[str]) -> None:
        """Let only some be chosen."""
        offered = set(keys)
        for key, button in self._buttons.items():
            button.setEnabled(key in offered)

    def choose(self, key: str) -> None:
        """Choose as if clicked."""
        self._buttons[key].click()
