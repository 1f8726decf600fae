"""The one door: a file to a film, by what is in it and not by its name."""

from pathlib import Path

from cxrviewer.core.errors import FilmError
from cxrviewer.core.film import Film
from cxrviewer.core.logs import film_alias, logger
from cxrviewer.imaging.dicom import read_dicom
from cxrviewer.imaging.raster import read_raster

# First bytes -> format.
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"MM\x00+", "TIFF"),
)
_PREAMBLE = 128
_AGAIN = "ask for it anew."


def read_film(path: Path) -> Film:
    """Read the film in a DICOM, PNG, JPEG or TIFF file.

    Raises
    ------
    FilmError
        One sentence that begins with the file's name and says what to do.
    """
    try:
        return _read(path)
    except FilmError as error:
        raise FilmError(f"{path.name}: {error.sentence}") from error
    except MemoryError as error:
        raise FilmError(
            f"{path.name}: there is not enough memory for this film; close other programs."
        ) from error
    except OSError as error:
        raise FilmError(f"{path.name}: {_why_unreadable(error)}") from error
    except Exception as error:
        # A file is hostile until shown otherwise: whatever it provokes is its own damage.
        logger.error("reading %s failed", film_alias(path), exc_info=error)
        raise FilmError(
            f"{path.name}: this file is damaged in a way this program does not know; {_AGAIN}"
        ) from error


def _read(path: Path) -> Film:
    if path.is_dir():
        raise FilmError("this is a folder; open a film in it.")
    if path.exists() and not path.is_file():
        raise FilmError("this is a device and no file; open a film.")
    with path.open("rb") as stream:
        head = stream.read(_PREAMBLE + 4)
    if not head:
        raise FilmError(f"the file is empty; {_AGAIN}")
    if head[_PREAMBLE:] == b"DICM":
        return read_dicom(path)
    for magic, file_format in _MAGIC:
        if head.startswith(magic):
            return read_raster(path, file_format=file_format)
    return read_dicom(path, certain=False)


def _why_unreadable(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file; check where it lies."
    if isinstance(error, PermissionError):
        return "you may not read this file; ask its owner."
    return "the file cannot be read from its disk; copy it to another place."
