"""Fit the gate of a published bundle, or fit it anew for other weights, in one command.

    python docs/models/fit_gate.py BUNDLE FILMS... [--older FOLDER]... [--younger FOLDER]...

FILMS are folders of films the bundle learned from; OLDER and YOUNGER hold chest films of patients
it is not made for. The fifth of each series of patients with the lowest numbers is left for
measure_gate.py beside this file to measure on; of the others every second patient.
"""

import argparse
import csv
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from cxrviewer.core.bundle import Bundle, read_bundle, write_manifest
from cxrviewer.core.film import Array
from cxrviewer.core.manifest import InputRule
from cxrviewer.imaging import reader
from cxrviewer.learning import device
from cxrviewer.learning.data.patients import patient_in_name
from cxrviewer.learning.familiarity import OTHER_AGES
from cxrviewer.learning.networks.weights import load_network
from cxrviewer.learning.preprocess import Preprocess
from cxrviewer.learning.trainer import gate_fit

HELD_OUT, COUNT = 0.2, 1500
SUFFIXES = {".png", ".jpg", ".jpeg"}


def main() -> int:
    """Fit and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("films", type=Path, nargs="+")
    for age in OTHER_AGES:
        parser.add_argument(f"--{age}", type=Path, action="append", default=[])
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    device.use_threads(arguments.threads)
    given = {age: getattr(arguments, age) for age in OTHER_AGES}
    ages = {age: folders for age, folders in given.items() if folders}
    bundle = publish_gate(
        read_bundle(arguments.bundle), arguments.films, ages, count=arguments.count
    )
    print(f"{bundle.manifest.id}: gate {bundle.manifest.gate.sha256[:12]}")
    return 0


def publish_gate(
    bundle: Bundle, films: Sequence[Path], ages: Mapping[str, Sequence[Path]], *, count: int = COUNT
) -> Bundle:
    """Fit a bundle's gate, write it beside the weights and its hash into the manifest.

    Parameters
    ----------
    films
        Folders of films it learned from.
    ages
        One of `cxrviewer.learning.familiarity.OTHER_AGES` -> folders of films of such patients.
    count
        Films that are looked at, of its own and of each other age.
    """
    rule = bundle.manifest.input
    fitted = [film for folder in films for film in divided(folder)[0]]
    order = np.random.default_rng(1).permutation(len(fitted))[:count]
    chosen = [fitted[place] for place in order]
    others = {
        age: [film for folder in folders for film in divided_by_chance(folder)[0]]
        for age, folders in ages.items()
    }
    found = gate_fit.fit(
        load_network(bundle),
        rule,
        levels([path for _, path in chosen], rule),
        [patient for patient, _ in chosen],
        ages={age: levels(some[:: 1 + len(some) // count], rule) for age, some in others.items()},
    )
    gate = replace(bundle.manifest.gate, sha256=found.write(bundle.folder))
    write_manifest(replace(bundle.manifest, gate=gate), bundle.folder)
    return read_bundle(bundle.folder)


def divided(films: Path) -> tuple[list[tuple[str, Path]], list[tuple[str, Path]]]:
    """Return the films to fit on and those to measure on, each with its patient.

    The patient stands in the file's name, or in `labels.csv` above it; the patients of a series
    go by their numbers, where they have none by a digest.
    """
    told = _told(films)
    series: dict[str, dict[int, list[tuple[str, Path]]]] = {}
    for path in _pictures(films):
        patient = told.get(path.name) or patient_in_name(path.name) or path.stem
        # A prefix that no other patient has would be a series of its own.
        numbered = re.fullmatch(r"([A-Za-z0-9-]*?)(\d+)(_[a-z]+)?", patient_in_name(path.name))
        name = f"{numbered[1]}{numbered[3] or ''}" if numbered else ""
        number = int(numbered[2]) if numbered else zlib.crc32(patient.encode())
        series.setdefault(name, {}).setdefault(number, []).append((patient, path))
    fitted, held = [], []
    for patients in series.values():
        for place, number in enumerate(sorted(patients)):
            part = held if place < HELD_OUT * len(patients) else fitted
            part += patients[number]
    return fitted, held


def _told(films: Path) -> dict[str, str]:
    """Return image -> patient from the table beside the films or above them, if there is one."""
    tables = [table for place in (films, films.parent) for table in place.glob("labels.csv")]
    if not tables:
        return {}
    with tables[0].open(encoding="utf-8", newline="") as stream:
        return {row["image"]: row["patient_id"] for row in csv.DictReader(stream)}


def divided_by_chance(films: Path) -> tuple[list[Path], list[Path]]:
    """Return the films of one half of the patients, by a digest of their names, and the rest."""
    halves: tuple[list[Path], list[Path]] = [], []
    told = _told(films)
    for path in _pictures(films):
        patient = told.get(path.name) or path.name.split("_")[0]
        halves[zlib.crc32(patient.encode()) % 2].append(path)
    return halves[1], halves[0]


def levels(films: list[Path], rule: InputRule) -> Array:
    """Read films at the input's size, uint16, (films, height, width)."""
    preprocess = Preprocess(rule)
    return np.stack([preprocess.levels(reader.read_film(film)) for film in films])


def _pictures(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)


if __name__ == "__main__":
    raise SystemExit(main())
