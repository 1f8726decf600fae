"""What a finished run left in its folder, read whole into values for the report on screen."""

import csv
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxrviewer.core import run_files
from cxrviewer.core.errors import DataError
from cxrviewer.core.reported_points import ReportedPoints

SHOWN, MISSED, FALSE_ALARM, LEFT = "found", "missed", "false alarm", "rightly not called"

# Shows the label, called so -> column.
_OUTCOMES = {(True, True): 0, (True, False): 1, (False, True): 2, (False, False): 3}


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """One test film.

    Attributes
    ----------
    actual, called
        Label ids; of a model that gives several labels a film possibly none.
    unknown
        Labels of which nobody said whether the film shows them.
    probabilities
        Label id -> probability.
    """

    path: Path
    actual: tuple[str, ...]
    called: tuple[str, ...]
    probabilities: dict[str, float]
    unknown: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether exactly the actual labels were called, as far as they are known."""
        return set(self.actual) - set(self.unknown) == set(self.called) - set(self.unknown)


@dataclass(frozen=True, kw_only=True)
class CellTable:
    """Films counted in cells, and which they are.

    Attributes
    ----------
    rows, columns
        Words; for a model with one label a film both are labels (actual, called), otherwise the
        columns are found, missed, false alarm and rightly not called.
    films
        (row, column) -> the films, the worst first.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    films: dict[tuple[int, int], tuple[Prediction, ...]]
    exclusive: bool = True

    def count(self, row: int, column: int) -> int:
        """Return how many films a cell has."""
        return len(self.films.get((row, column), ()))

    def right(self, row: int, column: int) -> bool:
        """Whether the films of a cell were called as they are."""
        return row == column if self.exclusive else column in (0, 3)


@dataclass(frozen=True, kw_only=True)
class RunResults:
    """The results of one run.

    Attributes
    ----------
    summary
        One sentence with the result, its interval, n and the split.
    values
        What stands in `report.json`.
    points
        What the report tells of the operating points.
    predictions
        Test films, the worst first.
    figures
        The report's pictures.
    """

    folder: Path
    summary: str
    values: dict[str, Any]
    points: ReportedPoints
    predictions: tuple[Prediction, ...] = ()
    figures: tuple[Path, ...] = ()

    @property
    def classes(self) -> tuple[str, ...]:
        """Label ids in the order of the outputs."""
        return tuple(self.values.get("classes", ()))

    @property
    def exclusive(self) -> bool:
        """Whether each film has exactly one label."""
        return bool(self.values.get("activation", "softmax") == "softmax")

    @property
    def training(self) -> dict[str, Any]:
        """What the report says of the training, empty for an evaluation without one."""
        return dict(self.values.get("training") or {})

    @property
    def trained(self) -> bool:
        """Whether the run made a model of its own."""
        return (self.folder / run_files.BUNDLE).is_dir()

    @property
    def title(self) -> str:
        """Which films and which model the results are of."""
        films = Path(str(self.values.get("data") or "")).name
        recipe = dict(self.training.get("recipe") or {}).get("title", "")
        return "  ·  ".join(filter(None, (films, recipe, str(self.values.get("model") or ""))))

    @property
    def model(self) -> str:
        """Folder of the run's own model or of the one evaluated; where that is gone, its id."""
        if self.trained:
            return str(self.folder / run_files.BUNDLE)
        evaluated = str(self.values.get("bundle") or "")
        return (
            evaluated
            if evaluated and Path(evaluated).is_dir()
            else str(self.values.get("model", ""))
        )

    def cells(self) -> CellTable:
        """Return the test films sorted into the cells of the confusion matrix."""
        names = self.classes
        found: dict[tuple[int, int], list[Prediction]] = {}
        for film in self.predictions:
            for cell in _cells_of(film, names, exclusive=self.exclusive):
                found.setdefault(cell, []).append(film)
        return CellTable(
            rows=names,
            columns=names if self.exclusive else (SHOWN, MISSED, FALSE_ALARM, LEFT),
            films={cell: tuple(films) for cell, films in found.items()},
            exclusive=self.exclusive,
        )

    def errors(self) -> tuple[Prediction, ...]:
        """Return the films called wrongly, the worst first."""
        return tuple(film for film in self.predictions if not film.right)

    def distribution(self) -> dict[str, tuple[int, int]]:
        """Return, for each label, the known films that show it and those it was called on."""
        actual = Counter(label for film in self.predictions for label in film.actual)
        called = Counter(
            label for film in self.predictions for label in film.called if label not in film.unknown
        )
        return {name: (actual[name], called[name]) for name in self.classes}


def read_results(folder: Path) -> RunResults:
    """Read the results of a run, or of an evaluation, from its folder.

    Raises
    ------
    DataError
        If the folder holds no report or one that cannot be read.
    """
    values = _json(folder / run_files.REPORT_VALUES)
    if values is None:
        raise DataError(f"There is no report in {folder}; the run has not ended.")
    data = str(values.get("data") or "")
    try:
        predictions = tuple(_predictions(folder / run_files.PREDICTIONS, Path(data)))
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"{run_files.PREDICTIONS} in {folder} cannot be read.") from error
    try:
        points = ReportedPoints.of(values)
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{run_files.REPORT_VALUES} in {folder} cannot be read.") from error
    named = [folder / run_files.FIGURES / str(name) for name in values.get("figures", ())]
    return RunResults(
        folder=folder,
        summary=str(values.get("summary") or ""),
        values=values,
        predictions=predictions,
        figures=tuple(file for file in named if file.is_file()),
        points=points,
    )


def _json(file: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{file.name} in {file.parent} cannot be read.") from error
    if not isinstance(found, dict):
        raise DataError(f"{file.name} in {file.parent} is no record of a run.")
    return found


def _predictions(file: Path, data: Path) -> Iterable[Prediction]:
    if not file.is_file():
        return
    home = data if data.is_dir() else data.parent
    with file.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield Prediction(
                path=home / row["image"],
                actual=_labels(row["actual"]),
                called=_labels(row["called"]),
                unknown=_labels(row["unknown"]),
                probabilities={
                    key[2:]: float(text)
                    for key, text in row.items()
                    if key and key.startswith("p_") and text
                },
            )


def _labels(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


def _cells_of(
    film: Prediction, names: tuple[str, ...], *, exclusive: bool
) -> Iterable[tuple[int, int]]:
    if exclusive:
        yield names.index(film.actual[0]), names.index(film.called[0])
        return
    for row, name in enumerate(names):
        if name not in film.unknown:
            yield row, _OUTCOMES[name in film.actual, name in film.called]
