"""What the program is not, to be read once."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cxrviewer.core.analysis import NOTICE

# Raised when the text changes, so that it is read again.
NOTICE_VERSION = "1"


class Acknowledgement(QDialog):
    """Says what the program must not be used for; who does not accept it leaves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("acknowledgement")
        self.setWindowTitle(NOTICE)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        title = QLabel(NOTICE)
        title.setObjectName("empty_title")
        text = QLabel(
            self.tr(
                "This program shows chest films, what a small research model makes of them, and "
                "where that model looked. It is not a medical device. The numbers and the heat "
                "maps may be wrong, above all on films unlike those the model was trained on. "
                "Do not base care of a patient on them."
            )
        )
        text.setWordWrap(True)
        text.setFixedWidth(440)
        accept = QPushButton(self.tr("I understand"))
        accept.setObjectName("primary")
        accept.setDefault(True)
        accept.clicked.connect(self.accept)
        leave = QPushButton(self.tr("Quit"))
        leave.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(leave)
        buttons.addWidget(accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addWidget(title)
        column.addWidget(text)
        column.addLayout(buttons)
