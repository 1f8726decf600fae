"""The films and weights of the training benchmarks, and the figures they are measured beside."""

import csv
import os
from pathlib import Path

from measuring import shared

THREADS = 2
KINDS = {"_bacteria_": "bacterial", "_virus_": "viral"}


def weights() -> Path:
    """ImageNet weights of MobileNetV2."""
    return shared() / "weights" / "mobilenet_v2_imagenet.safetensors"


def films(most: int = 0) -> list[tuple[Path, str]]:
    """Films of children and their label; evenly thinned out where `most` is given."""
    folder = shared() / "data" / "kermany" / "train"
    found = [(path, _label(path)) for path in sorted(folder.rglob("*.jpeg"))]
    step = max(1, len(found) // most) if most else 1
    return found[::step][: most or None]


def write_listing(file: Path, most: int = 0) -> Path:
    """Write the films as a CSV the program trains on."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(("image", "findings"))
        table.writerows(films(most))
    return file


def read_split(run: Path) -> dict[str, list[tuple[str, str]]]:
    """Return film and label of each part of a run's split."""
    parts: dict[str, list[tuple[str, str]]] = {}
    with (run / "split.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            parts.setdefault(row["part"], []).append((row["image"], row["findings"]))
    return parts


def most_films() -> int:
    """How many films to use, 0 for all: `CXRVIEWER_BENCHMARK_FILMS`, for trying a script out."""
    return int(os.environ.get("CXRVIEWER_BENCHMARK_FILMS", "0"))


def _label(path: Path) -> str:
    return next((label for mark, label in KINDS.items() if mark in path.name), "normal")
