"""The films a bundle's heat maps are measured on: those not learned from, and the boxed ones."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from honesty import Explained
from listings import LISTINGS

from cxrviewer.core.film import Array
from cxrviewer.imaging.reader import read_film
from cxrviewer.learning.data import seen_films
from cxrviewer.learning.data.patients import patient_in_name
from cxrviewer.learning.preprocess import unit

# Films on which nothing is called, to hide places of the others by.
QUIET = 60
# The source's words where they differ from those of its own labels.
_BOXED_AS = {"infiltrate": "infiltration"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Called:
    """A film on which a bundle calls a finding.

    Attributes
    ----------
    owner
        Its patient.
    greys
        float32, (height, width), as `Preprocess.greys` gives them.
    labels
        Indices of all labels, the likeliest finding first: the program shows its map.
    quiet
        As `greys`, another film not learned from, on which the bundle calls nothing.
    """

    owner: str
    greys: Array
    labels: tuple[int, ...]
    quiet: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class Boxed:
    """A film and a finding that a reader has drawn boxes around.

    Attributes
    ----------
    label
        Index among the bundle's labels.
    boxes
        Top, left, bottom and right edge of each, shares of the film's height and width.
    learned
        Whether the bundle learned from this film (from its labels; boxes were never shown to it).
    """

    owner: str
    greys: Array
    label: int
    boxes: tuple[tuple[float, float, float, float], ...]
    learned: bool


def listed(bundle_id: str, shared: Path) -> list[tuple[Path, str]]:
    """Return the films of a bundle's sources, each with its patient."""
    head, *rows = LISTINGS[bundle_id](shared)
    column = head.index("patient_id") if "patient_id" in head else None
    found = []
    for row in rows:
        film = Path(str(row[0]))
        named = patient_in_name(film.name) or film.name
        found.append((film, named if column is None else str(row[column])))
    return found


def called(
    explained: Explained, films: Sequence[tuple[Path, str]], *, most: int, seed: int = 1
) -> tuple[list[Called], int]:
    """Return films the bundle did not learn from and calls something on, and how many were asked.

    Parameters
    ----------
    most
        No more of them, drawn by chance.
    """
    seen = seen_films.read(explained.bundle.folder)
    ill: list[tuple[str, Array, list[int]]] = []
    quiet: list[Array] = []
    asked = 0
    for place in np.random.default_rng(seed).permutation(len(films)):
        film, owner = films[place]
        levels = explained.preprocess.levels(read_film(film))
        if seen_films.digest(levels) in seen:
            continue
        asked += 1
        greys = unit(levels)
        (labels,) = explained.ranked(greys[None])
        if not labels:
            quiet.append(greys)
        elif len(ill) < most:
            ill.append((owner, greys, labels))
        if len(ill) == most and len(quiet) >= QUIET:
            break
    found = [
        Called(owner=owner, greys=greys, labels=tuple(labels), quiet=quiet[place % len(quiet)])
        for place, (owner, greys, labels) in enumerate(ill)
    ]
    return found, asked


def boxed(explained: Explained, shared: Path) -> list[Boxed]:
    """Return the boxed NIH films whose finding is a label of the bundle."""
    folder = shared / "data" / "nih"
    names = [label.id for label in explained.manifest.labels]
    seen = seen_films.read(explained.bundle.folder)
    with (folder / "boxes.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    drawn: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in rows:
        finding = row["finding"].lower()
        drawn.setdefault((row["image"], _BOXED_AS.get(finding, finding)), []).append(row)
    found = []
    for (image, finding), boxes in sorted(drawn.items()):
        if finding not in names:
            continue
        film = read_film(folder / "images" / image)
        levels = explained.preprocess.levels(film)
        found.append(
            Boxed(
                owner=patient_in_name(image),
                greys=unit(levels),
                label=names.index(finding),
                boxes=tuple(_edges(box, film.rows, film.columns) for box in boxes),
                learned=seen_films.digest(levels) in seen,
            )
        )
    return found


def _edges(box: dict[str, str], rows: int, columns: int) -> tuple[float, float, float, float]:
    left, top, width, height = (float(box[key]) for key in ("x", "y", "w", "h"))
    return top / rows, left / columns, (top + height) / rows, (left + width) / columns
