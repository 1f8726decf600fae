"""One film for one command, read in a child process as everywhere."""

from pathlib import Path

from cxrviewer.core.errors import FilmError
from cxrviewer.core.film import Film
from cxrviewer.core.folders import is_folder
from cxrviewer.processes.reader_process import FilmReader


def read_film(path: Path) -> Film:
    """Read one film.

    Raises
    ------
    FilmError
        One sentence that names the file and the cause.
    """
    if is_folder(path):
        raise FilmError(f"{path} is a folder; name one film.")
    reader = FilmReader()
    try:
        return reader.read(path)
    finally:
        reader.close()
