"""A dialog to look at and close: its parts below each other, a line of words at the foot."""

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget


class ClosingDialog(QDialog):
    """Decides nothing; a part that can grow takes the room."""

    def fill(self, *parts: QWidget, growing: QWidget, foot: str) -> None:
        """Lay the parts out, once.

        Parameters
        ----------
        growing
            The one of the parts that takes the room left.
        foot
            Words beside the button.
        """
        words = QLabel(foot)
        words.setObjectName("muted")
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(words, 1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(12)
        for part in parts:
            column.addWidget(part, int(part is growing))
        column.addLayout(row)
