"""A training plan: a recipe, the films, and what the user changed; valid once built."""

from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from cxrviewer.core.errors import PlanError
from cxrviewer.core.recipes import DEFAULT_RECIPE, RECIPES, Recipe

SPLIT_BY = ("patient", "image")


@dataclass(frozen=True, kw_only=True)
class TrainingPlan:
    """All that decides the outcome of one training.

    Attributes
    ----------
    data
        A folder with one folder a class, or a CSV (`image, findings, patient_id`).
    out
        Folder of the run; the bundle is left in `out/bundle`.
    weights
        ImageNet weights file (safetensors), `download` for torchvision's own on the user's
        explicit wish, or None to train from scratch.
    epochs, learning_rates
        One value a phase, or empty for the recipe's.
    batch_size
        Films a step, 0 for the recipe's.
    split_by
        `patient`, or `image` for comparison with the papers only.
    bundle_id
        Id of the bundle to make.
    seed
        Of the split, the head's start and the order of the films.
    resume
        Go on with the training in `out` that did not end; the outcome is the same.
    """

    data: Path
    out: Path
    recipe: str = DEFAULT_RECIPE
    weights: str | None = None
    epochs: tuple[int, ...] = ()
    learning_rates: tuple[float, ...] = ()
    batch_size: int = 0
    split_by: str = "patient"
    bundle_id: str = "my-model"
    seed: int = 1
    resume: bool = False

    def __post_init__(self) -> None:
        if self.recipe not in RECIPES:
            known = ", ".join(RECIPES)
            raise PlanError(f"There is no recipe “{self.recipe}”; choose {known}.", field="recipe")
        phases = len(RECIPES[self.recipe].phases)
        for name in ("epochs", "learning_rates"):
            values = getattr(self, name)
            if values and (len(values) != phases or min(values) < 0):
                raise PlanError(
                    f"The recipe has {phases} phases: give {phases} values of {name}, none "
                    "below 0.",
                    field=name,
                )
        if self.batch_size < 0:
            raise PlanError("The batch size cannot be negative.", field="batch_size")
        if self.split_by not in SPLIT_BY:
            raise PlanError("Films are split by patient or by image.", field="split_by")
        if not self.bundle_id.replace("-", "").replace("_", "").isalnum():
            raise PlanError(
                "The model's id is made of letters, digits, - and _.", field="bundle_id"
            )

    @property
    def settings(self) -> Recipe:
        """The recipe with this plan's changes applied."""
        recipe = RECIPES[self.recipe]
        phases = tuple(
            replace(
                phase,
                epochs=self.epochs[i] if self.epochs else phase.epochs,
                learning_rate=(
                    self.learning_rates[i] if self.learning_rates else phase.learning_rate
                ),
            )
            for i, phase in enumerate(recipe.phases)
        )
        return replace(recipe, phases=phases, batch_size=self.batch_size or recipe.batch_size)

    def changed(self, settings: dict[str, str]) -> "TrainingPlan":
        """Return this plan with settings given as text (`--set key=value`).

        Raises
        ------
        PlanError
            If a key is unknown or a value cannot be read.
        """
        kinds = {field.name: field.type for field in fields(self)}
        changes: dict[str, Any] = {}
        for key, text in settings.items():
            reader = _READERS.get(str(kinds.get(key)))
            if reader is None or key in ("data", "out"):
                raise PlanError(f"There is no setting “{key}” in a plan.", field=key)
            try:
                changes[key] = reader(text)
            except ValueError:
                raise PlanError(f"“{text}” is no value for {key}.", field=key) from None
        return replace(self, **changes)

    def as_json(self) -> dict[str, Any]:
        """Return the plan as plain values for a run's record."""
        return {**asdict(self), "data": str(self.data), "out": str(self.out)}


def _ints(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _floats(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split(","))


_READERS: dict[str, Any] = {
    str(int): int,
    str(str): str,
    str(str | None): str,
    str(tuple[int, ...]): _ints,
    str(tuple[float, ...]): _floats,
}
