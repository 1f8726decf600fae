"""Whole trainings beside a plain PyTorch loop of the same recipe, fastai and Lightning.

The program runs a training whole: a process of its own with an empty user's folder, from its start
to the model and its report. The loop then runs two epochs of each phase; its time for the whole
recipe is extrapolated from them and leaves out start, test and report. Both use the same films,
split, threads and starting weights. Validation accuracies are compared after as many epochs as the
loop ran, with three seeds.

    python docs/benchmarks/training_speed.py [p3] [robust] [peers]

fastai and Lightning run under the Python that `CXRVIEWER_PEERS` names, in which they are installed.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from measuring import record
from trained_run import TrainedRun, train
from training_material import THREADS, most_films, read_split, weights, write_listing

from cxrviewer.core.recipes import RECIPES

MEASURED = 2
SEEDS = (1, 2, 3)
SLICE = 640
CLASSES = ("normal", "bacterial", "viral")
SCHEMES = {"p3-chen-kute": "", "robust": "robust"}
MUST_REACH = {"p3-chen-kute": (8.0, 10.0), "robust": (None, 1.5)}


def main() -> None:
    wanted = sys.argv[1:] or list(_PARTS)
    for part in wanted:
        _PARTS[part]()


@contextmanager
def workshop() -> Iterator[tuple[Path, Path]]:
    """Yield a folder that goes afterwards, and the listing of the films in it."""
    with tempfile.TemporaryDirectory() as place:
        yield Path(place), write_listing(Path(place, "films.csv"), most_films())


def whole(recipe: str, place: Path, listing: Path, seed: int) -> TrainedRun:
    """Run a recipe whole, no phase cut short; the first of a recipe finds nothing kept."""
    home = place / f"home-{recipe}"
    words = ("--recipe", recipe, "--weights", str(weights()))
    settings = {"seed": str(seed), "patience": "0"}
    return train(
        listing, place / f"{recipe}-{seed}", home, *words, settings=settings, threads=THREADS
    )


def beside_plain(recipe: str) -> list[dict[str, Any]]:
    """Measure a recipe whole, from nothing, and the plain loop after it."""
    with workshop() as (place, listing):
        ours = whole(recipe, place, listing, SEEDS[0])
        plain = _Plain(recipe, read_split(place / f"{recipe}-{SEEDS[0]}"))
        plain.choose_workers()
        for phase in range(len(RECIPES[recipe].phases)):
            plain.learn(phase)
        short = _short(recipe, place, listing)
    return _rows(recipe, ours, plain, short)


def _short(recipe: str, place: Path, listing: Path) -> list[float]:
    """Validation accuracy after the epochs the plain loop was given, by seed of the network."""
    found = []
    for seed in SEEDS:
        out = place / f"short-{seed}"
        words = ("--recipe", recipe, "--weights", str(weights()))
        settings = {"seed": str(seed), "epochs": f"{MEASURED},{MEASURED}"}
        home = place / f"home-{recipe}"
        run = train(listing, out, home, *words, settings=settings, threads=THREADS)
        found.append(float(run.epochs(1)[-1]["val_accuracy"]))
    return found


class _Plain:
    """The plain loop of a recipe on one split."""

    def __init__(self, recipe: str, parts: dict[str, list[tuple[str, str]]]) -> None:
        import torch
        from plain_training import PlainTraining

        from cxrviewer.learning.networks.backbones import BACKBONES
        from cxrviewer.learning.networks.heads import Head
        from cxrviewer.learning.networks.weights import imagenet_state, start_from

        torch.set_num_threads(THREADS)
        torch.manual_seed(1)
        self._phases = RECIPES[recipe].phases
        self._backbone = BACKBONES["mobilenet_v2"]
        self._network = self._backbone.build(Head(outputs=len(CLASSES)))
        start_from(self._network, imagenet_state(str(weights()), self._backbone))
        thin = {name: films[:SLICE] for name, films in parts.items()}
        self._slice = PlainTraining(self._network, thin, CLASSES, scheme=SCHEMES[recipe])
        self.training = PlainTraining(self._network, parts, CLASSES, scheme=SCHEMES[recipe])
        self.films = sum(map(len, parts.values()))
        self.seconds: list[float] = []
        self.accuracy = 0.0
        self.decoding = 0.0

    def choose_workers(self) -> None:
        """Take as many loading processes as are fastest."""
        taken = {}
        self._slice.phase(self._trainable(0), 1e-9)
        for workers in (0, 2):
            self._slice.workers = workers
            taken[workers], *_ = self._slice.epoch()
        self.training.workers = min(taken, key=lambda workers: taken[workers])

    def learn(self, phase: int) -> None:
        """Measure two epochs of a phase."""
        self.training.phase(self._trainable(phase), self._phases[phase].learning_rate)
        epochs = [self.training.epoch() for _ in range(MEASURED)]
        self.seconds.append(statistics.mean(seconds for seconds, *_ in epochs))
        self.accuracy = epochs[-1][2]
        if phase == 0:
            self.decoding = self.training.decoding()

    def whole(self) -> float:
        """Return the seconds of all epochs of all phases."""
        return sum(
            phase.epochs * seconds
            for phase, seconds in zip(self._phases, self.seconds, strict=True)
        )

    def _trainable(self, phase: int) -> tuple[str, ...]:
        return self._backbone.unfrozen_parameters(self._network, self._phases[phase].unfrozen)


def _rows(recipe: str, ours: TrainedRun, plain: _Plain, short: list[float]) -> list[dict[str, Any]]:
    first, least = MUST_REACH[recipe]
    phase1 = plain.seconds[0] * 10
    rows = [
        _row(f"{recipe}, whole", ours.seconds, plain.whole(), least),
        _row(f"{recipe}, phase 1", ours.until(0), phase1, first),
    ]
    best = max(epoch["val_accuracy"] for epoch in ours.epochs(1))
    rows[0] |= {
        "films": plain.films,
        "plain s an epoch, phase 1": round(plain.seconds[0], 1),
        "plain s an epoch, phase 2": round(plain.seconds[1], 1),
        "plain s of it decoding": round(plain.decoding, 1),
        "plain workers": plain.training.workers,
        "cxrviewer steps s": ours.spent(),
        "peak MB": round(ours.peak_megabytes),
        "best validation accuracy": round(best, 4),
        f"plain validation accuracy after {MEASURED} + {MEASURED} epochs": round(plain.accuracy, 4),
        f"validation accuracy after {MEASURED} + {MEASURED} epochs by seed": [
            round(each, 4) for each in short
        ],
    }
    return rows


def _row(what: str, ours: float, plain: float, least: float | None) -> dict[str, Any]:
    ratio = plain / ours
    row = {
        "what": what,
        "cxrviewer s": round(ours, 1),
        "plain loop s, extrapolated": round(plain, 1),
        "ratio": round(ratio, 1),
    }
    return row | ({"must reach": least, "reached": ratio >= least} if least else {})


def peers() -> list[dict[str, Any]]:
    """Measure two epochs of both phases in fastai and in Lightning, and a whole run of ours."""
    python = os.environ.get("CXRVIEWER_PEERS", sys.executable)
    with workshop() as (place, listing):
        run = whole("p3-chen-kute", place, listing, 1)
        parts = place / "parts.json"
        films = read_split(place / "p3-chen-kute-1")
        parts.write_text(json.dumps(films), encoding="utf-8")
        told = [_peer(python, name, parts) for name in ("fastai", "lightning")]
    accuracy = max(epoch["val_accuracy"] for epoch in run.epochs(1))
    ours = {
        "what": "cxrviewer, whole",
        "films": sum(map(len, films.values())),
        "s": round(run.seconds, 1),
        "accuracy": round(accuracy, 4),
    }
    for row in told:
        row |= {"ratio": round(row["s"] / run.seconds, 1), "reached": row["s"] > run.seconds}
    return [ours, *told]


def _peer(python: str, name: str, parts: Path) -> dict[str, Any]:
    script = Path(__file__).with_name("peer_training.py")
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        [python, str(script), name, str(parts), str(weights())],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    seconds = 10 * told["frozen s an epoch"] + 20 * told["unfrozen s an epoch"]
    return {"what": told.pop("what"), "s": round(seconds, 1), **told}


_PARTS: dict[str, Callable[[], None]] = {
    "p3": lambda: record("training_p3", beside_plain("p3-chen-kute")),
    "robust": lambda: record("training_robust", beside_plain("robust")),
    "peers": lambda: record("training_peers", peers()),
}

if __name__ == "__main__":
    main()
