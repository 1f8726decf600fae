"""Made-up progress and finished runs for the widgets."""

import csv
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from cxrviewer.core.progress import (
    EpochDone,
    Noted,
    PhaseStarted,
    Prepared,
    Progress,
    Watched,
)

CLASSES = ("normal", "bacterial", "viral")


def prepared() -> Prepared:
    return Prepared(
        classes=CLASSES,
        activation="softmax",
        counts=((4, 4, 4), (1, 1, 1), (2, 2, 2)),
        learned=(4, 4, 4),
        films=(12, 3, 6),
        patients=(12, 3, 6),
        refused=(),
        split_by="patient",
        device="CPU (no CUDA device)",
    )


def epoch(phase: int, number: int, *, loss: float, area: float | None = 0.8) -> EpochDone:
    return EpochDone(
        phase=phase,
        epoch=number,
        train_loss=loss - 0.1,
        train_accuracy=0.9,
        val_loss=loss,
        val_accuracy=1 - loss / 2,
        seconds=2.0,
        val_auroc=area,
        learning_rate=1e-4,
        films=400,
    )


def heat(row: int) -> Any:
    """A map of 32 x 32 that is hot in one row of an 8 x 8 raster."""
    values = np.zeros((32, 32), dtype=np.float32)
    values[row * 4 : row * 4 + 4, 12:16] = 1.0
    return values


def two_phases() -> Progress:
    """Two epochs of the head, three of the top layers; the fourth is the best."""
    progress = Progress().after(prepared())
    progress = progress.after(
        Watched(phase=0, epoch=0, label="bacterial", probability=0.3, heat=None, flaw="it is flat")
    )
    losses = (1.0, 0.8, 0.6, 0.4, 0.5)
    for index, loss in enumerate(losses):
        phase, number = (0, index + 1) if index < 2 else (1, index - 1)
        if number == 1:
            name = ("head", "top layers")[phase]
            progress = progress.after(
                PhaseStarted(index=phase, name=name, epochs=(2, 20)[phase], trainable=5, total=9)
            )
        progress = progress.after(epoch(phase, number, loss=loss))
        progress = progress.after(
            Watched(
                phase=phase,
                epoch=number,
                label="bacterial",
                probability=0.4 + index / 10,
                heat=heat(index),
            )
        )
    return progress.after(Noted(sentence="The batch was halved to 16."))


# actual, called, probability of normal, bacterial, viral; the worst first.
FILMS = (
    ("bacterial", "normal", 0.9, 0.05, 0.05),
    ("viral", "bacterial", 0.1, 0.8, 0.1),
    ("bacterial", "normal", 0.7, 0.2, 0.1),
    ("normal", "normal", 0.9, 0.05, 0.05),
    ("bacterial", "bacterial", 0.1, 0.8, 0.1),
    ("viral", "viral", 0.1, 0.1, 0.8),
)
_ESTIMATE = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 6}


def finished_run(folder: Path, films: list[Path], *, training: Any = None, **changes: Any) -> Path:
    """Write a run's folder whose test films are these, in the order of `FILMS`."""
    (folder / "figures").mkdir(parents=True)
    measures = ("auroc", "sensitivity", "specificity", "ppv", "npv")
    values = {
        "classes": CLASSES,
        "activation": "softmax",
        "films": len(FILMS),
        "patients": len(FILMS),
        "majority_share": 0.5,
        "majority_classifier": True,
        "per_class": {
            name: {"films": 2, "f1": 0.5, **dict.fromkeys(measures, _ESTIMATE)} for name in CLASSES
        },
        "averages": {"macro": {"precision": 0.5, "recall": 0.6, "f1": 0.7}},
        "data": str(films[0].parent),
        "summary": "Test accuracy 0.500 (0.400 to 0.600, 95 %) on 6 films of 6 patients.",
        "training": {
            "data": asdict(prepared()),
            "history": [asdict(done) for done in two_phases().epochs],
            **(training or {}),
        },
        "refused": [{"film": "broken.png", "reason": "It ends before its last row."}],
        **changes,
    }
    (folder / "report.json").write_text(json.dumps(values))
    (folder / "report.html").write_text("<p>made up</p>")
    progress = two_phases()
    record = {
        "plan": {"data": str(films[0].parent), "split_by": "patient"},
        "phases": [asdict(phase) for phase in progress.phases],
        "history": [asdict(done) for done in progress.epochs],
    }
    (folder / "run.json").write_text(json.dumps(record))
    with (folder / "predictions.csv").open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(
            ("image", "patient", "actual", "called", "unknown", *(f"p_{n}" for n in CLASSES))
        )
        for number, (film, row) in enumerate(zip(films, FILMS, strict=True)):
            table.writerow((film, number, *row[:2], "", *row[2:]))
    return folder
