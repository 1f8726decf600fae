"""Slow errands off the window's thread: walking folders, drawing the phantom, saving pictures."""

import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from cxrviewer.core import paths
from cxrviewer.core.errors import sentence_for
from cxrviewer.core.film import Array
from cxrviewer.core.folders import files_in, is_companion
from cxrviewer.core.logs import logger
from cxrviewer.processes.phantom_process import draw_phantom

_STARTS = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_SUFFIXES = ("", ".dcm", ".dicom", ".ima", ".img")


class ErrandWorker(QObject):
    """Runs errands one after another.

    Signals
    -------
    files_found(list of Path, str)
        The films-to-be of what was dropped, and a sentence on what was left out or empty.
    picture_saved(Path)
    failed(str)
    """

    files_found = Signal(object, str)
    picture_saved = Signal(object)
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._stopping = threading.Event()

    @Slot(object)
    def find(self, dropped: list[Path]) -> None:
        """Find the films in files and folders, folders with all that is in them."""
        found: list[Path] = []
        skipped = 0
        for path in dropped:
            if not path.is_dir():
                found.append(path)
                continue
            for file in files_in(path):
                if self._stopping.is_set():
                    break
                if may_be_film(file):
                    found.append(file)
                else:
                    skipped += 1
        self.files_found.emit(found, self._sentence(dropped, found, skipped))

    @Slot()
    def draw_phantom(self) -> None:
        """Draw the demonstration film, once, and hand it over like any other."""
        file = paths.user_dir() / "chest-phantom.dcm"
        try:
            if not file.is_file():
                file.parent.mkdir(parents=True, exist_ok=True)
                draw_phantom(file)
        except Exception as error:  # noqa: BLE001 - becomes a sentence on screen
            logger.error("phantom not drawn", exc_info=error)
            self.failed.emit(sentence_for(error))
            return
        self.files_found.emit([file], "")

    @Slot(object, object, object)
    def save_picture(self, pixels: Array, path: Path, text: dict[str, str]) -> None:
        """Write a picture, whole or not at all."""
        from cxrviewer.imaging.pictures import write_picture

        try:
            write_picture(pixels, path, text=text)
        except Exception as error:  # noqa: BLE001 - becomes a sentence on screen
            logger.error("picture not saved", exc_info=error)
            self.failed.emit(sentence_for(error))
            return
        self.picture_saved.emit(path)

    def stop(self) -> None:
        """End the errand under way."""
        self._stopping.set()

    def _sentence(self, dropped: list[Path], found: list[Path], skipped: int) -> str:
        if not found:
            names = ", ".join(path.name for path in dropped)
            return self.tr("There is no film in {names}; drop DICOM, PNG, JPEG or TIFF.").format(
                names=names
            )
        if skipped == 1:
            return self.tr("1 other file in the folder is no film and was left out.")
        if skipped:
            return self.tr(
                "{count} other files in the folder are no films and were left out."
            ).format(count=skipped)
        return ""


def may_be_film(file: Path) -> bool:
    """Tell from a file's first bytes and name whether it is worth reading as a film."""
    if is_companion(file):
        return False
    try:
        with file.open("rb") as stream:
            start = stream.read(132)
    except OSError:
        return True
    if start[128:] == b"DICM" or start.startswith(_STARTS):
        return True
    suffix = file.suffix.lower()
    return suffix in _SUFFIXES or suffix[1:].isdigit()
