"""Films read in the background, in child processes that a bad file may bring down."""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TypeVar

from cxrviewer.core.film import Film
from cxrviewer.processes.reader_process import FilmReader

# Answers that may wait, so that memory does not grow with the films.
_AHEAD = 32

T = TypeVar("T")
Read = Callable[[Path], Film]


class ReaderPool(Generic[T]):
    """Reads films ahead and yields what `work` makes of each, in their order.

    Parameters
    ----------
    films
        Files to read; asked for one by one.
    work
        Called in a thread with a file and the function that reads it in a child process (it
        raises `FilmError`); what `work` itself raises ends the iteration.
    readers
        Child processes that read.
    """

    def __init__(
        self, films: Iterable[Path], work: Callable[[Path, Read], T], *, readers: int
    ) -> None:
        self._work = work
        self._films = iter(films)
        self._waiting: deque[Future[T]] = deque()
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

    def __iter__(self) -> Iterator[T]:
        while self._waiting:
            answer = self._waiting.popleft().result()
            self._fill()
            yield answer

    def _fill(self) -> None:
        for path in islice(self._films, _AHEAD - len(self._waiting)):
            self._waiting.append(self._threads.submit(self._answer, path))

    def _open_reader(self) -> None:
        self._own.reader = FilmReader()
        self._readers.append(self._own.reader)

    def _answer(self, path: Path) -> T:
        return self._work(path, self._own.reader.read)
