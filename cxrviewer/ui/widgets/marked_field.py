"""A row of a form: a name, a control, and below it what is wrong with its value."""

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

_NAME_WIDTH = 72


class MarkedField(QWidget):
    """Names a control, and marks it when its value cannot be used."""

    def __init__(self, name: str, control: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Of several parts the one is marked that is edited.
        self._control = control.focusProxy() or control
        label = QLabel(name)
        label.setObjectName("muted")
        label.setFixedWidth(_NAME_WIDTH)
        self._flaw = QLabel()
        self._flaw.setObjectName("flaw")
        self._flaw.setWordWrap(True)
        self._flaw.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.addWidget(label, 0, 0)
        grid.addWidget(control, 0, 1)
        grid.addWidget(self._flaw, 1, 1)
        grid.setColumnStretch(1, 1)

    @property
    def flaw(self) -> str:
        """What is wrong, empty for nothing."""
        return self._flaw.text()

    def mark(self, sentence: str) -> None:
        """Say what is wrong with the value, or with an empty sentence that nothing is."""
        self._flaw.setText(sentence)
        self._flaw.setVisible(bool(sentence))
        self._control.setAccessibleDescription(sentence)
        self._control.setProperty("flawed", bool(sentence))
        self._control.style().polish(self._control)
