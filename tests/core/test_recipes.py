from pathlib import Path

import pytest

from cxrviewer.core import hyperparameters
from cxrviewer.core.errors import PlanError
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.recipe import Recipe
from cxrviewer.core.recipes import DEFAULT_RECIPE, RECIPES


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=lambda recipe: recipe.name)
def test_a_recipe_is_whole(recipe: Recipe) -> None:
    assert recipe.phases
    assert abs(sum(recipe.split) - 1) < 1e-9
    assert min(recipe.split) > 0
    assert all(phase.epochs > 0 and phase.learning_rate > 0 for phase in recipe.phases)
    assert (recipe.mean is None) == (recipe.std is None)


def test_names_are_the_keys_and_the_default_is_one_of_them() -> None:
    assert list(RECIPES) == [recipe.name for recipe in RECIPES.values()]
    assert DEFAULT_RECIPE in RECIPES


def test_p3_is_the_papers() -> None:
    recipe = RECIPES["p3-chen-kute"]
    assert (recipe.backbone, recipe.input_size, recipe.batch_size) == ("mobilenet_v2", 224, 32)
    assert [(p.epochs, p.learning_rate, p.unfrozen) for p in recipe.phases] == [
        (10, 1e-4, 0),
        (20, 1e-5, 14),
    ]


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=lambda recipe: recipe.name)
def test_the_text_of_every_hyperparameter_is_read_back(recipe: Recipe) -> None:
    texts = {key: hyperparameters.as_text(recipe, key) for key in hyperparameters.HYPERPARAMETERS}
    assert hyperparameters.changed(recipe, texts) == recipe


@pytest.mark.parametrize(
    ("key", "text"), [("samples", "1234567"), ("learning_rates", "0.00012345678,1e-05")]
)
def test_a_text_keeps_every_digit(key: str, text: str) -> None:
    recipe = hyperparameters.changed(RECIPES[DEFAULT_RECIPE], {key: text})
    assert hyperparameters.as_text(recipe, key) == text


@pytest.mark.parametrize("key", ["batch_size", "samples"])
def test_a_single_film_at_once_teaches_no_batch_norm(key: str) -> None:
    with pytest.raises(PlanError, match="two films or more") as raised:
        hyperparameters.changed(RECIPES["p4-chambers-multi"], {key: "1"})
    assert raised.value.field == key
    assert hyperparameters.changed(RECIPES["robust"], {key: "1"})


def test_the_paper_that_names_a_batch_for_a_backbone_gets_it() -> None:
    plan = TrainingPlan(
        data=Path("in"), out=Path("out"), recipe="p2-pal-paul", backbone="nasnet_large"
    )
    assert (plan.settings.backbone, plan.settings.batch_size) == ("nasnet_large", 8)
    assert plan.changed({"batch_size": "4"}).settings.batch_size == 4
