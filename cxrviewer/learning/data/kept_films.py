"""What was read of films and is kept between runs: found by the file's state, read where missing.

Two tasks that read films share this: a training keeps greys at its input's size, an audit keeps
what tells films apart.
"""

import os
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import numpy as np

from cxrviewer.core.errors import CxrViewerError, DataError, sentence_for
from cxrviewer.core.film import Array, Film
from cxrviewer.core.logs import film_alias, logger
from cxrviewer.core.progress import BatchDone
from cxrviewer.learning.data.reader_pool import Read, ReaderPool
from cxrviewer.learning.trainer.keep import Table, digest
from cxrviewer.learning.trainer.telling import Telling

_READERS = 2
_END = 4096
# Elsewhere a file's time of change is one that no copying program sets back; Windows keeps the
# time the file was made in its place, so there a little of the file itself is looked at.
TELLS_CHANGE = os.name != "nt"

# What is kept of a film: one row for each table.
Kept = tuple[Array, ...]
Measure = Callable[[Film], Kept]


def film_keys(films: Sequence[Path]) -> Array:
    """Return a number for each file in its present state, uint64.

    A film that was replaced by another of its size and date has another number: it follows from
    path, size, time of writing, and time of change, or on Windows the first and last 4 KiB. A
    file that may not be looked at has a number too; reading it tells why.
    """
    keys = np.empty(len(films), np.uint64)
    for index, path in enumerate(films):
        try:
            facts = path.stat()
            changed = facts.st_ctime_ns if TELLS_CHANGE else _ends(path, facts.st_size)
            state: tuple[object, ...] = (facts.st_size, facts.st_mtime_ns, changed)
        except OSError:
            state = (0, 0, 0)
        keys[index] = int(digest(str(path.absolute()), *state)[:16], 16)
    return keys


def read_missing(
    films: Sequence[Path],
    keys: Array,
    tables: Sequence[Table],
    measure: Measure,
    *,
    telling: Telling,
) -> Generator[BatchDone, None, dict[int, str]]:
    """Read the films of which some table has no row, in reader children, and keep the rows.

    Parameters
    ----------
    keys
        See `film_keys`.
    measure
        Called in a thread; returns a row for each table.

    Returns
    -------
    dict
        Index of each film that could not be read -> its sentence.

    Raises
    ------
    DataError
        If the cache was emptied meanwhile.
    ExportError
        If what was read cannot be kept.
    """
    wanted = _missing(keys, tables)
    refused: dict[int, str] = {}
    if len(wanted):
        with ExitStack() as stack:
            writers = [stack.enter_context(table.writer()) for table in tables]
            paths = (films[index] for index in wanted)
            pool = stack.enter_context(
                ReaderPool(paths, partial(_answer, measure), readers=_READERS)
            )
            for done, (index, answer) in enumerate(zip(wanted, pool, strict=True), start=1):
                if isinstance(answer, str):
                    refused[int(index)] = answer
                else:
                    for writer, row in zip(writers, answer, strict=True):
                        writer.add(keys[index : index + 1], row[None])
                yield from telling.tell("reading", done=done, total=len(wanted))
    if len(_missing(keys, tables)) != len(refused):
        raise DataError("The cache was emptied while films were read into it; start again.")
    return refused


def _missing(keys: Array, tables: Sequence[Table]) -> Array:
    return np.unique(np.concatenate([table.missing(keys) for table in tables]))


def _answer(measure: Measure, path: Path, read: Read) -> Kept | str:
    """Return what is kept of a film, or the sentence why it cannot be read."""
    try:
        return measure(read(path))
    except CxrViewerError as error:
        return error.sentence
    except Exception as error:  # noqa: BLE001 - a bad film is told of, never a stop
        logger.error("%s failed", film_alias(path), exc_info=error)
        return f"{path.name}: {sentence_for(error)}"


def _ends(path: Path, size: int) -> str:
    with path.open("rb") as stream:
        first = stream.read(_END)
        stream.seek(max(size - _END, 0))
        return digest(first, stream.read(_END))
