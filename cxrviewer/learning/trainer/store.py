"""Rows of numbers in files: read one by one, so that memory does not grow with their number.

A file holds the rows, the key of each, and at its very end what they are. It gets its name only
when it is whole, so a file that is there can be trusted.
"""

import json
import os
import threading
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from cxrviewer.core.errors import DataError
from cxrviewer.core.film import Array
from cxrviewer.core.in_use import hold

SUFFIX = ".rows"
# Rows that take less are held in memory.
IN_MEMORY = 256 * 2**20
_MAGIC = b"CXRROWS1"
_KEY = np.dtype("<u8")


def ending(keys: Sequence[Array], shape: tuple[int, ...], dtype: np.dtype[Any]) -> bytes:
    """Return what follows the rows in a file: their keys and what they are."""
    joined = np.concatenate(keys).astype(_KEY)
    facts = json.dumps({"rows": len(joined), "shape": shape, "dtype": dtype.str}).encode()
    return joined.tobytes() + facts + len(facts).to_bytes(8, "little") + _MAGIC


class RowFile:
    """One whole file of rows, open and marked as in use as long as this lives.

    Attributes
    ----------
    keys
        uint64, (rows,).
    shape, dtype
        Of one row.

    Raises
    ------
    ValueError
        If it is no such file or not whole.
    OSError
        If it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # Without a buffer: every read says where and how much.
        self._stream = path.open("rb", buffering=0)
        # Closed with whoever reads from it last, so that nobody has to say so.
        close = weakref.finalize(self, self._stream.close)
        self._lock = threading.Lock()
        hold(self._stream.fileno())
        try:
            self._read_ending()
        except (ValueError, KeyError, TypeError) as error:
            close()
            raise ValueError(f"{path.name} is not whole") from error

    def read_into(self, rows: Array, first: int) -> None:
        """Fill `rows`, C-contiguous (n, *shape), with the rows from the one numbered `first`."""
        self._fill(rows, first * self._bytes)

    def _read_ending(self) -> None:
        size = os.fstat(self._stream.fileno()).st_size
        mark = np.empty(16, np.uint8)
        if size < len(mark):
            raise ValueError(size)
        self._fill(mark, size - 16)
        length = int.from_bytes(mark[:8].tobytes(), "little")
        if mark[8:].tobytes() != _MAGIC or length > size - 16:
            raise ValueError(length)
        text = np.empty(length, np.uint8)
        self._fill(text, size - 16 - length)
        facts = json.loads(text.tobytes())
        self.shape, self.dtype = tuple(facts["shape"]), np.dtype(facts["dtype"])
        self._bytes = int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize
        self.keys = np.empty(facts["rows"], _KEY)
        if size != (self._bytes + _KEY.itemsize) * facts["rows"] + length + 16:
            raise ValueError(facts)
        self._fill(self.keys, self._bytes * facts["rows"])

    def _fill(self, target: Array, offset: int) -> None:
        view = target.reshape(-1).view(np.uint8).data
        # Reading moves the file's one position, so threads take turns.
        with self._lock:
            self._stream.seek(offset)
            while view:
                count = self._stream.readinto(view)
                if not count:
                    raise DataError(
                        f"The cache file {self.path} ended too early; remove it and start again."
                    )
                view = view[count:]


class Store:
    """Rows of one shape, in memory where they are few, else read from their files.

    Attributes
    ----------
    rows
        Number of rows.
    shape, dtype
        Of one row.

    Parameters
    ----------
    files
        Whole files; they stay open as long as the store is used.
    part, position
        int64, (rows,): the file of each row, and its number in it.
    """

    def __init__(self, files: Sequence[RowFile], part: Array, position: Array) -> None:
        self.rows = len(part)
        self.shape: tuple[int, ...] = files[0].shape if files else ()
        self.dtype: np.dtype[Any] = files[0].dtype if files else np.dtype(np.float32)
        self._files = tuple(files)
        self._part, self._position = part, position
        self._whole: Array | None = None
        if self.bytes <= IN_MEMORY:
            self._whole = self._from_files(np.arange(self.rows))
            self._files = ()

    @property
    def bytes(self) -> int:
        """Size of all rows."""
        return self.rows * int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize

    def read(self, rows: Array) -> Array:
        """Return these rows, (n, *shape), as an array of its own; callable from any thread.

        Parameters
        ----------
        rows
            int64, (n,), in any order.

        Raises
        ------
        DataError
            If a file was damaged meanwhile.
        """
        if self._whole is not None:
            taken: Array = self._whole[rows]
            return taken
        return self._from_files(rows)

    def _from_files(self, rows: Array) -> Array:
        found = np.empty((len(rows), *self.shape), self.dtype)
        part, position = self._part[rows], self._position[rows]
        order = np.lexsort((position, part))
        steps = np.diff(np.stack((order, position[order], part[order])))
        # Rows that lie one after the other here and there are read at once.
        breaks = np.flatnonzero((steps != [[1], [1], [0]]).any(axis=0)) + 1
        for run in np.split(order, breaks) if len(order) else ():
            file = self._files[part[run[0]]]
            file.read_into(found[run[0] : run[0] + len(run)], int(position[run[0]]))
        return found
