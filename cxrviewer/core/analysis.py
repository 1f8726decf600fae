"""What a model said of a film, as values that can cross threads and processes."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

from cxrviewer.core.film import Array
from cxrviewer.core.operating_points import (
    BALANCED,
    OperatingPoint,
    UncertainBand,
    point_of,
)

NOTICE = "Research use only, not for diagnosis"
HEAT_MEANING = "where the model looked, not where disease is"
NO_EVIDENCE = "no localised evidence"
# Code of the warning that goes with every answer of a model, whatever the film.
CAUTION = "caution"


class Status(StrEnum):
    """What became of a film; the values stand in the CSV of `cxrviewer predict`."""

    OK = "ok"
    WARN = "warn"
    REFUSED = "refused"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True)
class Score:
    """One label's probability with its operating points.

    Attributes
    ----------
    probability
        0..1, calibrated if the analysis says so, else a score.
    points
        On the same scale; empty where none could be chosen.
    band
        Around the balanced point, None where validation could not tell one.
    """

    label: str
    name: str
    probability: float
    points: tuple[OperatingPoint, ...] = ()
    band: UncertainBand | None = None

    def at(self, point: str) -> OperatingPoint | None:
        """Return the operating point with a name, None where there is none."""
        return point_of(self.points, self.label, point)

    def above(self, point: str = BALANCED) -> bool | None:
        """Whether the probability reaches an operating point; None where there is none."""
        found = self.at(point)
        return None if found is None else self.probability >= found.threshold

    @property
    def uncertain(self) -> bool:
        """Whether the probability lies in the band."""
        return self.band is not None and self.band.holds(self.probability)


@dataclass(frozen=True, kw_only=True)
class HeatMap:
    """Where the model looked for one label.

    Attributes
    ----------
    values
        float32, (height, width), 0..1: the coarse map as the layer gives it, min-max scaled.
    region
        Part of the film the map covers: top, left, bottom, right edge in film pixels
        (edges, so a whole film is 0, 0, rows, columns).
    label, method, layer
        What it explains and how.
    flaw
        Why the map is no localised evidence (flat, not a number, edge only), or empty. A map
        with a flaw is never drawn.
    """

    values: Array
    region: tuple[float, float, float, float]
    label: str
    method: str
    layer: str
    flaw: str = ""


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """The answer of one model for one film.

    Attributes
    ----------
    scores
        In the bundle's order of labels; empty when refused.
    calls
        Name of each operating point that can be in use -> label id(s) called at it, joined by
        `|`; empty when refused.
    point
        Name of the operating point in use.
    decision
        Everything but the negative label together, with the operating points that make the
        call; None where the call is made label by label.
    status, reason
        `Status.OK`, or why the film was warned about or refused.
    code
        Rules of the gate that spoke, and `CAUTION` where the model has one, joined by `+`.
    overridable
        True for a refusal that a person may set aside.
    calibrated
        Whether `scores` may be called probabilities.
    device
        Device and why, e.g. "CPU (no CUDA device)".
    seconds
        Wall time of preprocessing, network and heat map.
    """

    model: str
    version: str
    status: Status
    reason: str = ""
    code: str = ""
    overridable: bool = False
    scores: tuple[Score, ...] = ()
    calls: dict[str, str] = field(default_factory=dict)
    point: str = BALANCED
    decision: Score | None = None
    heat_map: HeatMap | None = None
    calibrated: bool = False
    device: str = ""
    seconds: float = 0.0

    @property
    def call(self) -> str:
        """Label id(s) called at the operating point in use."""
        return self.calls.get(self.point, "")

    @property
    def doubtful(self) -> bool:
        """Whether this film is warned about, not only every answer of the model."""
        return self.status is Status.WARN and self.code != CAUTION

    def at(self, point: str) -> Self:
        """Return the analysis with another operating point in use, the balanced if it has none."""
        point = point if point in self.calls else BALANCED
        return self if point == self.point else replace(self, point=point)
