"""One recipe: a frozen training plan without its films, valid once built."""

from dataclasses import dataclass, fields
from typing import Any

from cxrviewer.core.errors import PlanError

WHOLE = -1
ACTIVATIONS = ("softmax", "sigmoid")
AUGMENTATIONS = ("none", "balance", "turn", "robust")
SCHEDULES = ("constant", "step", "cosine", "plateau")
COUNTINGS = ("keras", "parametrised")
BATCH_NORMS = ("frozen", "learning")
PRECISIONS = ("float32", "bfloat16", "auto")
SATURATIONS = ("fixed", "auto")
CLASS_WEIGHTS = ("none", "balanced")
_CHOICES = {
    "activation": ACTIVATIONS,
    "augmentation": AUGMENTATIONS,
    "schedule": SCHEDULES,
    "counting": COUNTINGS,
    "batch_norm": BATCH_NORMS,
    "precision": PRECISIONS,
    "saturation": SATURATIONS,
    "class_weights": CLASS_WEIGHTS,
}
# Least and greatest value of each number.
LIMITS: dict[str, tuple[float, float]] = {
    "input_size": (32, 2048),
    "batch_size": (1, 4096),
    "epochs": (0, 10_000),
    "learning_rate": (0, float("inf")),
    "unfrozen": (WHOLE, 10_000),
    "width": (1, 65_536),
    "dropout": (0, 0.95),
    "views": (1, 64),
    "view_size": (0, 2048),
    "step_epochs": (1, 10_000),
    "step_factor": (1e-6, 1),
    "patience": (0, 10_000),
    "steps": (0, 1_000_000),
    "samples": (0, 10_000_000),
    "layer_decay": (0.01, 1),
}


@dataclass(frozen=True, kw_only=True)
class Phase:
    """One phase of a training.

    Attributes
    ----------
    name
        Words for the curve.
    epochs
        Greatest number of epochs.
    learning_rate
        Of Adam, for the layers next to the output.
    unfrozen
        How many of the backbone's top layers are trained, counted as the recipe's `counting`
        says; 0 freezes the whole backbone, `WHOLE` trains all of it.
    """

    name: str
    epochs: int
    learning_rate: float
    unfrozen: int

    def __post_init__(self) -> None:
        for key in ("epochs", "learning_rate", "unfrozen"):
            _check_number(key, getattr(self, key))


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One way of training.

    Attributes
    ----------
    source
        The paper.
    backbone
        The network that is trained.
    backbones
        The networks the paper names, the recipe's own first; any other may be chosen too.
    input_size
        px, height and width.
    batch_size
        Films a step.
    batch_sizes
        Backbone -> films a step where the paper names another number for it.
    split
        Shares of training, validation and test films.
    activation
        `softmax`: one label a film, cross-entropy. `sigmoid`: several labels a film, binary
        cross-entropy over the labels that are known.
    pretrained
        True where the paper starts from ImageNet weights, False where it starts from scratch.
    mean, std
        Input scaling on greys 0..1, per channel; None uses the backbone's own.
    hidden
        Widths of the dense layers (ReLU) between pooling and output.
    dropout
        Share of inputs dropped before the output layer while learning.
    augmentation
        `none`; `balance`: P0's class-targeted copies; `turn`: P4's vertical flips and small
        rotations; `robust`: wide random-resized crop, intensity, blur, re-compression, rotation.
    views
        Augmented views kept of each training film; epoch e learns from view e modulo this.
    view_size
        px, height and width of augmented views, 0 for the input's size. Smaller views are cut from
        films kept at the input's size, so that parts of a film stay sharp, and what a network
        learns looks as large to it as on a whole film (Touvron et al. 2019, FixRes).
    flip
        Mirror views left to right at random too. Off: a mirrored chest has its heart on the
        wrong side.
    saturation
        When the head counts as saturated and the next phase begins: `fixed` after the phase's
        epochs, `auto` as soon as its validation loss has flattened.
    schedule
        Learning rate within a phase: `constant`, `step` (times `step_factor` every
        `step_epochs`), `cosine` (to 0), `plateau` (times `step_factor` when the validation loss
        has not fallen for `step_epochs` epochs).
    patience
        Epochs without a lower validation loss after which a phase ends, 0 for never.
    steps
        Batches an epoch, 0 for all films.
    samples
        Training films used, 0 for all.
    counting
        What `unfrozen` counts: `keras` every layer, also those without parameters, where the
        backbone's table knows them; `parametrised` layers that hold parameters.
    batch_norm
        `frozen`: means and variances stay as they came. `learning`: those of unfrozen layers
        follow the batches.
    layer_decay
        Learning rate of each stage as a share of that of the stage above it.
    precision
        Arithmetic: `float32`, `bfloat16`, or `auto` for bfloat16 where the device is fast at it.
    class_weights
        `balanced` weighs each film by the rarity of its class.

    Raises
    ------
    PlanError
        If a value is out of its range; `field` names it.
    """

    name: str
    title: str
    source: str
    backbone: str
    input_size: int
    batch_size: int
    phases: tuple[Phase, ...]
    split: tuple[float, float, float]
    backbones: tuple[str, ...] = ()
    batch_sizes: tuple[tuple[str, int], ...] = ()
    activation: str = "softmax"
    pretrained: bool = True
    mean: tuple[float, float, float] | None = None
    std: tuple[float, float, float] | None = None
    hidden: tuple[int, ...] = ()
    dropout: float = 0.0
    augmentation: str = "none"
    views: int = 8
    view_size: int = 0
    flip: bool = False
    saturation: str = "fixed"
    schedule: str = "constant"
    step_epochs: int = 10
    step_factor: float = 0.1
    patience: int = 0
    steps: int = 0
    samples: int = 0
    counting: str = "keras"
    batch_norm: str = "frozen"
    layer_decay: float = 1.0
    precision: str = "float32"
    class_weights: str = "none"

    def __post_init__(self) -> None:
        for key, known in _CHOICES.items():
            if getattr(self, key) not in known:
                raise PlanError(f"{_words(key)} is one of {', '.join(known)}.", field=key)
        for field in fields(self):
            value: Any = getattr(self, field.name)
            if field.name in LIMITS:
                _check_number(field.name, value)
        for width in self.hidden:
            _check_number("width", width, field="hidden")
        # So that a share that is no number is refused too.
        if not (min(self.split) > 0 and abs(sum(self.split) - 1) <= 1e-6):
            raise PlanError(
                "The shares of training, validation and test are above 0 and add up to 1.",
                field="split",
            )
        for key in ("batch_size", "samples"):
            if self.batch_norm == "learning" and getattr(self, key) == 1:
                raise PlanError(
                    "A batch norm that learns needs two films or more at once; choose more, or "
                    "keep the batch norms frozen.",
                    field=key,
                )
        if not any(phase.epochs for phase in self.phases):
            raise PlanError("At least one phase needs an epoch.", field="epochs")


def _check_number(key: str, value: float, *, field: str = "") -> None:
    low, high = LIMITS[key]
    # A comparison with NaN is false, so NaN is refused too.
    if not low <= value <= high:
        most = "" if high == float("inf") else f" to {high:g}"
        raise PlanError(
            f"{_words(key)} is {low:g}{most or ' or more'}, not {value:g}.", field=field or key
        )


def _words(key: str) -> str:
    return f"The {key.replace('_', ' ')}"
