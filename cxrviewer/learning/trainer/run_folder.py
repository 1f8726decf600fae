"""The folder of a finished run, written whole or not at all."""

import contextlib
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from torch import Tensor, nn

from cxrviewer.core import run_files
from cxrviewer.core.errors import ExportError
from cxrviewer.core.film import Array
from cxrviewer.core.manifest import InputRule
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import BatchDone, EpochDone, PhaseStarted, Prepared
from cxrviewer.core.promotion import BANNER
from cxrviewer.learning.data import seen_films
from cxrviewer.learning.data.split import Split
from cxrviewer.learning.networks.network import Network
from cxrviewer.learning.outcome import Labelled, Outcome
from cxrviewer.learning.reporting import looks, predictions, report
from cxrviewer.learning.reporting.material import Material
from cxrviewer.learning.staging import staged
from cxrviewer.learning.trainer import bundle_writer, run_record
from cxrviewer.learning.trainer.run_record import Course

_STAGE = "measuring"
_CHUNK = 64


class Greys(Protocol):
    """Rows of uint16 levels, (height, width) each."""

    def read(self, rows: Array) -> Array: ...  # noqa: D102 - the class says it


class RunFilms(Labelled, Protocol):
    """The films of a run as its report needs them."""

    @property
    def greys(self) -> Greys: ...  # noqa: D102 - the class says it


@dataclass(frozen=True, kw_only=True, eq=False)
class Trained:
    """Everything a run leaves behind.

    Attributes
    ----------
    network
        With its best weights.
    start
        `first_filters` before the training, or None where they are not known.
    notes
        Sentences of what happened on the way.
    shortcuts
        `traits`, `auroc` (label -> area or None) and `warn`.
    """

    plan: TrainingPlan
    network: Network
    start: Tensor | None
    films: RunFilms
    split: Split
    rule: InputRule
    prepared: Prepared
    phases: Sequence[PhaseStarted]
    history: Sequence[EpochDone]
    notes: Sequence[str]
    shortcuts: dict[str, Any]
    result: Outcome


def first_filters(network: nn.Module) -> Tensor:
    """Return a copy of the weights of the first convolution, (filters, channels, h, w)."""
    first = next(module for module in network.modules() if isinstance(module, nn.Conv2d))
    return first.weight.detach().cpu().clone()


def write(trained: Trained) -> Generator[BatchDone, None, Path]:
    """Write record, split, predictions, report and bundle into the run's folder.

    Everything is made in a folder beside and moved at the end; what stood there under these
    names is replaced. Returns the folder of the bundle.

    Raises
    ------
    ExportError
        If it cannot be written; nothing is left then.
    """
    plan = trained.plan
    course = Course(
        prepared=trained.prepared,
        phases=trained.phases,
        history=trained.history,
        notes=trained.notes,
    )
    record = run_record.record(plan, course, trained.result, trained.shortcuts)
    trained.network.eval()
    answers, numbers = trained.result.answers, predictions.numbered(trained.films.patients)
    examples, errors = yield from looks.look_at(answers, _see(trained), numbers)
    digests = yield from _digests(trained)
    with _told(plan.out), staged(plan.out) as folder:
        films, split = trained.films, trained.split
        run_record.write_split(films, split, folder, classes=answers.classes)
        run_record.write_record(record, folder)
        test = [films.paths[i].absolute() for i in split.films("test")]
        predictions.write(answers, test, folder, numbers=numbers)
        home = folder / run_files.BUNDLE
        home.mkdir()
        bundle_writer.write(
            bundle_writer.Trained(
                plan=plan,
                network=trained.network,
                rule=trained.rule,
                result=trained.result,
                record=record,
                digests=digests,
            ),
            home,
        )
        yield from report.write(
            Material(
                values=_values(trained, record),
                answers=answers,
                examples=examples,
                errors=errors,
                filters=_filters(trained),
            ),
            folder,
        )
    return plan.out / run_files.BUNDLE


def _values(trained: Trained, record: dict[str, Any]) -> dict[str, Any]:
    plan, results = trained.plan, record["results"]
    kept = ("plan", "recipe", "start", "finished", "versions", "data", "phases", "history", "notes")
    refused = trained.prepared.refused
    return {
        "model": plan.bundle_id.lower(),
        "version": "1",
        "banner": BANNER,
        "summary": trained.result.summary,
        "data": str(plan.data),
        "note": trained.prepared.note,
        "grouped_by": "patient",
        "refused": [{"film": name, "reason": reason} for name, reason in refused],
        **results["test"],
        "training": {
            **{key: record[key] for key in kept},
            **{key: results[key] for key in ("temperature", "bias", "points", "uncertain")},
            "shortcuts": trained.shortcuts,
            "validation": results["validation"],
        },
    }


def _filters(trained: Trained) -> tuple[Array, Array] | None:
    if trained.start is None:
        return None
    return trained.start.numpy(), first_filters(trained.network).numpy()


def _see(trained: Trained) -> looks.See:
    test = trained.split.films("test")

    def see(film: int, label: int) -> looks.Sight:
        levels = trained.films.greys.read(test[film : film + 1])[0]
        return looks.of_network(trained.network, trained.rule, levels, label)

    return see


def _digests(trained: Trained) -> Generator[BatchDone, None, list[str]]:
    """Return the digests of the films the network and its operating points were fitted on."""
    rows = np.concatenate([trained.split.films(part) for part in ("training", "validation")])
    digests: list[str] = []
    for start in range(0, len(rows), _CHUNK):
        levels = trained.films.greys.read(rows[start : start + _CHUNK])
        digests += [seen_films.digest(film) for film in levels]
        yield BatchDone(stage=_STAGE, done=len(digests), total=len(rows))
    return digests


@contextlib.contextmanager
def _told(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ExportError(
            f"The model could not be written to {out}; check the space and your rights there."
        ) from error
