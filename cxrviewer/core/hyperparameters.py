"""What a person may change in a recipe, as a table: the command line and the form read it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from cxrviewer.core import recipe as values
from cxrviewer.core.errors import PlanError
from cxrviewer.core.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class Hyperparameter:
    """One value of a recipe that a person may change, given as text.

    Attributes
    ----------
    key
        As in `--set key=value`; a field of `Recipe`, or of `Phase` where it is `per_phase`.
    title, tip
        Words for the form.
    kind
        `int`, `float`, `choice`, `switch` (yes or no), `ints` or `floats` (with commas).
    choices
        Of a `choice`.
    per_phase
        One value a phase, with commas between.
    """

    key: str
    title: str
    tip: str
    kind: str
    choices: tuple[str, ...] = ()
    per_phase: bool = False


def _entry(key: str, title: str, tip: str, kind: str, **more: Any) -> Hyperparameter:
    return Hyperparameter(key=key, title=title, tip=tip, kind=kind, **more)


HYPERPARAMETERS: dict[str, Hyperparameter] = {
    entry.key: entry
    for entry in (
        _entry(
            "unfrozen",
            "Layers to unfreeze",
            "Top layers of the backbone trained in each phase; 0 none, -1 all.",
            "ints",
            per_phase=True,
        ),
        _entry("hidden", "Neurons per layer", "Dense layers before the output.", "ints"),
        _entry("dropout", "Dropout", "Share of inputs dropped before the output.", "float"),
        _entry(
            "learning_rates", "Learning rate", "Of Adam, in each phase.", "floats", per_phase=True
        ),
        _entry("epochs", "Max epochs", "Most epochs of each phase.", "ints", per_phase=True),
        _entry("batch_size", "Batch size", "Films a step.", "int"),
        _entry("steps", "Fixed step size", "Batches an epoch; 0 uses all films.", "int"),
        _entry("samples", "Training films", "How many are used; 0 uses all.", "int"),
        _entry(
            "patience",
            "Patience",
            "Epochs without a lower validation loss before a phase ends; 0 never ends it early.",
            "int",
        ),
        _entry(
            "saturation",
            "Saturation threshold",
            "When the first phase ends: after its epochs, or once its validation loss is flat.",
            "choice",
            choices=values.SATURATIONS,
        ),
        _entry(
            "schedule",
            "Schedule",
            "How the learning rate falls within a phase.",
            "choice",
            choices=values.SCHEDULES,
        ),
        _entry("step_epochs", "Step epochs", "Epochs between falls of the learning rate.", "int"),
        _entry("step_factor", "Step factor", "What the learning rate is multiplied by.", "float"),
        _entry(
            "layer_decay",
            "Layer decay",
            "Learning rate of a stage as a share of that of the stage above it.",
            "float",
        ),
        _entry(
            "batch_norm",
            "Batch norm",
            "Whether unfrozen layers keep the means and variances they came with.",
            "choice",
            choices=values.BATCH_NORMS,
        ),
        _entry(
            "augmentation",
            "Augmentation",
            "Changed views of the training films.",
            "choice",
            choices=values.AUGMENTATIONS,
        ),
        _entry("views", "Views a film", "Changed views kept of each training film.", "int"),
        _entry(
            "view_size",
            "View size",
            "px of changed views, height and width; 0 for the input's.",
            "int",
        ),
        _entry("flip", "Mirror films", "Also left to right; puts the heart right.", "switch"),
        _entry(
            "class_weights",
            "Class weights",
            "Whether rare classes weigh more.",
            "choice",
            choices=values.CLASS_WEIGHTS,
        ),
        _entry("input_size", "Input size", "px, height and width.", "int"),
        _entry(
            "precision",
            "Precision",
            "Arithmetic; auto is faster where the processor has bfloat16.",
            "choice",
            choices=values.PRECISIONS,
        ),
        _entry("split", "Split", "Shares of training, validation and test.", "floats"),
    )
}
# Key -> field of `Phase`.
_OF_PHASE = {"epochs": "epochs", "learning_rates": "learning_rate", "unfrozen": "unfrozen"}


def changed(recipe: Recipe, changes: dict[str, str]) -> Recipe:
    """Return a recipe with values given as text put in.

    Raises
    ------
    PlanError
        If a key is unknown, a text cannot be read, or a value is out of its range; `field`
        names the key.
    """
    whole: dict[str, Any] = {}
    phases = recipe.phases
    for key, text in changes.items():
        value = _read(key, text)
        if HYPERPARAMETERS[key].per_phase:
            if len(value) != len(phases):
                raise PlanError(
                    f"The recipe has {len(phases)} phases: give {len(phases)} values of {key}.",
                    field=key,
                )
            phases = _phases(recipe, key, value, phases=phases)
        else:
            whole[key] = value
    if "split" in whole and len(whole["split"]) != 3:
        raise PlanError("The split has three shares, for instance 0.7,0.1,0.2.", field="split")
    return replace(recipe, phases=phases, **whole)


def as_text(recipe: Recipe, key: str) -> str:
    """Return a recipe's value of a hyper-parameter as the text `changed` reads."""
    if HYPERPARAMETERS[key].per_phase:
        return ",".join(_number(getattr(phase, _OF_PHASE[key])) for phase in recipe.phases)
    value = getattr(recipe, key)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ",".join(map(_number, value))
    return value if isinstance(value, str) else _number(value)


def _number(value: float) -> str:
    """Return all of a number's digits: a rounded text would come back as another number."""
    return repr(value).removesuffix(".0")


def _phases(
    recipe: Recipe, key: str, parts: tuple[Any, ...], *, phases: tuple[values.Phase, ...]
) -> tuple[values.Phase, ...]:
    try:
        return tuple(
            replace(phase, **{_OF_PHASE[key]: part})
            for phase, part in zip(phases, parts, strict=True)
        )
    except PlanError as error:
        raise PlanError(f"{recipe.title}: {error.sentence}", field=key) from None


def _read(key: str, text: str) -> Any:
    known = HYPERPARAMETERS.get(key)
    if known is None:
        raise PlanError(
            f"There is no setting “{key}”; there are {', '.join(HYPERPARAMETERS)}.", field=key
        )
    try:
        return _READERS[known.kind](text.strip())
    except ValueError:
        raise PlanError(
            f"“{text}” is no value for {key}; give {_FORMS[known.kind]}.", field=key
        ) from None


def _switch(text: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise ValueError(text)
    return text.lower() == "yes"


def _ints(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(",")) if text else ()


def _floats(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split(","))


_READERS: dict[str, Callable[[str], Any]] = {
    "int": int,
    "float": float,
    "choice": str,
    "switch": _switch,
    "ints": _ints,
    "floats": _floats,
}
_FORMS = {
    "int": "a whole number",
    "float": "a number",
    "choice": "a word",
    "switch": "yes or no",
    "ints": "whole numbers with commas between",
    "floats": "numbers with commas between",
}
