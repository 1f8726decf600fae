"""Which files of a folder are offered to the reader as films."""

import os
from collections.abc import Iterable
from pathlib import Path

# Companions that lie beside films and are none. Everything else is tried, with or without a
# suffix, because a DICOM file may carry any name.
_TABLES = (".csv", ".tsv", ".xls", ".xlsx", ".json", ".xml", ".yaml", ".yml", ".ini", ".sqlite")
_TEXTS = (".txt", ".md", ".log", ".html", ".htm", ".css", ".pdf", ".doc", ".docx", ".rtf", ".pptx")
_OTHERS = (".zip", ".gz", ".tar", ".npy", ".npz", ".safetensors", ".py", ".js", ".sh", ".bat")
_COMPANIONS = frozenset((*_TABLES, *_TEXTS, *_OTHERS))
_INDEXES = frozenset(("dicomdir", "thumbs.db", "desktop.ini", "readme", "license"))
_FOREIGN_FOLDERS = frozenset(("__macosx",))


def films_in(folder: Path) -> list[Path]:
    """Return the files below a folder that may be films, sorted by path.

    Hidden files and folders are left out, and so are files that by name are companions of
    films (tables, texts, archives, the DICOMDIR index). Links to folders are not followed.
    """
    found = []
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not _skipped_folder(name)]
        found += [Path(parent, name) for name in files if not _skipped_file(name)]
    return sorted(path for path in found if path.is_file() or path.is_symlink())


def films_at(paths: Iterable[Path]) -> list[Path]:
    """Return the films the paths name: a folder stands for the films in it, a file for itself.

    A path that does not exist is kept, so that whoever reads it can say so. A file that is
    named twice is returned once.
    """
    found: dict[Path, None] = {}
    for path in paths:
        found.update(dict.fromkeys(films_in(path) if path.is_dir() else [path]))
    return list(found)


def _skipped_folder(name: str) -> bool:
    return name.startswith(".") or name.lower() in _FOREIGN_FOLDERS


def _skipped_file(name: str) -> bool:
    lower = name.lower()
    return name.startswith(".") or lower in _INDEXES or Path(lower).suffix in _COMPANIONS
