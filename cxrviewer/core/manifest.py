"""What a model says of itself: the values that travel with its weights.

Architecture, input rule, labels, activation, calibration, operating points, gate, hash,
licence and training origin.
"""

from dataclasses import dataclass, field
from typing import Any

from cxrviewer.core.errors import BundleError


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A measured proportion with its 95 % interval and count."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f}, n {self.n})"


@dataclass(frozen=True, kw_only=True)
class Label:
    """One output of the network.

    Attributes
    ----------
    id, name
        Lower-case id (CSV column `p_<id>`) and the words on screen.
    negative
        True for the label that means "nothing found".
    threshold
        Operating point of this label against all others, on the calibrated scale, or None.
    sensitivity, specificity
        Measured on held-out patients at `threshold`.
    """

    id: str
    name: str
    negative: bool = False
    threshold: float | None = None
    sensitivity: Estimate | None = None
    specificity: Estimate | None = None

    def __post_init__(self) -> None:
        if not self.id or self.id != self.id.lower() or "|" in self.id:
            raise ValueError(f"label id {self.id!r}")


@dataclass(frozen=True, kw_only=True)
class InputRule:
    """How a film becomes the network's input; one rule for training, prediction and export.

    Attributes
    ----------
    height, width
        px.
    resize
        Name of the resize rule: `squash` stretches the whole film to the input size.
    mean, std
        Per channel, on greys 0..1: input = (grey - mean) / std.
    """

    height: int
    width: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    resize: str = "squash"


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Temperature (and per-label bias) fitted on validation patients: z' = z / T + b."""

    temperature: float = 1.0
    bias: tuple[float, ...] = ()
    fitted_on: str = ""


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Which films the model may be asked about; an empty list accepts all.

    Attributes
    ----------
    age_years
        Least and greatest age of the training patients, or None.
    """

    modalities: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    body_parts: tuple[str, ...] = ()
    age_years: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The manifest of one bundle.

    Attributes
    ----------
    activation
        `softmax` (one label a film) or `sigmoid` (several).
    decision
        With softmax: probability of anything but the negative label from which the film is
        called positive; None calls the most probable label.
    weights_sha256
        Of the weights file.
    reference_logits
        Logits of the demonstration phantom on the training machine, for the self-test.
    training
        Origin: recipe, data, split, seed, dates, library versions.
    """

    id: str
    name: str
    version: str
    architecture: str
    activation: str
    labels: tuple[Label, ...]
    input: InputRule
    weights_sha256: str
    licence: str
    calibration: Calibration | None = None
    decision: float | None = None
    gate: Gate = field(default_factory=Gate)
    reference_logits: tuple[float, ...] = ()
    training: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.activation not in ("softmax", "sigmoid"):
            raise ValueError(f"activation {self.activation!r}")
        if len(self.labels) < 2 or len({label.id for label in self.labels}) < len(self.labels):
            raise ValueError("labels")

    def label(self, label_id: str) -> Label:
        """Return the label with this id.

        Raises
        ------
        BundleError
            If the bundle has none.
        """
        for label in self.labels:
            if label.id == label_id:
                return label
        known = ", ".join(label.id for label in self.labels)
        raise BundleError(f"The model {self.id} has no label “{label_id}”; it has {known}.")


def manifest_from(raw: dict[str, Any]) -> Manifest:
    """Make a manifest of what stands in its JSON file.

    Raises
    ------
    KeyError, TypeError, ValueError, AttributeError
        If it is not complete.
    """
    labels = tuple(
        Label(
            **{
                **label,
                "sensitivity": _estimate(label.get("sensitivity")),
                "specificity": _estimate(label.get("specificity")),
            }
        )
        for label in raw["labels"]
    )
    rule = raw["input"]
    gate = raw.get("gate", {})
    ages = gate.get("age_years")
    calibration = raw.get("calibration")
    return Manifest(
        **{
            **raw,
            "labels": labels,
            "input": InputRule(**{**rule, "mean": tuple(rule["mean"]), "std": tuple(rule["std"])}),
            "calibration": calibration
            and Calibration(**{**calibration, "bias": tuple(calibration.get("bias", ()))}),
            "gate": Gate(
                modalities=tuple(gate.get("modalities", ())),
                views=tuple(gate.get("views", ())),
                body_parts=tuple(gate.get("body_parts", ())),
                age_years=(float(ages[0]), float(ages[1])) if ages else None,
            ),
            "reference_logits": tuple(raw.get("reference_logits", ())),
        }
    )


def _estimate(raw: dict[str, Any] | None) -> Estimate | None:
    return None if raw is None else Estimate(**raw)
