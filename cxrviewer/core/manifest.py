"""What a model says of itself: the values that travel with its weights.

Architecture, input rule, labels, activation, calibration, operating points, gate, hash,
licence, caution and training origin.
"""

from dataclasses import dataclass, field
from typing import Any

from cxrviewer.core.errors import BundleError
from cxrviewer.core.operating_points import (
    BALANCED,
    POINT_NAMES,
    TOGETHER,
    OperatingPoint,
    UncertainBand,
    check_points,
    point_of,
)
from cxrviewer.core.strict_json import read_as

_GREATEST_SIDE = 4096


@dataclass(frozen=True, kw_only=True)
class Label:
    """One output of the network.

    Attributes
    ----------
    id, name
        Lower-case id (CSV column `p_<id>`) and the words on screen.
    negative
        True for the label that means "nothing found".
    """

    id: str
    name: str
    negative: bool = False

    def __post_init__(self) -> None:
        fits = self.id == self.id.lower() and self.id.isprintable() and "|" not in self.id
        _check(bool(self.id) and fits, f"label id {self.id!r}")


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

    def __post_init__(self) -> None:
        for side in (self.height, self.width):
            _check(1 <= side <= _GREATEST_SIDE, "input size")
        _check(min(self.std) > 0, "std")


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Temperature (and per-label bias) fitted on validation patients: z' = z / T + b."""

    temperature: float = 1.0
    bias: tuple[float, ...] = ()
    fitted_on: str = ""

    def __post_init__(self) -> None:
        _check(self.temperature > 0, "temperature")


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Which films the model may be asked about; an empty list accepts all.

    Attributes
    ----------
    age_years
        Least and greatest age of the training patients, or None.
    sha256
        Of the file that says what the training films look like to the network (`GATE` in
        `bundle`), empty where the bundle has none.
    """

    modalities: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    body_parts: tuple[str, ...] = ()
    age_years: tuple[float, float] | None = None
    sha256: str = ""

    def __post_init__(self) -> None:
        _check(self.age_years is None or 0 <= self.age_years[0] <= self.age_years[1], "age")


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The manifest of one bundle.

    Attributes
    ----------
    activation
        `softmax` (one label a film) or `sigmoid` (several).
    points
        Operating points of the findings, each against all else; with softmax also of all
        findings together, which makes the call (without it the most probable label is called).
        A negative label has none.
    uncertain
        Bands around balanced points; none where validation could not tell one.
    weights_sha256
        Of the weights file.
    card_sha256
        Of the model card, empty where none was published with it.
    hidden
        Widths of the dense layers between pooling and output.
    reference_logits
        Logits of the demonstration phantom on the training machine, for the self-test.
    training
        Origin: recipe, data, split, seed, dates, library versions.
    caution
        One sentence that stands wherever a result of this model stands; empty for none. A model
        with a caution is off by default: it answers only where someone asked for it by name.
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
    points: tuple[OperatingPoint, ...] = ()
    uncertain: tuple[UncertainBand, ...] = ()
    hidden: tuple[int, ...] = ()
    gate: Gate = field(default_factory=Gate)
    reference_logits: tuple[float, ...] = ()
    training: dict[str, Any] = field(default_factory=dict)
    caution: str = ""
    card_sha256: str = ""

    def __post_init__(self) -> None:
        # The id names folders and files.
        _check(self.id.replace("-", "").replace("_", "").isalnum(), f"id {self.id!r}")
        _check(self.activation in ("softmax", "sigmoid"), f"activation {self.activation!r}")
        count = len(self.labels)
        least = 2 if self.activation == "softmax" else 1
        _check(count >= least and len({label.id for label in self.labels}) == count, "labels")
        check_points(self.points, self.uncertain, self._may_have_a_point)
        _check(all(width > 0 for width in self.hidden), "hidden")
        bias = self.calibration.bias if self.calibration else ()
        for values in (bias, self.reference_logits):
            _check(len(values) in (0, count), "one value a label")
        _check(self.caution.isprintable() and self.caution == self.caution.strip(), "caution")

    @property
    def off_by_default(self) -> bool:
        """Whether the model is used only after someone read its caution and asked for it."""
        return bool(self.caution)

    @property
    def point_names(self) -> tuple[str, ...]:
        """Names of the operating points that can be in use, the balanced one first."""
        own = {BALANCED} | {point.name for point in self.points}
        return tuple(name for name in POINT_NAMES if name in own)

    @property
    def judged_together(self) -> bool:
        """Whether all findings together against the one negative label make the call."""
        negatives = sum(label.negative for label in self.labels)
        return self.activation == "softmax" and negatives == 1

    def points_of(self, label: str) -> tuple[OperatingPoint, ...]:
        """Return the operating points of a label, or of `TOGETHER`."""
        return tuple(point for point in self.points if point.label == label)

    def threshold(self, label: str, name: str = BALANCED) -> float | None:
        """Return the threshold of a label at an operating point, None where it has none."""
        point = point_of(self.points, label, name)
        return None if point is None else point.threshold

    def band(self, label: str) -> UncertainBand | None:
        """Return the uncertain band of a label, or of `TOGETHER`."""
        return next((band for band in self.uncertain if band.label == label), None)

    def check_point(self, name: str) -> None:
        """Check that an operating point can be in use.

        Raises
        ------
        BundleError
            If the model has none of this name.
        """
        if name not in self.point_names:
            raise BundleError(
                f"The model {self.id} has no {name} operating point, only "
                f"{' and '.join(self.point_names)}; a model trained anew gets both."
            )

    @property
    def _may_have_a_point(self) -> set[str]:
        findings = {label.id for label in self.labels if not label.negative}
        return findings | ({TOGETHER} if self.judged_together else set())

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
    KeyError, TypeError, ValueError, OverflowError
        If something is missing, unknown, of another type or out of its range.
    """
    manifest: Manifest = read_as(Manifest, raw)
    return manifest


def _check(right: bool, what: str) -> None:
    if not right:
        raise ValueError(what)
