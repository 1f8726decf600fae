"""A question that needs an answer: what would happen, and two ways."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget


class Question(QDialog):
    """Asks once; the careful answer has the focus."""

    def __init__(
        self, title: str, text: str, *, accept: str, reject: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("question")
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        heading = QLabel(title)
        heading.setObjectName("empty_title")
        self.text = text
        about = QLabel(text)
        about.setWordWrap(True)
        about.setFixedWidth(440)
        self.yes = QPushButton(accept)
        self.yes.clicked.connect(self.accept)
        self.no = QPushButton(reject)
        self.no.setDefault(True)
        self.no.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.yes)
        buttons.addWidget(self.no)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addWidget(heading)
        column.addWidget(about)
        column.addLayout(buttons)
        self.no.setFocus()
