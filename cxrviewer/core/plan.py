"""A training plan: a recipe, the films, and what the user changed; valid once built."""

from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from cxrviewer.core import hyperparameters
from cxrviewer.core.errors import PlanError
from cxrviewer.core.recipe import Recipe
from cxrviewer.core.recipes import BACKBONES, DEFAULT_RECIPE, RECIPES

SPLIT_BY = ("patient", "image")
# Where it is read from whose a film is; `auto` takes the first that says something.
PATIENTS_FROM = ("auto", "column", "header", "name", "folder", "film")
_OWN = {"seed": int, "bundle_id": str, "weights": str, "split_by": str, "patients_from": str}


@dataclass(frozen=True, kw_only=True)
class TrainingPlan:
    """All that decides the outcome of one training.

    Attributes
    ----------
    data
        A folder with one folder a class, or a CSV (`image, findings, patient_id`).
    out
        Folder of the run; the bundle is left in `out/bundle`.
    backbone
        Name in the table of backbones, empty for the recipe's.
    weights
        ImageNet weights: a safetensors file, a folder that holds the backbone's, `download` for
        its makers' own on the user's explicit wish, or None to train from scratch.
    changes
        Hyper-parameter -> text, what differs from the recipe; see
        `cxrviewer.core.hyperparameters`.
    split_by
        `patient`, or `image` for comparison with the papers only.
    patients_from
        Where it is read from whose a film is, see `PATIENTS_FROM`.
    left_out
        Films, relative to the data's folder, that are not used.
    bundle_id
        Id of the bundle to make.
    seed
        Of the split, the head's start, the views and the order of the films.
    watch
        Film whose heat map is drawn after every epoch, or None.
    resume
        Go on with the training in `out` that did not end; the outcome is the same.
    """

    data: Path
    out: Path
    recipe: str = DEFAULT_RECIPE
    backbone: str = ""
    weights: str | None = None
    changes: dict[str, str] = field(default_factory=dict)
    split_by: str = "patient"
    patients_from: str = "auto"
    left_out: tuple[str, ...] = ()
    bundle_id: str = "my-model"
    seed: int = 1
    watch: Path | None = None
    resume: bool = False

    def __post_init__(self) -> None:
        if self.recipe not in RECIPES:
            known = ", ".join(RECIPES)
            raise PlanError(f"There is no recipe “{self.recipe}”; choose {known}.", field="recipe")
        if self.backbone and self.backbone not in BACKBONES:
            known = ", ".join(BACKBONES)
            raise PlanError(
                f"There is no network “{self.backbone}”; choose {known}.", field="backbone"
            )
        if self.split_by not in SPLIT_BY:
            raise PlanError("Films are split by patient or by image.", field="split_by")
        if self.patients_from not in PATIENTS_FROM:
            raise PlanError(
                f"Patients are read from {', '.join(PATIENTS_FROM)}.", field="patients_from"
            )
        if self.seed < 0:
            raise PlanError("The seed is 0 or more.", field="seed")
        if not self.bundle_id.replace("-", "").replace("_", "").isalnum():
            raise PlanError(
                "The model's id is made of letters, digits, - and _.", field="bundle_id"
            )
        hyperparameters.changed(RECIPES[self.recipe], self.changes)

    @property
    def settings(self) -> Recipe:
        """The recipe with this plan's backbone and changes applied."""
        recipe = RECIPES[self.recipe]
        backbone = self.backbone or recipe.backbone
        batch = dict(recipe.batch_sizes).get(backbone, recipe.batch_size)
        own = replace(recipe, backbone=backbone, batch_size=batch)
        return hyperparameters.changed(own, self.changes)

    def changed(self, settings: dict[str, str]) -> "TrainingPlan":
        """Return this plan with settings given as text (`--set key=value`).

        Raises
        ------
        PlanError
            If a key is unknown or a value cannot be read.
        """
        own: dict[str, Any] = {}
        changes = dict(self.changes)
        for key, text in settings.items():
            if key not in _OWN:
                changes[key] = text
                continue
            try:
                own[key] = _OWN[key](text)
            except ValueError:
                raise PlanError(
                    f"“{text}” is no value for {key}; give a whole number.", field=key
                ) from None
        return replace(self, changes=changes, **own)

    def as_json(self) -> dict[str, Any]:
        """Return the plan as plain values for a run's record."""
        places = {key: str(getattr(self, key)) for key in ("data", "out")}
        return {**asdict(self), **places, "watch": str(self.watch) if self.watch else None}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "TrainingPlan":
        """Return the plan that `as_json` gave these values of; unknown ones are skipped.

        Raises
        ------
        PlanError
            If they are no plan, or one that this program does not know.
        """
        known = {key.name: values[key.name] for key in fields(cls) if key.name in values}
        try:
            watch = known.get("watch")
            own = {
                "data": Path(known["data"]),
                "out": Path(known["out"]),
                "left_out": tuple(known.get("left_out", ())),
                "watch": Path(watch) if watch else None,
            }
            return cls(**{**known, **own})
        except (KeyError, TypeError, AttributeError) as error:
            raise PlanError("The plan of this run cannot be read; make a new one.") from error
