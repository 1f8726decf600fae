"""A DICOM file to a data set, with every known damage of headers tolerated or named."""

import io
import logging
import os
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pydicom
from pydicom import config
from pydicom.dataset import Dataset, FileDataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.uid import UID

from cxrviewer.core.errors import FilmError
from cxrviewer.imaging.encapsulated import DELIMITER
from cxrviewer.imaging.header import text
from cxrviewer.imaging.layout import PIXEL_KEYWORDS

_DAMAGED = "its header is damaged and cannot be read; ask for the film anew."
_UNENDED = "The file lacks the mark at the end of its pixels; the frames it holds are whole."
_BROKEN = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    NotImplementedError,
    OverflowError,
    RecursionError,
    EOFError,
    struct.error,
    zlib.error,
    BytesLengthException,
    InvalidDicomError,
)
# Group 7FE0 with undefined length, explicit and implicit.
_OPEN_ENDED = (
    b"\xe0\x7f\x10\x00OB\x00\x00\xff\xff\xff\xff",
    b"\xe0\x7f\x10\x00OW\x00\x00\xff\xff\xff\xff",
    b"\xe0\x7f\x10\x00\xff\xff\xff\xff",
)
_ITEM_GROUP = 0xFFFE
_DIRECTORY = "1.2.840.10008.1.3.10"
_MARKS_OF_DICOM = ("SOPClassUID", "Modality", "StudyInstanceUID", "Rows", "PatientID")
_LIBRARY_LOGGERS = ("pydicom", "pylibjpeg", "openjpeg", "PIL")


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the libraries' warnings off every log: they quote values of the header."""
    loggers = [logging.getLogger(name) for name in _LIBRARY_LOGGERS]
    before = [logger.disabled for logger in loggers]
    mode = config.settings.reading_validation_mode
    for logger in loggers:
        logger.disabled = True
    config.settings.reading_validation_mode = config.IGNORE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        config.settings.reading_validation_mode = mode
        for logger, disabled in zip(loggers, before, strict=True):
            logger.disabled = disabled


class _Bounded(io.BufferedReader):
    """A file whose `read` never reserves memory for more than the file has left.

    An element may claim four gigabytes, which the standard reader would reserve at once.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        left = max(os.fstat(self.fileno()).st_size - self.tell(), 0)
        return super().read(left if size is None or size < 0 else min(size, left))


def read_dataset(path: Path, *, certain: bool = True) -> tuple[FileDataset, tuple[str, ...]]:
    """Read a DICOM file that holds a picture.

    Parameters
    ----------
    certain
        True where the file is marked as DICOM; otherwise one that does not look like it is
        said to be of an unknown kind.

    Returns
    -------
    The data set, and warnings.

    Raises
    ------
    FilmError
        If it is no DICOM file, is damaged, or holds no picture.
    """
    with _Bounded(io.FileIO(str(path))) as stream:
        dataset = _parse(stream)
    if not any(keyword in dataset for keyword in PIXEL_KEYWORDS):
        completed = _with_delimiter(path)
        if completed is not None:
            return completed, (_UNENDED,)
    if _lost_its_structure(dataset):
        raise FilmError(_DAMAGED)
    if any(keyword in dataset for keyword in PIXEL_KEYWORDS):
        return dataset, ()
    if not certain and not any(mark in dataset for mark in _MARKS_OF_DICOM):
        raise FilmError("this is no film this program knows; open a DICOM, PNG, JPEG or TIFF file.")
    raise FilmError(_why_no_picture(dataset))


def _parse(source: BinaryIO) -> FileDataset:
    try:
        return pydicom.dcmread(source, force=True)
    except _BROKEN as error:
        raise FilmError(_DAMAGED) from error
    except OSError as error:
        # pydicom raises a bare OSError, without errno, where tags end too early.
        if error.errno is not None:
            raise
        raise FilmError(_DAMAGED) from error


def _lost_its_structure(dataset: Dataset) -> bool:
    """Whether the items of a sequence stand outside it, and the tags go back after one.

    The sequence's length was then wrong, its content overwrites that of the film, and nothing
    after it can be trusted.
    """
    tags = tuple(dataset.keys())
    return any(
        item.group == _ITEM_GROUP and after < before
        for before, item, after in zip(tags, tags[1:], tags[2:], strict=False)
    )


def _with_delimiter(path: Path) -> FileDataset | None:
    """Read a file again whose compressed pixels lack the delimiter at their end."""
    data = path.read_bytes()
    if not any(mark in data for mark in _OPEN_ENDED):
        return None
    dataset = _parse(io.BytesIO(data + DELIMITER))
    return dataset if "PixelData" in dataset else None


def _why_no_picture(dataset: Dataset) -> str:
    meta = getattr(dataset, "file_meta", None)
    kind = text(dataset, "SOPClassUID") or (text(meta, "MediaStorageSOPClassUID") if meta else "")
    if kind == _DIRECTORY:
        return "this is a directory of films (DICOMDIR), not a film; open the films beside it."
    if not len(dataset):
        return "the file ends before its header does; ask for it anew."
    name = UID(kind).name.removesuffix(" Storage") if kind else ""
    named = f"this is an object of the kind {name} that" if name and name != kind else "the file"
    if "Image" in name:
        return f"{named} holds no picture; it may have been cut short, so ask for it anew."
    return f"{named} holds no picture; open a file that does."
