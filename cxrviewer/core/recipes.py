"""The recipes: named, frozen training plans taken from the papers, as a table.

A recipe says what differs; `cxrviewer.core.plan.TrainingPlan` adds where the films lie.
"""

from dataclasses import dataclass


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
        Of Adam.
    unfrozen
        How many of the backbone's top layers are trained, counted as the paper counts them;
        0 freezes the whole backbone.
    """

    name: str
    epochs: int
    learning_rate: float
    unfrozen: int


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One paper's way of training.

    Attributes
    ----------
    source
        The paper.
    input_size
        px, height and width.
    mean, std
        Input scaling on greys 0..1, per channel; None uses the backbone's own.
    split
        Shares of training, validation and test patients.
    """

    name: str
    title: str
    source: str
    backbone: str
    input_size: int
    batch_size: int
    phases: tuple[Phase, ...]
    split: tuple[float, float, float]
    mean: tuple[float, float, float] | None = None
    std: tuple[float, float, float] | None = None


RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            name="p3-chen-kute",
            title="MobileNetV2 in two phases (Chen, Kute)",
            source="Chen, Kute: normal / bacterial / viral pneumonia, MobileNetV2",
            backbone="mobilenet_v2",
            input_size=224,
            batch_size=32,
            phases=(
                Phase(name="head", epochs=10, learning_rate=1e-4, unfrozen=0),
                Phase(name="top layers", epochs=20, learning_rate=1e-5, unfrozen=14),
            ),
            split=(0.7, 0.1, 0.2),
            mean=(0.5, 0.5, 0.5),
            std=(0.5, 0.5, 0.5),
        ),
    )
}
DEFAULT_RECIPE = "p3-chen-kute"
