"""The empty window: one sentence and three ways in, recent films below."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

_RECENT = 5


class EmptyState(QWidget):
    """Stands in the film's place while there is none.

    Signals
    -------
    open_wanted, folder_wanted, phantom_wanted
    film_wanted(Path)
        One of the recent films.
    """

    open_wanted = Signal()
    folder_wanted = Signal()
    phantom_wanted = Signal()
    film_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("empty_state")
        title = QLabel(self.tr("Drop chest films here"))
        title.setObjectName("empty_title")
        about = QLabel(self.tr("DICOM, PNG, JPEG or TIFF, single files or whole folders"))
        about.setObjectName("muted")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(1)
        for label in (title, about):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(label)
        column.addSpacing(4)
        column.addLayout(self._buttons())
        column.addSpacing(12)
        column.addLayout(self._recent)
        column.addStretch(1)

    def set_recent(self, recent: tuple[str, ...]) -> None:
        """Offer the films opened last."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for name in recent[:_RECENT]:
            path = Path(name)
            button = QPushButton(path.name)
            button.setObjectName("link")
            button.setToolTip(str(path))
            button.clicked.connect(lambda _=False, path=path: self.film_wanted.emit(path))
            self._recent.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for text, signal, primary in (
            (self.tr("Open films"), self.open_wanted, True),
            (self.tr("Open a folder"), self.folder_wanted, False),
            (self.tr("Try the phantom"), self.phantom_wanted, False),
        ):
            button = QPushButton(text)
            if primary:
                button.setObjectName("primary")
            button.clicked.connect(signal)
            row.addWidget(button)
        row.addStretch(1)
        return row
