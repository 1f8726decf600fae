"""Films read and prepared ahead of the network, in child processes; needs no torch itself."""

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from cxrviewer.core.analysis import Status
from cxrviewer.core.errors import CxrViewerError, sentence_for
from cxrviewer.core.film import Array
from cxrviewer.core.logs import film_alias, logger
from cxrviewer.core.manifest import Manifest
from cxrviewer.learning import gate
from cxrviewer.learning.preprocess import Preprocess
from cxrviewer.processes.reader_process import FilmReader

# Inputs that may wait for the network, so that memory does not grow with the films.
_AHEAD = 32


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """A film that was read and turned into an input, or the reason why not.

    Attributes
    ----------
    pixels
        float32, (3, height, width), or None where the film is refused or cannot be read.
    """

    path: Path
    status: Status
    reason: str = ""
    pixels: Array | None = None


class ReadAhead:
    """Reads films in the background, in child processes, and yields them in their order.

    Reading starts at once, so that it overlaps with loading the network. A film that cannot
    be read, or kills its reader, is one `Prepared` with the reason; the others follow.

    Parameters
    ----------
    films
        Files to read.
    manifest
        Of the bundle that will be asked: its gate and its input rule apply.
    readers
        Child processes that read.
    """

    def __init__(self, films: Sequence[Path], manifest: Manifest, *, readers: int) -> None:
        self._gate = manifest.gate
        self._preprocess = Preprocess(manifest.input)
        self._films = iter(films)
        self._waiting: deque[Future[Prepared]] = deque()
        self._own = threading.local()
        self._readers: list[FilmReader] = []
        self._threads = ThreadPoolExecutor(readers, "film-reading", self._open_reader)
        self._fill()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for reader in tuple(self._readers):
            reader.kill()
        self._threads.shutdown(wait=True)
        for reader in self._readers:
            reader.close()

    def __iter__(self) -> Iterator[Prepared]:
        while self._waiting:
            prepared = self._waiting.popleft().result()
            self._fill()
            yield prepared

    def _fill(self) -> None:
        for path in islice(self._films, _AHEAD - len(self._waiting)):
            self._waiting.append(self._threads.submit(self._prepare, path))

    def _open_reader(self) -> None:
        self._own.reader = FilmReader()
        self._readers.append(self._own.reader)

    def _prepare(self, path: Path) -> Prepared:
        try:
            film = self._own.reader.read(path)
            status, reason = gate.check(film, self._gate)
            if status is Status.REFUSED:
                return Prepared(path=path, status=status, reason=reason)
            pixels = self._preprocess.array(film)
            return Prepared(path=path, status=status, reason=reason, pixels=pixels)
        except CxrViewerError as error:
            return Prepared(path=path, status=Status.ERROR, reason=error.sentence)
        except Exception as error:  # noqa: BLE001 - a bad film is a row, never a stop
            logger.error("%s failed", film_alias(path), exc_info=error)
            return Prepared(path=path, status=Status.ERROR, reason=sentence_for(error))
