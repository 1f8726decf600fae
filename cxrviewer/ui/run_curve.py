"""The epochs of a finished run, read back from its record as the events they were."""

from dataclasses import fields
from pathlib import Path
from typing import Any

from cxrviewer.core import run_files
from cxrviewer.core.errors import DataError
from cxrviewer.core.progress import EpochDone, PhaseStarted, Progress


def read_progress(folder: Path) -> Progress:
    """Return phases and epochs of the run in a folder.

    Raises
    ------
    DataError
        If its record is missing or cannot be read.
    """
    record = run_files.read_record(folder)
    try:
        return Progress(
            phases=tuple(_made(PhaseStarted, values) for values in record.get("phases", ())),
            epochs=tuple(_made(EpochDone, values) for values in record.get("history", ())),
        )
    except (TypeError, AttributeError) as error:
        raise DataError(f"The curves of the run in {folder} cannot be read.") from error


def _made(kind: Any, values: dict[str, Any]) -> Any:
    known = {field.name for field in fields(kind)}
    return kind(**{key: value for key, value in values.items() if key in known})
