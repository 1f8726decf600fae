"""Whose films a bundle learned from, and how it does by view, where the source tells them."""

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from statistics import median

import numpy as np
from tables import estimated, table

from cxrviewer.core.resampling import Resampling
from cxrviewer.learning.reporting import counted, predictions

PARTS = ("training", "validation", "test")
_UNKNOWN = "not known"


class People:
    """What the tables of the shared films say of each film, by its name.

    Parameters
    ----------
    folders
        Folders of films; `labels.csv` stands above them where there is one.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        self._rows: dict[str, dict[str, str]] = {}
        for folder in folders:
            file = folder.parent / "labels.csv"
            if file.exists():
                with file.open(encoding="utf-8", newline="") as stream:
                    self._rows |= {row["image"]: row for row in csv.DictReader(stream)}

    def of(self, film: Path, column: str) -> str:
        """Return a word of a film in lower case, or that it is not known."""
        return self._rows.get(film.name, {}).get(column, "").lower() or _UNKNOWN

    def counts(self, run: Path) -> str:
        """Return films and patients by sex, age and view in each part of a run, as a table."""
        with (run / "split.csv").open(encoding="utf-8", newline="") as stream:
            films = list(csv.DictReader(stream))
        rows = []
        for part in PARTS:
            own = [row for row in films if row["part"] == part]
            images = [Path(row["image"]) for row in own]
            rows.append(
                (
                    part,
                    f"{len(own):,}",
                    f"{len({row['patient'] for row in own}):,}",
                    *(
                        _shares(self.of(film, column) for film in images)
                        for column in ("sex", "view")
                    ),
                    _ages([self.of(film, "age") for film in images]),
                )
            )
        head = ("part", "films", "patients", "films by sex", "films by view", "age, years")
        return table(head, rows)

    def by_view(self, run: Path) -> str:
        """Return the AUROC of each label among the test films of each view, as a table."""
        found = predictions.read(run)
        views = np.array([self.of(film, "view") for film in found.images])
        owners = np.array(found.patients)
        rows = []
        for index, label in enumerate(found.classes):
            cells = [label]
            for view in sorted(set(views)):
                here = views == view
                shown = found.truth[here, index] == 1
                known = ~np.isnan(found.truth[here, index])
                area = counted.auroc(shown, found.probabilities[here, index], known, owners[here])
                draws = Resampling.of(owners[here].tolist())
                value = area.told(draws.estimate(area.measure, films=area.films))
                cells.append(f"{estimated(value)}, {shown.sum()} of {known.sum()}")
            rows.append(tuple(cells))
        return table(("label", *(view.upper() for view in sorted(set(views)))), rows)


def _shares(words: Iterable[str]) -> str:
    counts = sorted(Counter(words).items(), key=lambda item: (item[0] == _UNKNOWN, item[0]))
    return ", ".join(
        f"{word if word == _UNKNOWN else word.upper()} {count:,}" for word, count in counts
    )


def _ages(words: list[str]) -> str:
    known = [float(word) for word in words if word != _UNKNOWN]
    if not known:
        return _UNKNOWN
    few = f", {len(words) - len(known)} {_UNKNOWN}" if len(known) < len(words) else ""
    return f"{min(known):.0f} to {max(known):.0f}, median {median(known):.0f}{few}"
