"""Train a bundled model on the shared films, several seeds, and publish the best, in one command.

    python docs/models/train.py BUNDLE SHARED OUT

BUNDLE is one of `specs.py`. SHARED holds `data` with the films and `weights` with MobileNetV2's
ImageNet weights; OUT takes a run for each seed: those that are there already are not run again, and
one that was killed goes on.
The run with the lowest validation loss goes to models/BUNDLE with its gate; `cards.py` then writes
its card and training page.
"""

import argparse
import csv
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import among_ill
import listings
from cards import write_pages
from control import blacked_out
from fit_gate import publish_gate
from heads import beating_chance, keep_labels
from records import CONTROL, best_seed, record_of
from specs import SPECS, Spec

from cxrviewer.core import bundle as bundles
from cxrviewer.core.bundle import Bundle
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import BatchDone
from cxrviewer.core.run_files import CHECKPOINT, RECORD

PROJECT = Path(__file__).resolve().parents[2]
WEIGHTS = Path("weights") / "mobilenet_v2_imagenet.safetensors"


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
    plan = TrainingPlan(
        data=listing,
        out=out,
        recipe=spec.recipe,
        weights=str(shared / WEIGHTS),
        changes=spec.changes,
        bundle_id=arguments.bundle,
    )
    for seed in spec.seeds:
        run(replace(plan, out=out / f"seed-{seed}", seed=seed), threads=arguments.threads)
    bundle = publish(arguments.bundle, spec, shared, out)
    if spec.control:
        # The same division as the run that ships.
        films, seed = without_lungs(listing, out), best_seed(out, spec.seeds)
        run(replace(plan, data=films, out=out / CONTROL, seed=seed), threads=arguments.threads)
    write_pages(bundle, shared, out)
    return 0


def run(plan: TrainingPlan, *, threads: int) -> None:
    """Train, telling each epoch, unless it is done."""
    from cxrviewer.learning import device
    from cxrviewer.learning.trainer import training

    if (plan.out / RECORD).exists():
        return
    device.use_threads(threads)
    for event in training.train(replace(plan, resume=(plan.out / CHECKPOINT).exists())):
        if not isinstance(event, BatchDone):
            print(event, flush=True)
        elif sys.stderr.isatty():
            print(f"{event.stage} {event.done}/{event.total}", end="\r", file=sys.stderr)


def without_lungs(listing: Path, out: Path) -> Path:
    """Write the films of a listing with their lungs blacked out, and their own listing."""
    folder = out / "blacked-out"
    folder.mkdir(exist_ok=True)
    with listing.open(encoding="utf-8", newline="") as stream:
        head, *rows = csv.reader(stream)
    made = [(blacked_out(Path(film), folder), *others) for film, *others in rows]
    return listings.write([tuple(head), *made], folder)


def publish(bundle_id: str, spec: Spec, shared: Path, out: Path) -> Bundle:
    """Copy the best run's bundle, add what only a person knows, and fit its gate."""
    from cxrviewer.learning.data import seen_films
    from cxrviewer.learning.networks.weights import load_network
    from cxrviewer.learning.reference import phantom_logits

    best = best_seed(out, spec.seeds)
    source = out / f"seed-{best}"
    record = record_of(source)
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
        caution=spec.caution,
        training={
            **trained.manifest.training,
            "finished": record["finished"],
            "data": spec.data,
        },
    )
    negatives = [label.id for label in manifest.labels if label.negative]
    among = {} if manifest.judged_together else among_ill.areas(source, negatives[0])
    areas = {name: area for name, (area, _) in among.items()}
    kept = beating_chance(record["results"]["test"], areas)
    manifest = keep_labels(manifest, target, kept)
    bundles.write_manifest(manifest, target)
    logits = phantom_logits(load_network(bundles.read_bundle(target)), manifest.input)
    bundles.write_manifest(replace(manifest, reference_logits=logits), target)
    films = [shared / folder for folder in spec.films]
    ages = {age: [shared / folder for folder in some] for age, some in spec.other_ages.items()}
    return publish_gate(bundles.read_bundle(target), films, ages)


if __name__ == "__main__":
    raise SystemExit(main())
