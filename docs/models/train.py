"""Train a bundled model on the shared films, several seeds, and publish the best, in one command.

    python docs/models/train.py BUNDLE SHARED OUT

BUNDLE is one of `specs.py`. SHARED holds `data` with the films and `weights` with MobileNetV2's
ImageNet weights; OUT takes a run for each seed: those that are there already are not run again, and
one that was killed goes on.
The run with the lowest validation loss goes to models/BUNDLE with its gate, card and training page.
"""

import argparse
import csv
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from string import Template
from typing import Any

import card_values
import listings
from fit_gate import publish_gate
from shifts import measured
from specs import SPECS, Spec

from cxrviewer.core import bundle as bundles
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import BatchDone
from cxrviewer.core.run_files import CHECKPOINT, RECORD

PROJECT = Path(__file__).resolve().parents[2]
WEIGHTS = Path("weights") / "mobilenet_v2_imagenet.safetensors"
_HERE = Path(__file__).parent


def main() -> int:
    """Train, then publish."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundle", choices=SPECS)
    parser.add_argument("shared", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    spec, out = SPECS[arguments.bundle], arguments.out
    out.mkdir(parents=True, exist_ok=True)
    shared = arguments.shared.resolve()
    listing = listings.write(listings.LISTINGS[arguments.bundle](shared), out)
    for seed in spec.seeds:
        folder = out / f"seed-{seed}"
        if not (folder / RECORD).exists():
            plan = TrainingPlan(
                data=listing,
                out=folder,
                recipe="robust",
                weights=str(shared / WEIGHTS),
                changes=spec.changes,
                bundle_id=arguments.bundle,
                seed=seed,
                resume=(folder / CHECKPOINT).exists(),
            )
            run(plan, threads=arguments.threads)
    publish(arguments.bundle, spec, shared, out)
    return 0


def run(plan: TrainingPlan, *, threads: int) -> None:
    """Train, telling each epoch."""
    from cxrviewer.learning import device
    from cxrviewer.learning.trainer import training

    device.use_threads(threads)
    for event in training.train(plan):
        if not isinstance(event, BatchDone):
            print(event, flush=True)
        elif sys.stderr.isatty():
            print(f"{event.stage} {event.done}/{event.total}", end="\r", file=sys.stderr)


def publish(bundle_id: str, spec: Spec, shared: Path, out: Path) -> None:
    """Copy the best run's bundle, add what only a person knows, and fill in the texts."""
    from cxrviewer.learning.data import seen_films
    from cxrviewer.learning.networks.weights import load_network
    from cxrviewer.learning.reference import phantom_logits

    records = {seed: _json(out / f"seed-{seed}" / RECORD) for seed in spec.seeds}
    best = min(records, key=lambda seed: _validation_loss(records[seed]))
    record, source = records[best], out / f"seed-{best}"
    trained = bundles.read_bundle(source / "bundle")
    target = PROJECT / "models" / bundle_id
    target.mkdir(parents=True, exist_ok=True)
    for name in (bundles.WEIGHTS, seen_films.FILE):
        shutil.copyfile(trained.folder / name, target / name)
    manifest = replace(
        trained.manifest,
        name=spec.name,
        version=spec.version,
        labels=tuple(
            replace(label, name=spec.names[label.id]) for label in trained.manifest.labels
        ),
        gate=spec.gate,
        licence=spec.licence,
        reference_logits=phantom_logits(load_network(trained), trained.manifest.input),
        training={
            **trained.manifest.training,
            "finished": record["finished"],
            "data": spec.data,
        },
    )
    bundles.write_manifest(manifest, target)
    older = shared / spec.older if spec.older else None
    bundle = publish_gate(bundles.read_bundle(target), shared / spec.films, older)
    changed = _kept(out / "shifts.json", lambda: measured(target, _tested(source)))
    values = card_values.values(bundle.manifest, record, records, changed)
    templates = {
        _HERE / f"{bundle_id}.card.md.in": target / bundles.CARD,
        _HERE / "training.md.in": _HERE / f"{bundle_id}.md",
    }
    for template, page in templates.items():
        text = Template(template.read_text(encoding="utf-8")).substitute(values)
        page.write_text(text, encoding="utf-8")


def _tested(run_folder: Path) -> list[tuple[Path, str]]:
    """Return the test films of a run with their labels."""
    with (run_folder / "split.csv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        return [(Path(row["image"]), row["findings"]) for row in rows if row["part"] == "test"]


def _kept(file: Path, make: Callable[[], Any]) -> Any:
    """Return what a file holds, made first where it is not there."""
    if not file.exists():
        file.write_text(json.dumps(make(), indent=1), encoding="utf-8")
    return _json(file)


def _json(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def _validation_loss(record: dict[str, Any]) -> float:
    return min(epoch["val_loss"] for epoch in record["history"])


if __name__ == "__main__":
    raise SystemExit(main())
