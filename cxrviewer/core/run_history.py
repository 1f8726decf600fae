"""The history of the runs: an SQLite file in the user's folder that several processes share."""

import contextlib
import json
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cxrviewer.core import paths
from cxrviewer.core.errors import CxrViewerError, DataError, PlanError, SettingsError
from cxrviewer.core.hyperparameters import HYPERPARAMETERS, as_text
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.run import DONE, RUNNING, UNFINISHED, Run
from cxrviewer.core.run_files import RECORD, read_record, remove_run
from cxrviewer.core.sign_of_life import SignsOfLife

_WAIT = 15.0  # seconds, for another process
_PAUSE = 0.02
_TABLE = """
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created TEXT NOT NULL,
    status TEXT NOT NULL,
    plan TEXT NOT NULL,
    out TEXT NOT NULL,
    settings TEXT NOT NULL DEFAULT '{}',
    summary TEXT NOT NULL DEFAULT '',
    measures TEXT NOT NULL DEFAULT '{}',
    bundle TEXT NOT NULL DEFAULT '',
    compared_with TEXT NOT NULL DEFAULT '',
    verdict TEXT NOT NULL DEFAULT ''
)
"""
_CHANGEABLE = ("status", "summary", "measures", "bundle", "compared_with", "verdict")


class RunHistory:
    """The runs, oldest first by id; every call opens the file anew, so any thread may ask.

    Parameters
    ----------
    file
        The database; that of the user where omitted.

    Attributes
    ----------
    note
        A sentence where the file was damaged and put aside, empty otherwise.

    Raises
    ------
    SettingsError
        If the file cannot be made or read.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or paths.run_history_file()
        self._signs = SignsOfLife(self._file)
        self.note = ""
        try:
            self._make()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise self._unusable() from error
            self._put_aside()

    def add(self, plan: TrainingPlan) -> int:
        """Note that a run begins in this process; returns its id.

        A run that went on (`plan.resume`) keeps its row. While this object lives and the status
        is `running`, the run counts as running.

        Raises
        ------
        PlanError
            If a run of the same folder is running.
        """
        settings = {key: as_text(plan.settings, key) for key in HYPERPARAMETERS}
        values = {
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "status": RUNNING,
            "plan": json.dumps(plan.as_json()),
            "out": str(plan.out.absolute()),
            "settings": json.dumps(settings),
        }
        before = self._of_folder(values["out"])
        if before is not None:
            self._signs.begin(before)
        if before is not None and plan.resume:
            self.update(before, status=RUNNING)
            return before
        with self._open() as database:
            run = _insert(database, values)
        self._signs.begin(run)
        if before is not None:
            self._signs.end(before)
        return run

    def update(self, run: int, **changes: Any) -> None:
        """Change `status`, `summary`, `measures`, `bundle`, `compared_with` or `verdict`."""
        unknown = [key for key in changes if key not in _CHANGEABLE]
        if unknown:
            raise TypeError(f"a run has no {unknown[0]} to change")
        values = {
            key: json.dumps(value) if key == "measures" else value for key, value in changes.items()
        }
        names = ", ".join(f"{key} = ?" for key in values)
        with self._open() as database:
            database.execute(f"UPDATE runs SET {names} WHERE id = ?", (*values.values(), run))  # noqa: S608 - the names are those of _CHANGEABLE
        if changes.get("status", RUNNING) != RUNNING:
            self._signs.end(run)

    def list(self) -> "tuple[Run, ...]":
        """Return all runs, the newest first."""
        with self._open() as database:
            rows = database.execute("SELECT * FROM runs ORDER BY id DESC").fetchall()
        return tuple(run for row in rows if (run := self._run(row)) is not None)

    def get(self, run: int) -> Run:
        """Return one run.

        Raises
        ------
        DataError
            If there is none.
        """
        with self._open() as database:
            row = database.execute("SELECT * FROM runs WHERE id = ?", (run,)).fetchone()
        found = self._run(row) if row is not None else None
        if found is None:
            raise DataError(f"There is no run {run} in the history; choose one of the list.")
        return found

    def find(self, out: Path) -> Run | None:
        """Return the newest run of a folder, None if the history has none."""
        number = self._of_folder(str(out.absolute()))
        return None if number is None else self.get(number)

    def delete(self, run: int, *, folder: bool = False) -> None:
        """Forget a run, and with `folder` delete what it wrote.

        Raises
        ------
        DataError
            If it is running, or its folder is not a run's; it is then still in the history.
        ExportError
            If its files cannot be deleted.
        """
        known = self.get(run)
        if known.status == RUNNING:
            raise DataError("This run is still running; cancel it first.")
        if folder:
            remove_run(known.out)
        with self._open() as database:
            database.execute("DELETE FROM runs WHERE id = ?", (run,))
        self._signs.end(run)

    def _run(self, row: sqlite3.Row) -> Run | None:
        values = dict(row)
        try:
            plan = TrainingPlan.from_json(json.loads(values.pop("plan")))
            parsed = {key: json.loads(values.pop(key)) for key in ("settings", "measures")}
        except (ValueError, PlanError):
            return None  # written by a version that knew other recipes
        out = Path(values.pop("out"))
        run = Run(plan=plan, out=out, **parsed, **values)
        lost = run.status == RUNNING and not self._signs.seen(run.id)
        return replace(run, status=UNFINISHED) if lost else run

    def _of_folder(self, out: str) -> int | None:
        with self._open() as database:
            row = database.execute(
                "SELECT id FROM runs WHERE out = ? ORDER BY id DESC", (out,)
            ).fetchone()
        return None if row is None else int(row["id"])

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with contextlib.closing(_connected(self._file)) as database, database:
                yield database
        except sqlite3.Error as error:
            raise self._unusable() from error

    def _make(self) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._unusable() from error
        with contextlib.closing(_connected(self._file)) as database, database:
            # Readers do not wait for the writer, and a kill leaves the last whole state.
            _write_ahead(database)
            database.execute(_TABLE)
            (state,) = database.execute("PRAGMA quick_check(1)").fetchone()
        if state != "ok":
            raise sqlite3.DatabaseError(state)

    def _put_aside(self) -> None:
        """Begin a fresh file beside the damaged one, from the runs' own folders."""
        now = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        aside = self._file.with_name(f"{self._file.stem}-damaged-{now}{self._file.suffix}")
        try:
            self._file.replace(aside)
            for tail in ("-wal", "-shm"):
                Path(f"{self._file}{tail}").unlink(missing_ok=True)
            self._make()
        except (OSError, sqlite3.Error) as error:
            raise self._unusable() from error
        found = sum(self._recover(record.parent) for record in _records_beside(self._file))
        self.note = (
            f"The history of runs was damaged and lies beside the new one as {aside.name}; "
            f"runs found again by their folders: {found}, and no folder was touched."
        )

    def _recover(self, folder: Path) -> int:
        try:
            record = read_record(folder)
            plan = TrainingPlan.from_json(record["plan"])
        except CxrViewerError:
            return 0
        values = {
            "created": str(record.get("finished", "")),
            "status": DONE,
            "plan": json.dumps(plan.as_json()),
            "out": str(folder.absolute()),
            "summary": str(record.get("summary", "")),
            "measures": json.dumps(record.get("measures", {})),
            "bundle": plan.bundle_id.lower(),
        }
        with self._open() as database:
            _insert(database, values)
        return 1

    def _unusable(self) -> SettingsError:
        return SettingsError(
            f"The history of runs {self._file} cannot be used; check the space and your rights "
            "there."
        )


def _write_ahead(database: sqlite3.Connection) -> None:
    """Switch a database to write-ahead logging, as soon as no other process is doing the same.

    For this change alone SQLite does not wait: it says at once that the file is locked.
    """
    end = time.monotonic() + _WAIT
    while True:
        try:
            database.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(_PAUSE)
        else:
            return


def _connected(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, timeout=_WAIT)
    database.row_factory = sqlite3.Row
    return database


def _insert(database: sqlite3.Connection, values: dict[str, str]) -> int:
    names, marks = ", ".join(values), ", ".join("?" * len(values))
    row = database.execute(
        f"INSERT INTO runs ({names}) VALUES ({marks})",  # noqa: S608 - names written in this file
        tuple(values.values()),
    )
    assert row.lastrowid is not None
    return row.lastrowid


def _records_beside(file: Path) -> Iterator[Path]:
    yield from sorted((file.parent / "runs").glob(f"*/{RECORD}"))
