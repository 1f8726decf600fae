"""Write the card and the training page of a bundle from the records of its runs.

    python docs/models/cards.py BUNDLE SHARED OUT

OUT is that of `train.py`. What is measured here once (shifts, speed) is kept in OUT; the tables of
the gate and of the heat maps are taken from the JSON files that `measure_gate.py` and
`measure_maps.py` leave beside this file, where they are of these weights.
"""

import argparse
import csv
import json
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import Any

import among_ill
import card_values
import gate_values
import map_values
import numpy as np
import speed
from people import People
from records import CONTROL, best_seed, record_of, records_of
from shifts import AS_THEY_ARE, measured
from specs import SPECS
from tables import estimate

from cxrviewer.core import bundle as bundles
from cxrviewer.core import metrics
from cxrviewer.core.bundle import Bundle
from cxrviewer.core.estimate import Estimate
from cxrviewer.core.manifest import Manifest
from cxrviewer.learning.reporting import predictions

_HERE = Path(__file__).parent


def main() -> int:
    """Write both pages of a published bundle."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundle", choices=SPECS)
    parser.add_argument("shared", type=Path)
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    bundle = bundles.read_bundle(_HERE.parents[1] / "models" / arguments.bundle)
    write_pages(bundle, arguments.shared.resolve(), arguments.out)
    return 0


def write_pages(bundle: Bundle, shared: Path, out: Path) -> None:
    """Fill in the templates of a bundle; OUT holds the runs of its seeds."""
    manifest, spec = bundle.manifest, SPECS[bundle.manifest.id]
    best = best_seed(out, spec.seeds)
    run, records = out / f"seed-{best}", records_of(out, spec.seeds)
    people = People(shared / folder for folder in spec.films)
    shifted = _kept(out / "shifts.json", lambda: measured(bundle.folder, _tested(run)))
    timed = _kept(out / "speed.json", lambda: speed.measured(bundle))
    values = card_values.values(manifest, records[best], records) | {
        "shifts": card_values.shifts(shifted),
        "binary_accuracy": f"{shifted[AS_THEY_ARE]['accuracy']:.3f}",
        "people": people.counts(run),
        "by_view": people.by_view(run),
        "among_ill": among_ill.words(_among_ill(run, manifest)),
        "together_error": _error_of_all(run, manifest),
        "hidden": _hidden(bundle, run),
        "speed": speed.words(timed),
        "size": f"{sum(file.stat().st_size for file in bundle.folder.iterdir()) / 1e6:.1f} MB",
        "gate": gate_values.words(manifest),
        "maps": map_values.words(manifest),
        "control": _control(out),
        "control_areas": _control_areas(out),
        "label_errors": _errors_by_label(run),
    }
    card = _HERE / f"{manifest.id}.card.md.in"
    bundles.write_card(_filled(card, values), manifest, bundle.folder)
    templates = {
        _HERE / "training.md.in": _HERE / f"{manifest.id}.md",
        _HERE / f"{manifest.id}.published.md.in": _HERE / f"{manifest.id}.published.md",
    }
    for template, page in templates.items():
        if template.exists():
            page.write_text(_filled(template, values), encoding="utf-8")


def _filled(template: Path, values: dict[str, str]) -> str:
    return Template(template.read_text(encoding="utf-8")).substitute(values)


def _tested(run: Path) -> list[tuple[Path, str]]:
    """Return the test films of a run with their labels."""
    with (run / "split.csv").open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        return [(Path(row["image"]), row["findings"]) for row in rows if row["part"] == "test"]


def _error_of_all(run: Path, manifest: Manifest) -> str:
    """Return the expected calibration error of the probability of anything but the negative."""
    found = predictions.read(run)
    (negative,) = (label.id for label in manifest.labels if label.negative)
    place = found.classes.index(negative)
    likely, shown = 1 - found.probabilities[:, place], 1 - found.truth[:, place]
    return f"{metrics.calibration_error(likely, shown):.3f}"


def _among_ill(run: Path, manifest: Manifest) -> dict[str, tuple[Estimate, int]]:
    """Return how the findings are told among ill films, nothing where labels exclude each other."""
    if manifest.judged_together:
        return {}
    (negative,) = (label.id for label in manifest.labels if label.negative)
    return among_ill.areas(run, negative)


def _hidden(bundle: Bundle, run: Path) -> str:
    """Say which findings the network learned and the model does not show."""
    shown = {label.id for label in bundle.manifest.labels}
    hidden = [name for name in record_of(run)["data"]["classes"] if name not in shown]
    if not hidden:
        return "None had to be left out."
    return f"**Learned and not shown, because they do not: {', '.join(hidden)}.**"


def _control(out: Path) -> str:
    """Say how far a network came that never saw a lung, empty where none was asked."""
    if not (out / CONTROL).exists():
        return ""
    test = record_of(out / CONTROL)["results"]["test"]
    return estimate(test["accuracy"])


def _control_areas(out: Path) -> str:
    """Say how well that network tells each label, empty where none was asked."""
    if not (out / CONTROL).exists():
        return ""
    found = record_of(out / CONTROL)["results"]["test"]["per_class"]
    return ", ".join(f"{name} {estimate(label['auroc'])}" for name, label in found.items())


def _errors_by_label(run: Path) -> str:
    """Return the expected calibration error of each label's own probability."""
    found = predictions.read(run)
    return ", ".join(
        f"{name} {metrics.calibration_error(likely[known], shown[known]):.3f}"
        for name, likely, shown in zip(
            found.classes, found.probabilities.T, found.truth.T, strict=True
        )
        for known in (~np.isnan(shown),)
    )


def _kept(file: Path, make: Callable[[], Any]) -> Any:
    """Return what a file holds, made first where it is not there."""
    if not file.exists():
        file.write_text(json.dumps(make(), indent=1), encoding="utf-8")
    return json.loads(file.read_text(encoding="utf-8"))


if __name__ == "__main__":
    raise SystemExit(main())
