"""What speaks against an answer, above it for as long as it stands."""

from PySide6.QtWidgets import QLabel, QWidget


class StandingWarning(QLabel):
    """A sentence in the colour of warnings; takes no room while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("standing_warning")
        self.setWordWrap(True)
        self.hide()

    def tell(self, words: str) -> None:
        """Show a sentence, or nothing."""
        self.setText(words)
        self.setVisible(bool(words))
