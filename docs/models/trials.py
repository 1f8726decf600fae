"""Ways of training, ranked by films of another time: what was tried, and what it gave.

    python docs/models/trials.py FILMS WEIGHTS OUT [NAME ...]

Validation inside the training set says .998 for every recipe. Here a model learns from normal
films of one series of the archive (IM-) and is asked about those of another (NORMAL2-IM-), and
about ill children with the lowest numbers, none of whom it has seen; all of these films as they
are, and as `shifts.py` changes them. A trial whose answers are in OUT already is not run again.
The table goes to docs/models/trials.md.
"""

import argparse
import json
import re
from pathlib import Path
from string import Template

from listings import children, write
from shifts import AS_THEY_ARE, measured

from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import BatchDone

TABLE = Path(__file__).with_name("trials.md")
TEMPLATE = Path(__file__).with_name("trials.md.in")
MEASURES = ("auroc", "accuracy", "sensitivity", "specificity", "three")
_MOST = {"split": "0.85,0.1,0.05"}
_DEEP = _MOST | {"unfrozen": "0,90", "epochs": "4,8", "learning_rates": "3e-3,5e-4"}
_LONG = {"epochs": "4,20", "views": "10", "patience": "0"}
_VIEWS = {"epochs": "4,12", "views": "16", "patience": "0"}
_SLOW = {"learning_rates": "3e-3,2e-4"}
_SMALL = {"input_size": "160", "view_size": "128"}
# Changes of recipe `robust`, by name.
TRIALS: dict[str, dict[str, str]] = {
    "no augmentation": _MOST | {"augmentation": "none"},
    "robust": _MOST,
    "deep": _DEEP,
    "deep, 160 px": _DEEP | {"input_size": "160"},
    "deep, 160 px, long": _DEEP | {"input_size": "160"} | _LONG,
    "160 px, views of 128 px": _DEEP | _VIEWS | _SMALL,
    "160 px, views of 128 px, slow": _DEEP | _VIEWS | _SMALL | _SLOW,
    "192 px, views of 160 px, slow": _DEEP
    | _VIEWS
    | {"input_size": "192", "view_size": "160"}
    | _SLOW,
}
# Pneumonia up to these numbers was taken at another time than the rest.
_FIRST = {"bacterial": 320, "viral": 375}
_EVERY = 3


def main() -> int:
    """Run the trials that are asked for, then write the table of all that are there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("films", type=Path)
    parser.add_argument("weights", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*", default=list(TRIALS), metavar="NAME")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    learned, asked = divided(arguments.films.resolve())
    listing = write([("image", "findings"), *learned], arguments.out)
    for name in arguments.names:
        answers = arguments.out / f"{name.replace(' ', '-')}.json"
        if not answers.exists():
            bundle = train(name, listing, arguments)
            answers.write_text(
                json.dumps(measured(bundle, asked, every=_EVERY), indent=1), encoding="utf-8"
            )
    write_table(arguments.out)
    return 0


def divided(films: Path) -> tuple[list[tuple[Path, str]], list[tuple[Path, str]]]:
    """Return the films to learn from and those of another time, each with its label."""
    learned, asked = [], []
    for film, label in children(films):
        if label == "normal":
            other = film.name.startswith("NORMAL2-")
        else:
            number = re.match(r"person(\d+)_", film.name)
            assert number
            other = int(number[1]) <= _FIRST[label]
        (asked if other else learned).append((film, label))
    return learned, asked


def train(name: str, listing: Path, arguments: argparse.Namespace) -> Path:
    """Train one trial; returns its bundle."""
    from cxrviewer.learning import device
    from cxrviewer.learning.trainer import training

    device.use_threads(arguments.threads)
    out = arguments.out / name.replace(" ", "-")
    plan = TrainingPlan(
        data=listing,
        out=out,
        recipe="robust",
        weights=str(arguments.weights),
        changes=TRIALS[name],
        bundle_id="trial",
    )
    for event in training.train(plan):
        if not isinstance(event, BatchDone):
            print(name, event, flush=True)
    return out / "bundle"


def write_table(out: Path) -> None:
    """Write the page of all trials whose answers are there."""
    rows = []
    for name, changes in TRIALS.items():
        file = out / f"{name.replace(' ', '-')}.json"
        if file.exists():
            found = json.loads(file.read_text(encoding="utf-8"))
            whole = found[AS_THEY_ARE]
            worst = min(found, key=lambda shift: found[shift]["auroc"])
            weakest = min(found, key=lambda shift: found[shift]["accuracy"])
            cells = [_points_from(out / file.stem)]
            cells += [f"{whole[key]:.3f}" for key in MEASURES]
            cells += [f"{found[worst]['auroc']:.3f} ({worst})"]
            cells += [f"{found[weakest]['accuracy']:.3f} ({weakest})"]
            rows.append(f"| {name} | {_changes(changes)} | {' | '.join(cells)} |")
    page = TEMPLATE.read_text(encoding="utf-8")
    TABLE.write_text(Template(page).substitute(rows="\n".join(rows)), encoding="utf-8")


def _points_from(run: Path) -> str:
    """Say which views of the validation films the operating points of a trial were chosen on."""
    manifest = json.loads((run / "bundle" / "manifest.json").read_text(encoding="utf-8"))
    changed = "as other machines" in manifest["calibration"]["fitted_on"]
    return "changed too" if changed else "as they are"


def _changes(changes: dict[str, str]) -> str:
    return ", ".join(f"`{key}={value}`" for key, value in changes.items()) or "as it is"


if __name__ == "__main__":
    raise SystemExit(main())
