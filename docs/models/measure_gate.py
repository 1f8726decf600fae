"""Measure a bundle's gate on pictures it was not fitted on, and write the table.

    python docs/models/measure_gate.py BUNDLE SHARED [--pictures FOLDER]...

SHARED holds the films (data) and the DICOM test set (dicom); `specs.py` says which of them the
bundle learned from. The folders of PICTURES are of anything but chest films. The table goes beside
this file, with a JSON file for the bundle's card. Nothing here sets a limit: those stand in the
bundle (fit_gate.py).
"""

import argparse
import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import fit_gate
import numpy as np
from drawings import DRAWINGS
from specs import SPECS

from cxrviewer.core.analysis import Status
from cxrviewer.core.bundle import Bundle, read_bundle
from cxrviewer.core.errors import FilmError
from cxrviewer.core.film import Array, DisplayChain, Facts, Film, Rescale, Window
from cxrviewer.core.metrics import auroc, wilson
from cxrviewer.imaging import reader
from cxrviewer.learning import device, gate
from cxrviewer.learning.classifier import Classifier
from cxrviewer.learning.trainer.gate_views import WRONG, elsewhere
from cxrviewer.learning.verdict import Verdict, worst

FILMS, CHANGED, PER_KIND, OTHERS, DRAWN = 1000, 400, 100, 400, 60
BATCH = 32
OTHER_FILMS = {
    "children (Guangzhou)": "data/kermany/train",
    "adults (NIH), held out": "data/nih/images",
    "adults (Hannover), held out": "data/hannover_covid/images",
}
NAMES = ("turned by 90", "upside down", "inverted", "shuffled", "a small part", "one side")
HEAD = (
    "set",
    "n",
    "pass",
    "warn",
    "refuse",
    "warned or refused (95 %)",
    "by the network alone",
    "AUROC kind",
    "AUROC distance",
)
TEXT = """# The gate of `{id}`

Made by `python docs/models/measure_gate.py`; the gate by `docs/models/fit_gate.py`. It was fitted
on films of other patients than these, and no limit was set on anything below; but the choice of
features, kinds and views was made with earlier figures on these sets in sight. Intervals are
Wilson's, 95 %. *By the network alone* leaves out the header, the size, the colour and the other
plain rules. The two AUROC compare each set with the held-out films as they are: by the probability
of being a film of the kind the model was trained on, and by the distance from its films.

{table}

- *Held out* are the patients with the lowest numbers of each series, a fifth: unseen by the gate,
  but the network itself learned from most of their films. *As elsewhere* changes films as another
  machine, archive or hand would (grid, compression, gamma, contrast, crop, border, tilt, noise,
  blur), *hard* twice as much. The kinds of change, and those of the six sets after them, are those
  of the fit; the patients and the draws are not.
- For a children's model the adults are films that it is not for; half of their patients were shown
  to its gate, and the others are measured. A gate for the same weights that was shown adults of the
  NIH alone warned about 67.8 % of the films from Hannover: expect as much of a third hospital. All
  adults come from other hospitals than the children, so *older* and *elsewhere* cannot be told
  apart: no film of children of another hospital was at hand, and one may be taken for an older
  patient's. For a model of adults it is the other way
  round; adults of another hospital are proper films for it, though unlike its own.
- Drawn pictures, DICOM files and pictures are of kinds the fit never saw, noise apart.
- **Not measured**: lateral chest films of people. None was at hand; a dog's is among the DICOM
  files, and one side of a film stands in for them.
"""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the gate said of one picture, whole and by the network alone."""

    whole: Verdict
    alone: Verdict


def main() -> int:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--pictures", type=Path, action="append", default=[])
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    device.use_threads(arguments.threads)
    bundle = read_bundle(arguments.bundle)
    classifier = Classifier.load(bundle)
    rows, proper = [], []
    for name, films in sets(bundle, arguments.shared, arguments.pictures):
        found = outcomes(films, classifier)
        proper = proper or found
        rows.append(measures(name, found, proper))
        print(*words(rows[-1]), sep=" | ", flush=True)
    lines = [HEAD, tuple("---" for _ in HEAD), *map(words, rows)]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    page = Path(__file__).with_name(f"{bundle.manifest.id}.gate.md")
    page.write_text(TEXT.format(id=bundle.manifest.id, table=table), encoding="utf-8")
    values = {"gate_sha256": bundle.manifest.gate.sha256, "sets": rows}
    text = json.dumps(values, indent=2) + "\n"
    page.with_suffix(".json").write_text(text, encoding="utf-8")
    return 0


def sets(
    bundle: Bundle, shared: Path, pictures: list[Path]
) -> Iterator[tuple[str, Iterator[Film]]]:
    """Yield the name and the films of every set, the proper films first."""
    order, spec = np.random.default_rng(9), SPECS[bundle.manifest.id]
    held = [film for folder in spec.films for film in fit_gate.divided(shared / folder)[1]]
    films = [held[place][1] for place in order.permutation(len(held))[:FILMS]]
    greys = fit_gate.levels(films[:CHANGED], bundle.manifest.input).astype(np.float32) / 65_535
    yield "own films, held out", read(films)
    for strength, words in ((1.0, "as elsewhere"), (2.0, "as elsewhere, hard")):
        yield f"own films, {words}", views(greys, _elsewhere(strength))
    for name, (_, make) in zip(NAMES, WRONG, strict=False):
        yield f"own films, {name}", views(greys[:PER_KIND], make)
    for name, folder in OTHER_FILMS.items():
        if folder not in spec.films:
            fitted, others = fit_gate.divided_by_chance(shared / folder)
            known = folder in chain.from_iterable(spec.other_ages.values())
            others += [] if known else fitted
            yield name, read([others[p] for p in order.permutation(len(others))[:OTHERS]])
    chests, others = dicom(shared / "dicom")
    yield "DICOM, chest films of adults", read(chests)
    yield "DICOM, anything else", read(others)
    for name, draw in DRAWINGS.items():
        random = np.random.default_rng(17)
        yield name, (film_of(draw(random)) for _ in range(DRAWN))
    for folder in pictures:
        files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in fit_gate.SUFFIXES)
        yield f"pictures ({folder.parent.name})", read(files)


def outcomes(films: Iterator[Film], classifier: Classifier) -> list[Outcome]:
    """Put films through the gate, as the program does, and through the network alone."""
    found: list[Outcome] = []
    waiting: list[tuple[Film, Verdict]] = []

    def ask() -> None:
        levels = np.stack([classifier.preprocess.levels(film) for film, _ in waiting])
        inputs = classifier.preprocess.scaled(levels.astype(np.float32) / 65_535)
        ages = [film.facts.age_years is not None for film, _ in waiting]
        _, seen = classifier.judged(inputs, ages)
        for (_, before), alone in zip(waiting, seen, strict=True):
            found.append(Outcome(whole=worst((before, alone)), alone=alone))
        waiting.clear()

    for film in films:
        rules = gate.admit(film, classifier.manifest.gate, classifier.preprocess).verdict
        waiting.append((film, rules))
        if len(waiting) == BATCH:
            ask()
    if waiting:
        ask()
    return found


def measures(name: str, found: list[Outcome], proper: list[Outcome]) -> dict[str, Any]:
    """Return what was found of one set."""
    n = len(found)
    counts = {s: sum(o.whole.status is s for o in found) for s in Status}
    seen = sum(o.alone.status is not Status.OK for o in found)
    areas = {}
    if found is not proper:
        areas = {key: area(found, proper, key) for key in ("own", "distance")}
    return {
        "set": name,
        "n": n,
        **{str(s): counts[s] / n for s in (Status.OK, Status.WARN, Status.REFUSED)},
        "stopped": asdict(wilson(n - counts[Status.OK], n)),
        "network_alone": seen / n,
        "auroc": areas,
    }


def words(row: dict[str, Any]) -> tuple[str, ...]:
    """Return one line of the table."""
    stopped = row["stopped"]
    return (
        row["set"],
        str(row["n"]),
        *(f"{row[s]:.1%}" for s in (Status.OK, Status.WARN, Status.REFUSED)),
        f"{stopped['value']:.3f} ({stopped['low']:.3f} to {stopped['high']:.3f})",
        f"{row['network_alone']:.1%}",
        *(f"{row['auroc'][k]:.3f}" if row["auroc"] else "" for k in ("own", "distance")),
    )


def area(found: list[Outcome], proper: list[Outcome], key: str) -> float:
    """Return the AUROC of telling a set from the proper films by one number."""
    sign = 1 if key == "distance" else -1
    scores = [sign * o.alone.measured[key] for o in (*proper, *found)]
    truth = np.array([0] * len(proper) + [1] * len(found)) == 1
    return auroc(truth, np.array(scores))


def read(paths: list[Path]) -> Iterator[Film]:
    """Read what the program can read; the rest it refuses anyway."""
    for path in paths:
        try:
            yield reader.read_film(path)
        except FilmError:
            continue


def views(greys: Array, make: Callable[[Array, np.random.Generator], Array]) -> Iterator[Film]:
    """Yield films changed by a view."""
    for place, grey in enumerate(greys):
        random = np.random.default_rng((77, place))
        yield film_of(np.round(np.clip(make(grey, random), 0, 1) * 255).astype(np.uint8))


def film_of(grey: Array) -> Film:
    """Return a film of 8-bit greys, as a PNG would give it."""
    window = Window(centre=128, width=256)
    return Film(
        path=Path("drawn.png"),
        stored=np.ascontiguousarray(grey),
        chain=DisplayChain(modality=Rescale(), voi=window, auto=window, full=window),
        facts=Facts(file_format="PNG"),
    )


def dicom(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return chest films and everything else of the DICOM set; those made of one film stay out."""
    with (folder / "index.csv").open(encoding="utf-8") as stream:
        rows = [r for r in csv.DictReader(stream) if "__derived" not in r["file"]]
    chests = [folder / r["file"] for r in rows if r["real_chest"]]
    return chests, [folder / r["file"] for r in rows if not r["real_chest"]]


def _elsewhere(strength: float) -> Callable[[Array, np.random.Generator], Array]:
    return lambda grey, random: elsewhere(grey, random, strength=strength)


if __name__ == "__main__":
    raise SystemExit(main())
