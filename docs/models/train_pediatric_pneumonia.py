"""Train the bundled model on the children's films and publish it, in one command.

    python docs/models/train_pediatric_pneumonia.py FILMS WEIGHTS OUT

FILMS holds the folders NORMAL and PNEUMONIA of the training part of Kermany et al. 2018, WEIGHTS
is a safetensors file of MobileNetV2's ImageNet weights, OUT takes the run. The bundle goes to
models/pediatric-pneumonia; its card and docs/models/pediatric-pneumonia.md are filled in from
OUT/run.json. With --publish only this last step is done.
"""

import argparse
import csv
import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from string import Template

import card_values

from cxrviewer.core import bundle as bundles
from cxrviewer.core.manifest import Gate
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import BatchDone

PROJECT = Path(__file__).resolve().parents[2]
BUNDLE_ID = "pediatric-pneumonia"
TARGET = PROJECT / "models" / BUNDLE_ID
TEMPLATES = {
    Path(__file__).with_name("card.md.in"): TARGET / bundles.CARD,
    Path(__file__).with_name("training.md.in"): Path(__file__).with_name(f"{BUNDLE_ID}.md"),
}
NAMES = {"normal": "Normal", "bacterial": "Bacterial pneumonia", "viral": "Viral pneumonia"}
KINDS = {"_bacteria_": "bacterial", "_virus_": "viral"}
GATE = Gate(
    modalities=("CR", "DX", "RG"), views=("PA", "AP"), body_parts=("CHEST",), age_years=(1.0, 5.0)
)
LICENCE = "Apache-2.0; trained on films under CC BY 4.0 (Kermany, Zhang, Goldbaum 2018)"


def main() -> int:
    """Train, then publish."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("films", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--publish", action="store_true", help="publish the run in OUT as it is")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    if not arguments.publish:
        listing = write_listing(arguments.films.resolve(), arguments.out)
        run(listing, arguments)
    publish(arguments.out)
    return 0


def write_listing(films: Path, out: Path) -> Path:
    """Write the three-class listing; the patient is found in the file names by the program."""
    listing = out / "films.csv"
    with listing.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(("image", "findings", "patient_id"))
        for film in sorted((films / "NORMAL").iterdir()):
            table.writerow((film, "normal", ""))
        for film in sorted((films / "PNEUMONIA").iterdir()):
            (kind,) = (label for mark, label in KINDS.items() if mark in film.name)
            table.writerow((film, kind, ""))
    return listing


def run(listing: Path, arguments: argparse.Namespace) -> None:
    """Train with the default recipe, as it stands."""
    from cxrviewer.learning import device
    from cxrviewer.learning.trainer import training

    device.use_threads(arguments.threads)
    plan = TrainingPlan(
        data=listing, out=arguments.out, weights=str(arguments.weights), bundle_id=BUNDLE_ID
    )
    for event in training.train(plan):
        if not isinstance(event, BatchDone):
            print(event, flush=True)
        elif sys.stderr.isatty():
            print(f"{event.stage} {event.done}/{event.total}", end="\r", file=sys.stderr)


def publish(out: Path) -> None:
    """Copy the bundle, add what only a person knows, and fill in the texts."""
    from cxrviewer.learning.data import seen_films
    from cxrviewer.learning.networks.weights import load_network
    from cxrviewer.learning.reference import phantom_logits

    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    trained = bundles.read_bundle(out / "bundle")
    TARGET.mkdir(parents=True, exist_ok=True)
    for name in (bundles.WEIGHTS, seen_films.FILE):
        shutil.copyfile(trained.folder / name, TARGET / name)
    manifest = replace(
        trained.manifest,
        name="Children's pneumonia: normal, bacterial, viral",
        version="1.0.0",
        labels=tuple(replace(label, name=NAMES[label.id]) for label in trained.manifest.labels),
        gate=GATE,
        licence=LICENCE,
        reference_logits=phantom_logits(load_network(trained), trained.manifest.input),
        training={
            **trained.manifest.training,
            "finished": record["finished"],
            "data": "Kermany et al. 2018, training part, 224 px (CC BY 4.0)",
        },
    )
    bundles.write_manifest(manifest, TARGET)
    values = card_values.values(manifest, record)
    for template, target in TEMPLATES.items():
        text = Template(template.read_text(encoding="utf-8")).substitute(values)
        target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
