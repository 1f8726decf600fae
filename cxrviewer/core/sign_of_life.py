"""Whether the process of a run still lives, told by a lock that ends with it."""

import contextlib
import sqlite3
from pathlib import Path

from cxrviewer.core.errors import PlanError, SettingsError

_WAIT = 1.0  # seconds, for another process that only looks


class SignsOfLife:
    """A lock beside a file for each run; however a process ends, the system frees its locks.

    SQLite knows how to lock on each system, so each sign is an empty database.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._held: dict[int, sqlite3.Connection] = {}

    def begin(self, run: int) -> None:
        """Show that this process works on a run.

        Raises
        ------
        PlanError
            If another process does.
        SettingsError
            If it cannot be shown.
        """
        try:
            sign = sqlite3.connect(
                self._sign(run), timeout=_WAIT, isolation_level=None, check_same_thread=False
            )
            with contextlib.ExitStack() as undo:
                undo.callback(sign.close)
                sign.execute("BEGIN EXCLUSIVE")
                undo.pop_all()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                raise PlanError(
                    "A training is running in this folder already; wait for its end.", field="out"
                ) from error
            raise SettingsError(f"{self._file.parent} cannot be written to.") from error
        self._held[run] = sign

    def seen(self, run: int) -> bool:
        """Whether some process works on a run."""
        if not self._sign(run).exists():
            return False
        try:
            sign = sqlite3.connect(self._sign(run), timeout=0, isolation_level=None)
            with contextlib.closing(sign):
                sign.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return True
        return False

    def end(self, run: int) -> None:
        """Take the sign of a run away."""
        sign = self._held.pop(run, None)
        if sign is not None:
            sign.close()
        with contextlib.suppress(OSError):
            self._sign(run).unlink(missing_ok=True)

    def _sign(self, run: int) -> Path:
        return self._file.with_name(f"{self._file.stem}-{run}.running")
