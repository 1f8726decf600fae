"""Reads films through the reader child, on a thread of its own."""

import time
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage

from cxrviewer.core.errors import sentence_for
from cxrviewer.core.film import Film
from cxrviewer.core.logs import film_alias, logger
from cxrviewer.processes.reader_process import FilmReader
from cxrviewer.ui.widgets.film_layers import FilmLayers
from cxrviewer.ui.workers.child_worker import ChildWorker

THUMBNAIL = QSize(88, 88)
# A read that took so long is ended when another film is asked for.
_PATIENCE = 1.0


@dataclass(frozen=True, kw_only=True)
class FilmRequest:
    """Ask for a film; the highest number is the one that is wanted.

    Attributes
    ----------
    room
        Width and height of the view it is to be fitted into, device px.
    """

    number: int
    path: Path
    room: tuple[int, int]


class FilmWorker(ChildWorker):
    """Reads one film at a time; the newest request wins.

    Signals
    -------
    started
        The child is on its way and painting is prepared.
    film_read(FilmRequest, FilmLayers)
        The film, drawn for its first paint.
    refused(FilmRequest, str)
        The file is no film, and why.
    thumbnail_made(Path, QImage)
    """

    started = Signal()
    film_read = Signal(object, object)
    refused = Signal(object, str)
    thumbnail_made = Signal(object, object)

    def __init__(self) -> None:
        reader = FilmReader()
        super().__init__(reader)
        self._reader = reader
        self._reading_since = 0.0

    @property
    def pid(self) -> int | None:
        """Process id of the reader child."""
        return self._reader.pid

    @Slot()
    def start(self) -> None:
        """Start the reader child, then load what painting needs while it starts."""
        if not self._stopping.is_set():
            self._reader.start()
        # The first paint of a film would wait for this import.
        import cv2

        logger.debug("cv2 %s", cv2.__version__)
        self.started.emit()

    def expect(self, number: int) -> None:
        """Drop every request below this number; called from the window's thread."""
        super().expect(number)
        since = self._reading_since
        if since and time.monotonic() - since > _PATIENCE:
            self._reader.kill()

    @Slot(object)
    def read(self, request: FilmRequest) -> None:
        """Read the film of a request, unless a newer one waits."""
        if self.dropped(request):
            return
        self._reading_since = time.monotonic()
        try:
            film = self._reader.read(request.path)
            layers = FilmLayers(film)
            layers.prepare(*request.room)
        except Exception as error:  # noqa: BLE001 - becomes a sentence on screen
            if self._stopping.is_set():
                return
            logger.error("%s refused", film_alias(request.path), exc_info=error)
            self.refused.emit(request, sentence_for(error))
            return
        finally:
            self._reading_since = 0.0
        logger.info("%s read", film_alias(request.path))
        self.film_read.emit(request, layers)
        self.thumbnail_made.emit(request.path, thumbnail(film))


def thumbnail(film: Film) -> QImage:
    """Draw a film small, as first shown."""
    import cv2

    from cxrviewer.imaging import display

    # The film's own pixels may be taller than wide.
    height = film.rows * film.spacing.row / film.spacing.column
    size = QSize(film.columns, max(round(height), 1)).scaled(
        THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatio
    )
    width, height = max(size.width(), 1), max(size.height(), 1)
    small = cv2.resize(film.stored, (width, height), interpolation=cv2.INTER_AREA)
    grey = cv2.LUT(display.codes(small), display.grey_table(film))
    return QImage(grey.data, width, height, width, QImage.Format.Format_Grayscale8).copy()
