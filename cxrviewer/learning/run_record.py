"""The record of one training: what was asked, with what, on which films, and what came out."""

import csv
import json
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from cxrviewer.core import paths
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import EpochDone, PhaseStarted, Prepared
from cxrviewer.learning.cache import ReadFilms
from cxrviewer.learning.split import PARTS, Split

RUN = "run.json"
SPLIT = "split.csv"
_LIBRARIES = ("cxrviewer", "torch", "torchvision", "numpy", "opencv-python-headless", "pydicom")


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that shape a result."""
    found = {name: metadata.version(name) for name in _LIBRARIES}
    return {"python": platform.python_version(), **found}


def record(
    plan: TrainingPlan,
    *,
    prepared: Prepared,
    phases: Sequence[PhaseStarted],
    history: Sequence[EpochDone],
    results: dict[str, Any],
) -> dict[str, Any]:
    """Return the record as plain values."""
    return {
        "plan": plan.as_json(),
        "recipe": asdict(plan.settings),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "data": asdict(prepared),
        "phases": [asdict(phase) for phase in phases],
        "history": [asdict(epoch) for epoch in history],
        "results": results,
    }


def write_record(values: dict[str, Any], folder: Path) -> None:
    """Write the record into an existing folder, whole or not at all."""
    with paths.replacing(folder / RUN) as temporary:
        text = json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False)
        temporary.write_text(text + "\n", encoding="utf-8")


def write_split(films: ReadFilms, split: Split, folder: Path, *, classes: Sequence[str]) -> None:
    """Write which film was in which part; patients are numbered, not named."""
    numbers = {patient: i + 1 for i, patient in enumerate(dict.fromkeys(films.patients))}
    with (
        paths.replacing(folder / SPLIT) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as stream,
    ):
        table = csv.writer(stream)
        table.writerow(("image", "findings", "patient", "part"))
        for path, truth, patient, part in zip(
            films.paths, films.truth, films.patients, split.part, strict=True
        ):
            table.writerow((path, classes[truth], numbers[patient], PARTS[part]))
