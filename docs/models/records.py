"""The records of the runs of a bundle's seeds."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cxrviewer.core.run_files import RECORD

CONTROL = "lungs-blacked-out"


def record_of(run: Path) -> dict[str, Any]:
    """Return the record of a run's folder."""
    record: dict[str, Any] = json.loads((run / RECORD).read_text(encoding="utf-8"))
    return record


def records_of(out: Path, seeds: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the record of each seed."""
    return {seed: record_of(out / f"seed-{seed}") for seed in seeds}


def best_seed(out: Path, seeds: Sequence[int]) -> int:
    """Return the seed whose run has the lowest validation loss."""
    records = records_of(out, seeds)
    return min(seeds, key=lambda seed: _validation_loss(records[seed]))


def _validation_loss(record: dict[str, Any]) -> float:
    return min(epoch["val_loss"] for epoch in record["history"])
