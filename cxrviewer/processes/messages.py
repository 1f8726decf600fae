"""What the program asks its child processes, and the frames their answers come in."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxrviewer.core.film import Film
from cxrviewer.core.operating_points import BALANCED
from cxrviewer.core.plan import TrainingPlan


@dataclass(frozen=True, kw_only=True)
class ReadFilm:
    """Ask the reader for the film in this file; answered with a `Film`."""

    path: Path


@dataclass(frozen=True, kw_only=True)
class LoadModel:
    """Ask the engine to load a bundle; answered with a `ModelReady`."""

    model: str
    threads: int = 0


@dataclass(frozen=True, kw_only=True)
class ModelReady:
    """A bundle is loaded.

    Attributes
    ----------
    layers
        Names of the stages a heat map can be taken from, first to last.
    labels
        Label ids and names, in the bundle's order.
    points
        Names of the operating points that can be in use.
    together
        Whether all findings together make the call.
    """

    model: str
    name: str
    version: str
    device: str
    layers: tuple[str, ...]
    labels: tuple[tuple[str, str], ...]
    seconds: float
    points: tuple[str, ...] = (BALANCED,)
    together: bool = False


@dataclass(frozen=True, kw_only=True)
class Analyse:
    """Ask the engine about a film with the loaded bundle; answered with an `Analysis`.

    Attributes
    ----------
    label
        Label the heat map is of, empty for the highest non-negative one.
    layer
        Stage name, empty for the last.
    anyway
        A person wants the answer although the gate refused the film.
    """

    film: Film
    label: str = ""
    layer: str = ""
    method: str = "gradcam"
    anyway: bool = False


@dataclass(frozen=True, kw_only=True)
class Train:
    """Ask a trainer to run a plan; answered with events, the last a `Finished`."""

    plan: TrainingPlan
    threads: int = 0


@dataclass(frozen=True, kw_only=True)
class AuditFilms:
    """Ask a trainer to look at labelled films; answered with `BatchDone`s, then an `Audit`.

    Attributes
    ----------
    patients_from
        Where it is read from whose a film is, see `cxrviewer.core.plan.PATIENTS_FROM`.
    split
        Shares of training, validation and test films.
    """

    data: Path
    patients_from: str
    split: tuple[float, float, float]
    threads: int = 0


@dataclass(frozen=True, kw_only=True)
class FindRate:
    """Ask a trainer for a learning rate; answered with `RateTried`s, the last a `RateFound`."""

    plan: TrainingPlan
    threads: int = 0


@dataclass(frozen=True, kw_only=True)
class Evaluate:
    """Ask a trainer how a model does on labelled films; answered with an `Evaluated` at last."""

    data: Path
    model: str
    out: Path
    threads: int = 0


@dataclass(frozen=True, kw_only=True)
class Evaluated:
    """A report was written.

    Attributes
    ----------
    out
        Folder of `report.html`, `report.json` and the figures.
    summary
        The result in a sentence.
    """

    out: Path
    summary: str


@dataclass(frozen=True, kw_only=True)
class Compare:
    """Ask a trainer whether a run's model is better; answered with a `Comparison` at last."""

    run_folder: Path
    model: str
    threads: int = 0


@dataclass(frozen=True, kw_only=True)
class Stop:
    """Ask a child to end the running stream of events."""


@dataclass(frozen=True, kw_only=True)
class Pause:
    """Ask a child to rest between two events until `Resume` or `Stop`."""


@dataclass(frozen=True, kw_only=True)
class Resume:
    """Ask a child to go on after `Pause`."""


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A child has imported what it needs."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One event of a stream."""

    value: Any


@dataclass(frozen=True, kw_only=True)
class Done:
    """The last frame of an answer."""

    value: Any = None


@dataclass(frozen=True, kw_only=True)
class Failure:
    """The request failed; `kind` is the error's class in `cxrviewer.core.errors`."""

    kind: str
    sentence: str
    field: str = ""
