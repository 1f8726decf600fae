"""A framed sentence that stands where results would: refused, warned about, or failed."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cxrviewer.ui import theme


class NoticeBox(QFrame):
    """An icon and a word in the colour of the kind, the reason, and at most one button.

    Signals
    -------
    pressed
    """

    pressed = Signal()

    def __init__(self, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{kind}_box")
        mark = QLabel()
        mark.setPixmap(theme.pixmap(kind, colour_name=kind))
        self._word = QLabel()
        self._word.setObjectName(f"{kind}_word")
        self._reason = QLabel()
        self._reason.setObjectName("reason")
        self._reason.setWordWrap(True)
        self._reason.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._button = QPushButton()
        self._button.clicked.connect(self.pressed)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(mark)
        top.addWidget(self._word, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._reason, 1)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def reason(self) -> str:
        """The sentence that is shown."""
        return self._reason.text()

    @property
    def button(self) -> QPushButton:
        """The one button."""
        return self._button

    def tell(self, word: str, reason: str, *, button: str = "") -> None:
        """Show a word and a sentence, and a button if it is named."""
        self._word.setText(word)
        self._reason.setText(reason)
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self.setAccessibleName(f"{word}: {reason}")
