"""Where computed rows are kept between runs, by what they are, within a budget on disk."""

import contextlib
import errno
import hashlib
import os
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from cxrviewer.core import paths, settings
from cxrviewer.core.errors import ExportError, SettingsError
from cxrviewer.core.film import Array
from cxrviewer.core.in_use import PART, hold, remove_unused
from cxrviewer.learning.trainer.store import SUFFIX, RowFile, Store, ending

# A file of rows is closed and begun anew after so much, so that an end halfway loses no more.
_FILE_BYTES = 512 * 2**20
_FILE_SECONDS = 120.0
# A part that nobody has written to for so long, and nobody holds, was left by a killed run.
_LEFT_SECONDS = 60.0


def digest(*parts: object) -> str:
    """Return 128 bits, as text, that stand for some values."""
    made = hashlib.blake2b(digest_size=16)
    for part in parts:
        text = repr(part).encode("utf-8", "surrogatepass")
        made.update(len(text).to_bytes(8, "little") + text)
    return made.hexdigest()


class Keep:
    """A folder of row files shared by all runs, also by several at once.

    Parameters
    ----------
    folder
        The user's cache if omitted.
    budget
        Bytes the folder may take; the setting if omitted. When it is passed the files used
        longest ago are removed, never one in use; what a single run needs may pass it.
    """

    def __init__(self, folder: Path | None = None, *, budget: int | None = None) -> None:
        self.folder = folder or paths.cache_dir()
        self.budget = _budget() if budget is None else budget

    def table(self, kind: str, key: str) -> "Table":
        """Return the rows of one kind that were made in one way.

        Parameters
        ----------
        kind
            Word for the file names.
        key
            Digest of all that decides a row besides its own key.

        Raises
        ------
        ExportError
            If the folder cannot be made.
        """
        with self.written():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Table(self, f"{kind}-{key}")

    def trim(self) -> None:
        """Remove what killed runs left, and the oldest files above the budget."""
        for part in self.folder.glob(f"*{PART}"):
            with contextlib.suppress(OSError):
                if time.time() - part.stat().st_mtime > _LEFT_SECONDS:
                    remove_unused(part)
        found = []
        for file in self.folder.glob(f"*{SUFFIX}"):
            with contextlib.suppress(OSError):
                facts = file.stat()
                found.append((facts.st_mtime_ns, facts.st_size, file))
        excess = sum(size for _, size, _ in found) - self.budget
        for _, size, file in sorted(found):
            if excess <= 0:
                return
            if remove_unused(file):
                excess -= size

    @contextlib.contextmanager
    def written(self) -> Iterator[None]:
        """Turn a failure to write into a sentence."""
        try:
            yield
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise ExportError(
                    f"The disk is full while films are kept in {self.folder}; free some space "
                    "there, or allow the cache fewer gigabytes in the settings."
                ) from error
            raise ExportError(
                f"Films cannot be kept in {self.folder}; make that folder writable for you, or "
                "name another with CXRVIEWER_HOME."
            ) from error


class Table:
    """The rows of one kind in a `Keep`, found by their keys (uint64)."""

    def __init__(self, keep: Keep, name: str) -> None:
        self._keep = keep
        self._name = name
        self._files: dict[Path, RowFile] = {}
        self._find()

    def missing(self, keys: Array) -> Array:
        """Return the indices, int64 and rising, of the keys that no row has yet."""
        return np.flatnonzero(self._places(keys)[0] < 0)

    def store(self, keys: Array) -> Store:
        """Return the rows of these keys, in their order; none may be missing."""
        part, position = self._places(keys)
        if (part < 0).any():
            raise KeyError("a row that was never kept")
        return Store(tuple(self._files.values()), part, position)

    @contextlib.contextmanager
    def writer(self) -> Iterator["Writer"]:
        """Add rows; those of a file that was not whole yet are given up where the block fails."""
        writer = Writer(self._keep, self._name, whole=self._find)
        try:
            yield writer
            writer.finish()
        finally:
            writer.give_up()

    def _find(self) -> None:
        for path in sorted(self._keep.folder.glob(f"{self._name}-*{SUFFIX}")):
            if path in self._files:
                continue
            try:
                self._files[path] = RowFile(path)
                os.utime(path)
            except ValueError:
                remove_unused(path)
            except OSError:
                continue  # another run removed it this moment, or it is not ours

    def _places(self, keys: Array) -> tuple[Array, Array]:
        """Return the file and the position of each key, -1 where there is none."""
        files = list(self._files.values())
        known = np.concatenate([np.empty(0, np.uint64), *(file.keys for file in files)])
        sizes = [len(file.keys) for file in files]
        part = np.repeat(np.arange(len(files)), sizes)
        position = np.concatenate([np.empty(0, np.int64), *map(np.arange, sizes)])
        order = np.argsort(known, kind="stable")
        at = np.searchsorted(known, keys, sorter=order)
        here = order[np.minimum(at, len(order) - 1)] if len(order) else np.zeros_like(at)
        found = known[here] == keys if len(order) else np.zeros(len(keys), bool)
        if not len(order):
            return np.full(len(keys), -1), np.full(len(keys), -1)
        return np.where(found, part[here], -1), np.where(found, position[here], -1)


class Writer:
    """Writes rows as they come into files that get their names when they are whole.

    Parameters
    ----------
    whole
        Called when a file is, to hold it before it could be removed for others.
    """

    def __init__(self, keep: Keep, name: str, *, whole: Callable[[], None]) -> None:
        self._keep = keep
        self._name = name
        self._whole = whole
        self._stream: BinaryIO | None = None
        self._part = Path()
        self._keys: list[Array] = []
        self._kind: tuple[tuple[int, ...], np.dtype[Any]] = ((), np.dtype(np.uint8))
        self._until = 0.0

    def add(self, keys: Array, rows: Array) -> None:
        """Write rows, (n, *shape), with their keys, uint64 (n,).

        Raises
        ------
        ExportError
            If they cannot be written.
        """
        if not len(rows):
            return
        with self._keep.written():
            if self._stream is None:
                self._begin(rows)
            assert self._stream is not None
            self._stream.write(np.ascontiguousarray(rows).reshape(-1).view(np.uint8).data)
            self._keys.append(keys)
            full = self._stream.tell() >= _FILE_BYTES
        if full or time.monotonic() >= self._until:
            self.finish()

    def finish(self) -> None:
        """Give the rows so far their name."""
        if self._stream is None:
            return
        with self._keep.written():
            self._stream.write(ending(self._keys, *self._kind))
            self._stream.flush()
            # Without it a power cut could leave a name without its bytes.
            os.fsync(self._stream.fileno())
            self._stream.close()
            self._part.replace(self._part.with_suffix(SUFFIX))
        self._stream, self._keys = None, []
        self._whole()
        self._keep.trim()

    def give_up(self) -> None:
        """Remove what is not whole."""
        if self._stream is not None:
            with contextlib.suppress(OSError):  # a full disk: the rest cannot be written
                self._stream.close()
            self._part.unlink(missing_ok=True)
            self._stream = None

    def _begin(self, rows: Array) -> None:
        self._part = self._keep.folder / f"{self._name}-{uuid.uuid4().hex}{PART}"
        self._stream = self._part.open("xb")
        hold(self._stream.fileno())
        self._kind = (rows.shape[1:], rows.dtype)
        self._until = time.monotonic() + _FILE_SECONDS


def _budget() -> int:
    try:
        return settings.load().cache_gigabytes * 10**9
    except SettingsError:
        return settings.Settings().cache_gigabytes * 10**9
