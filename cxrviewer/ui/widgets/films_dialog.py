"""The films an audit's finding concerns, to be opened one by one."""

from pathlib import Path

from PySide6.QtCore import QModelIndex, QStringListModel, Signal
from PySide6.QtWidgets import QLabel, QListView, QWidget

from cxrviewer.core.audit import AuditFinding
from cxrviewer.ui.widgets.closing_dialog import ClosingDialog


class FilmsDialog(ClosingDialog):
    """Lists films; Enter or a double click opens one in the Viewer.

    Signals
    -------
    film_wanted(Path)
    """

    film_wanted = Signal(object)

    def __init__(self, finding: AuditFinding, root: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("films_dialog")
        self.setWindowTitle(self.tr("Films of this finding"))
        self._root = root
        self._lines = _lines(finding)
        about = QLabel(finding.sentence)
        about.setWordWrap(True)
        self.films = QListView()
        self.films.setUniformItemSizes(True)
        self.films.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.films.setAccessibleName(self.tr("Films"))
        self.films.setModel(QStringListModel([text for text, _ in self._lines], self))
        self.films.setCurrentIndex(self.films.model().index(0, 0))
        self.films.activated.connect(self._open)
        hint = self.tr("A double click opens a film in the Viewer.")
        self.fill(about, self.films, growing=self.films, foot=hint)
        self.resize(560, 480)

    def _open(self, index: QModelIndex) -> None:
        film = self._lines[index.row()][1]
        if film:
            self.film_wanted.emit(self._root / film)


def _lines(finding: AuditFinding) -> list[tuple[str, str]]:
    """Return what each row says, and its film; the heading of a group has none."""
    if not finding.groups:
        return [(film, film) for film in finding.films]
    lines: list[tuple[str, str]] = []
    start = 0
    for number, count in enumerate(finding.groups, start=1):
        lines.append((f"{number}.", ""))
        films = finding.films[start : start + count]
        lines.extend((f"      {film}", film) for film in films)
        start += count
    return lines
