"""Parameters and seconds an epoch of backbones in the recipe p2-pal-paul, as the paper's table.

One epoch of the whole network on a few films at 360 px, from random weights: what the weights are
changes no time. The epoch on all films is extrapolated by the number of training films.
"""

import tempfile
from pathlib import Path
from typing import Any

from measuring import record
from trained_run import train
from training_material import THREADS, films, most_films, write_listing

_BACKBONES = ("mobilenet_v2", "vgg16", "densenet201", "inception_v3")
_FEW = 80
_TRAINING_SHARE = 0.8


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        listing = write_listing(Path(place, "films.csv"), most_films() or _FEW)
        record("training_backbones", [_row(name, listing, Path(place)) for name in _BACKBONES])


def _row(backbone: str, listing: Path, place: Path) -> dict[str, Any]:
    words = ("--recipe", "p2-pal-paul", "--backbone", backbone)
    settings = {"epochs": "1"}
    run = train(
        listing, place / backbone, place / "home", *words, settings=settings, threads=THREADS
    )
    (started,) = (e for _, e in run.events if e["event"] == "PhaseStarted")
    [epoch] = run.epochs(0)
    all_films = _TRAINING_SHARE * len(films())
    return {
        "backbone": backbone,
        "parameters": started["total"],
        "films": epoch["films"],
        "films a second": round(epoch["films"] / epoch["seconds"], 2),
        "s an epoch, extrapolated": round(epoch["seconds"] * all_films / epoch["films"]),
        "peak MB": round(run.peak_megabytes),
    }


if __name__ == "__main__":
    main()
