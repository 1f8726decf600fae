"""The files of a run's folder, where it may lie, and taking away no others."""

import json
import shutil
from pathlib import Path
from typing import Any

from cxrviewer.core import paths
from cxrviewer.core.errors import DataError, ExportError, PlanError

RECORD = "run.json"
SPLIT = "split.csv"
PREDICTIONS = "predictions.csv"
REPORT_PAGE = "report.html"
REPORT_VALUES = "report.json"
FIGURES = "figures"
BUNDLE = "bundle"
CHECKPOINT = "checkpoint.safetensors"

_EXPORTED = (REPORT_PAGE, REPORT_VALUES, PREDICTIONS)
_FOLDERS = (FIGURES, BUNDLE)
_FILES = (RECORD, SPLIT, PREDICTIONS, REPORT_PAGE, REPORT_VALUES, CHECKPOINT)


def read_record(folder: Path) -> dict[str, Any]:
    """Return what stands in a run's `run.json`.

    Raises
    ------
    DataError
        If there is none or it cannot be read.
    """
    try:
        values = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(f"There is no finished run in {folder}; choose another folder.") from None
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"The record of the run in {folder} cannot be read.") from error
    if not isinstance(values, dict) or not isinstance(values.get("plan"), dict):
        raise DataError(f"{RECORD} in {folder} is no record of a run.")
    return values


def copy_report(folder: Path, target: Path) -> None:
    """Copy page, values and predictions of a run into a folder.

    Raises
    ------
    DataError
        If the run has no report.
    ExportError
        If one of them cannot be written, or stands there already.
    """
    here = [folder / name for name in _EXPORTED if (folder / name).is_file()]
    if not here:
        raise DataError(f"There is no report in {folder}; the run has not ended.")
    taken = [file.name for file in here if (target / file.name).exists()]
    if taken:
        raise ExportError(f"{target} already holds {', '.join(taken)}; choose an empty folder.")
    try:
        target.mkdir(parents=True, exist_ok=True)
        for file in here:
            with paths.replacing(target / file.name) as temporary:
                shutil.copyfile(file, temporary)
    except OSError as error:
        raise ExportError(
            f"The report could not be copied to {target}; check the space and your rights there."
        ) from error


def remove_run(folder: Path) -> None:
    """Delete what a run wrote into its folder, and the folder if nothing else is in it.

    Raises
    ------
    DataError
        If the folder is not a run's: it holds neither a readable record nor a checkpoint.
    ExportError
        If something cannot be deleted.
    """
    if not folder.exists():
        return
    if not (folder / CHECKPOINT).is_file():
        read_record(folder)
    try:
        for name in _FOLDERS:
            # A link is someone else's folder.
            if (folder / name).is_dir() and not (folder / name).is_symlink():
                shutil.rmtree(folder / name)
        for name in _FILES:
            (folder / name).unlink(missing_ok=True)
        if not any(folder.iterdir()):
            folder.rmdir()
    except OSError as error:
        raise ExportError(
            f"The run in {folder} could not be deleted whole; check your rights there."
        ) from error


def keep_apart(out: Path, films: Path) -> None:
    """Refuse a folder for results that lies among the films: its figures would count as films.

    Raises
    ------
    PlanError
        If it lies there.
    """
    if out.resolve().is_relative_to(films.resolve()):
        raise PlanError(
            f"The folder {out} lies among the films of {films}, and the figures left there would "
            "count as films the next time; name a folder elsewhere.",
            field="out",
        )
