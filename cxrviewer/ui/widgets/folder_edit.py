"""A folder that is written or pointed at; where none is named, the usual one."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from cxrviewer.ui import theme


class FolderEdit(QWidget):
    """Names a folder.

    Signals
    -------
    edited
    """

    edited = Signal()

    def __init__(self, name: str, *, usual: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._usual = usual
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(str(usual))
        self.edit.setToolTip(str(usual))
        self.edit.setAccessibleName(name)
        self.edit.textEdited.connect(lambda _: self.edited.emit())
        self.setFocusProxy(self.edit)
        other = QPushButton()
        other.setIcon(theme.icon("open"))
        other.setToolTip(self.tr("Choose a folder"))
        other.setAccessibleName(f"{name}: {other.toolTip()}")
        other.clicked.connect(self._ask)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.edit, 1)
        row.addWidget(other)

    @property
    def folder(self) -> Path:
        """The folder that is named, from the person's own on, or the usual one."""
        text = self.edit.text().strip()
        within = "" if text == "~" else text.removeprefix("~/")
        return Path.home() / within if text else self._usual

    def use(self, folder: Path) -> None:
        """Name a folder; the usual one needs no name."""
        self.edit.setText("" if folder == self._usual else str(folder))
        self.edit.setToolTip(str(folder))

    def _ask(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.edit.accessibleName(), str(self.folder))
        if name:
            self.use(Path(name))
            self.edited.emit()
