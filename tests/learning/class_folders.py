"""Small sets of drawn films, one folder a class."""

import csv
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

SIDE = 72
# Class folder -> grey, and a file name that carries the patient as the real ones do.
CLASSES = {
    "NORMAL": (70, "IM-{patient:04}-{film:04}.png"),
    "bacterial": (130, "person{patient}_bacteria_{film}.png"),
    "viral": (190, "person{patient}_virus_{film}.png"),
}


def write_films(root: Path, *, patients: int = 5, films: int = 1, classes: int = 3) -> Path:
    """Write PNG films of noise about a grey that the class decides; returns the folder."""
    generator = np.random.default_rng(11)
    for name, (grey, file_name) in list(CLASSES.items())[:classes]:
        (root / name).mkdir(parents=True)
        for patient in range(patients):
            for film in range(films):
                noise = generator.normal(grey, 12, (SIDE, SIDE)).clip(0, 255).astype(np.uint8)
                file = root / name / file_name.format(patient=patient, film=film)
                cv2.imwrite(str(file), noise)
    return root


def write_table(films: Path, *, more: Sequence[str]) -> Path:
    """Write a CSV of the films in which these are added to their findings in turn; returns it."""
    table = films / "films.csv"
    with table.open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(("image", "findings", "patient_id"))
        for number, film in enumerate(sorted(films.rglob("*.png"))):
            findings = film.parent.name + more[number % len(more)]
            rows.writerow((film.relative_to(films), findings, number))
    return table
