"""Memory of the trainer at 5,216 films and at 100,000 drawn ones.

Measured is the sum of the resident memory of the program and all its children, five times a
second; pages they share count in each. Beside it the size of what is kept on disk.
"""

import csv
import os
import tempfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from measuring import record
from trained_run import train
from training_material import THREADS, most_films, weights, write_listing

_MOST_MEGABYTES = 2048
_MANY = int(os.environ.get("CXRVIEWER_BENCHMARK_MANY", "100000"))
_SIDE = 64
_PATIENT = 4


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        real = write_listing(Path(place, "films.csv"), most_films())
        rows = [measured("children's films", real, Path(place), {})]
        drawn = draw_films(Path(place, "drawn"), _MANY)
        # A few batches of phase 2 need the memory of all of them, and small films spare hours.
        few = {"steps": "50", "input_size": str(_SIDE)}
        rows.append(measured(f"drawn films at {_SIDE} px", drawn, Path(place), few))
    record("training_memory", rows)


def measured(what: str, listing: Path, place: Path, more: dict[str, str]) -> dict[str, Any]:
    """Run one epoch of each phase of the default recipe and weigh it."""
    home = place / f"home of {what}"
    settings = {"epochs": "1,1", **more}
    words = ("--recipe", "p3-chen-kute", "--weights", str(weights()))
    run = train(listing, place / what, home, *words, settings=settings, threads=THREADS)
    kept = sum(file.stat().st_size for file in (home / "cache").rglob("*") if file.is_file())
    with listing.open(encoding="utf-8") as stream:
        films = sum(1 for _ in stream) - 1
    return {
        "what": what,
        "films": films,
        "peak MB": round(run.peak_megabytes),
        "kept on disk MB": round(kept / 2**20),
        "s": round(run.seconds),
        "must reach MB": _MOST_MEGABYTES,
        "reached": run.peak_megabytes < _MOST_MEGABYTES,
    }


def draw_films(folder: Path, count: int) -> Path:
    """Draw small noisy films of two kinds, four a patient, and list them."""
    folder.mkdir()
    random = np.random.default_rng(1)
    listing = folder / "films.csv"
    with listing.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(("image", "findings", "patient_id"))
        for number in range(count):
            kind = number // _PATIENT % 2
            level = 90 + 60 * kind
            pixels = random.normal(level, 25, (_SIDE, _SIDE)).clip(0, 255).astype(np.uint8)
            home = folder / f"{number // 1000:03d}"
            home.mkdir(exist_ok=True)
            file = home / f"{number}.png"
            cv2.imwrite(str(file), pixels)
            table.writerow((file, ("normal", "ill")[kind], f"p{number // _PATIENT}"))
    return listing


if __name__ == "__main__":
    main()
