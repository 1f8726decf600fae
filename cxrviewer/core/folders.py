"""Which files of a folder are offered to the reader as films."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

# Companions that lie beside films and are none. Everything else is tried, with or without a
# suffix, because a DICOM file may carry any name.
_TABLES = (".csv", ".tsv", ".xls", ".xlsx", ".json", ".xml", ".yaml", ".yml", ".ini", ".sqlite")
_TEXTS = (".txt", ".md", ".log", ".html", ".htm", ".css", ".pdf", ".doc", ".docx", ".rtf", ".pptx")
_OTHERS = (".zip", ".gz", ".tar", ".npy", ".npz", ".safetensors", ".py", ".js", ".sh", ".bat")
_COMPANIONS = frozenset((*_TABLES, *_TEXTS, *_OTHERS))
_INDEXES = frozenset(("dicomdir", "thumbs.db", "desktop.ini", "readme", "license"))
_FOREIGN_FOLDERS = frozenset(("__macosx",))


def files_in(folder: Path, unreadable: Callable[[OSError], object] | None = None) -> Iterator[Path]:
    """Walk the files below a folder, one by one, so that whoever asks can stop half-way.

    Hidden files and folders are left out, and so is what is no file, like a pipe. Links to
    folders are not followed; a link to nowhere is a file, so that whoever reads it can say so.

    Parameters
    ----------
    unreadable
        Called with the error of each folder that may not be listed; they are left out.
    """
    for parent, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(name for name in folders if not _skipped_folder(name))
        for name in sorted(files):
            path = Path(parent, name)
            if not name.startswith(".") and _is_file(path):
                yield path


def films_in(folder: Path) -> list[Path]:
    """Return the files below a folder that may be films, sorted by path.

    Left out are files that by name are companions of films, see `is_companion`.
    """
    return sorted(path for path in files_in(folder) if not is_companion(path))


def films_at(paths: Iterable[Path]) -> list[Path]:
    """Return the films the paths name: a folder stands for the films in it, a file for itself.

    A path that does not exist or may not be looked at is kept, so that whoever reads it can say
    so. A file that is named twice is returned once.
    """
    found: dict[Path, None] = {}
    for path in paths:
        found.update(dict.fromkeys(films_in(path) if is_folder(path) else [path]))
    return list(found)


def is_folder(path: Path) -> bool:
    """Tell whether a path is a folder; what may not even be looked at is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_companion(file: Path) -> bool:
    """Tell by its name whether a file lies beside films and is none: a table, a text, an index."""
    return file.name.lower() in _INDEXES or file.suffix.lower() in _COMPANIONS


def _is_file(path: Path) -> bool:
    try:
        return path.is_file() or path.is_symlink()
    except OSError:
        return True


def _skipped_folder(name: str) -> bool:
    return name.startswith(".") or name.lower() in _FOREIGN_FOLDERS
