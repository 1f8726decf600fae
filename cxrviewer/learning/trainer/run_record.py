"""The record of one training: what was asked, with what, on which films, and what came out."""

import csv
import json
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from cxrviewer.core import paths
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import EpochDone, PhaseStarted, Prepared
from cxrviewer.core.run_files import RECORD, SPLIT
from cxrviewer.learning.data.split import PARTS, Split
from cxrviewer.learning.outcome import Labelled, Outcome
from cxrviewer.learning.reporting.predictions import joined, numbered

_LIBRARIES = (
    *("cxrviewer", "torch", "torchvision", "timm", "numpy"),
    *("scikit-learn", "opencv-python-headless", "pydicom"),
)


@dataclass(frozen=True, kw_only=True)
class Course:
    """What a training told while it ran.

    Attributes
    ----------
    notes
        Sentences of what happened on the way.
    """

    prepared: Prepared
    phases: Sequence[PhaseStarted]
    history: Sequence[EpochDone]
    notes: Sequence[str] = field(default=())


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that shape a result."""
    found = {name: metadata.version(name) for name in _LIBRARIES}
    return {"python": platform.python_version(), **found}


def record(
    plan: TrainingPlan, course: Course, result: Outcome, shortcuts: dict[str, Any]
) -> dict[str, Any]:
    """Return the record as plain values."""
    return {
        "plan": plan.as_json(),
        "recipe": asdict(plan.settings),
        "start": "ImageNet" if plan.weights else "random weights",
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "data": asdict(course.prepared),
        "phases": [asdict(phase) for phase in course.phases],
        "history": [asdict(epoch) for epoch in course.history],
        "notes": list(course.notes),
        "summary": result.summary,
        "measures": result.measures,
        "results": {**result.record, "shortcuts": shortcuts},
    }


def write_record(values: dict[str, Any], folder: Path) -> None:
    """Write the record into an existing folder, whole or not at all."""
    with paths.replacing(folder / RECORD) as temporary:
        text = json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False)
        temporary.write_text(text + "\n", encoding="utf-8")


def write_split(films: Labelled, split: Split, folder: Path, *, classes: Sequence[str]) -> None:
    """Write which film was in which part; patients are numbered, not named."""
    numbers = numbered(films.patients)
    with (
        paths.replacing(folder / SPLIT) as temporary,
        temporary.open("w", encoding="utf-8", newline="") as stream,
    ):
        table = csv.writer(stream)
        table.writerow(("image", "findings", "patient", "part", "unknown"))
        rows = zip(films.paths, films.truth, films.patients, split.part, strict=True)
        for path, shown, patient, part in rows:
            findings, unknown = joined(classes, shown == 1), joined(classes, np.isnan(shown))
            table.writerow((path.absolute(), findings, numbers[patient], PARTS[part], unknown))
