"""What a model said of a film, as values that can cross threads and processes."""

from dataclasses import dataclass
from enum import StrEnum

from cxrviewer.core.film import Array

NOTICE = "Research use only, not for diagnosis"
HEAT_MEANING = "where the model looked, not where disease is"
NO_EVIDENCE = "no localised evidence"


class Status(StrEnum):
    """What became of a film; the values stand in the CSV of `cxrviewer predict`."""

    OK = "ok"
    WARN = "warn"
    REFUSED = "refused"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True)
class Score:
    """One label's probability and its operating point.

    Attributes
    ----------
    probability
        0..1, calibrated if the analysis says so, else a score.
    threshold
        Operating point on the same scale, or None.
    measured
        Sensitivity, specificity and n at the operating point, in words; may be empty.
    """

    label: str
    name: str
    probability: float
    threshold: float | None = None
    measured: str = ""

    @property
    def above(self) -> bool | None:
        """Whether the probability reaches the operating point; None where there is none."""
        return None if self.threshold is None else self.probability >= self.threshold


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
    call
        Label id(s) at the bundle's operating point, joined by `|`; empty when refused.
    decision
        Everything but the negative label together, with the operating point that made the
        call; None where the call was made label by label.
    status, reason
        `Status.OK`, or why the film was warned about or refused.
    code
        Rules of the gate that spoke, joined by `+`.
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
    call: str = ""
    decision: Score | None = None
    heat_map: HeatMap | None = None
    calibrated: bool = False
    device: str = ""
    seconds: float = 0.0
