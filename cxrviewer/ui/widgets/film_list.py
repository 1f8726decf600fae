"""The films of the window, in order, with what became of each."""

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage

Index = QModelIndex | QPersistentModelIndex


class FilmState(StrEnum):
    """What became of a film."""

    WAITING = "waiting"
    READ = "read"
    ANALYSED = "analysed"
    WARNED = "warned"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class FilmEntry:
    """One film of the list.

    Attributes
    ----------
    reason
        Why it was warned about or refused.
    on_screen
        Whether it is the film in the view, which is not always the one asked for last.
    """

    path: Path
    state: FilmState = FilmState.WAITING
    reason: str = ""
    thumbnail: QImage | None = None
    on_screen: bool = False


class FilmList(QAbstractListModel):
    """A Qt model of film entries; a file stands in it once."""

    EntryRole = Qt.ItemDataRole.UserRole

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[FilmEntry] = []
        self._rows: dict[Path, int] = {}

    @property
    def entries(self) -> tuple[FilmEntry, ...]:
        """All entries in order."""
        return tuple(self._entries)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return the number of films."""
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return an entry, or its text for the screen and for a screen reader."""
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == self.EntryRole:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.path.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return entry.reason or str(entry.path)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            place = self.tr(", on screen") if entry.on_screen else ""
            return f"{entry.path.name}, {entry.state}{place}"
        return None

    def add(self, paths: list[Path]) -> None:
        """Append the files that are not in the list yet."""
        new = [path for path in dict.fromkeys(paths) if path not in self._rows]
        if not new:
            return
        first = len(self._entries)
        self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
        self._entries += [FilmEntry(path=path) for path in new]
        self._rows.update({path: first + i for i, path in enumerate(new)})
        self.endInsertRows()

    def row_of(self, path: Path) -> int:
        """Return the row of a file, -1 if it is not in the list."""
        return self._rows.get(path, -1)

    def set_state(self, path: Path, state: FilmState, *, reason: str = "") -> None:
        """Note what became of a film."""
        self._change(path, state=state, reason=reason)

    def forget_answers(self) -> None:
        """Take back what a model said of the films; what cannot be read stays so."""
        for entry in self.entries:
            if entry.thumbnail is not None or entry.on_screen:
                self.set_state(entry.path, FilmState.READ)

    def set_on_screen(self, path: Path) -> None:
        """Note which film is in the view."""
        for entry in self.entries:
            if entry.on_screen and entry.path != path:
                self._change(entry.path, on_screen=False)
        self._change(path, on_screen=True)

    def set_thumbnail(self, path: Path, thumbnail: QImage) -> None:
        """Note the small picture of a film."""
        self._change(path, thumbnail=thumbnail)

    def _change(self, path: Path, **changes: object) -> None:
        row = self.row_of(path)
        if row >= 0:
            self._entries[row] = replace(self._entries[row], **changes)  # type: ignore[arg-type]
            index = self.index(row)
            self.dataChanged.emit(index, index)
