from pathlib import Path
from typing import Any

import pytest

from cxrviewer.core.errors import PlanError
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.recipes import RECIPES


def plan(**changes: Any) -> TrainingPlan:
    return TrainingPlan(data=Path("data"), out=Path("out"), **changes)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("recipe", "nonsense"),
        ("backbone", "resnet_9000"),
        ("split_by", "hospital"),
        ("bundle_id", "../up"),
        ("bundle_id", ""),
        ("seed", -1),
        ("patients_from", "horoscope"),
    ],
)
def test_a_plan_is_valid_once_built_and_names_the_field(field: str, value: object) -> None:
    with pytest.raises(PlanError) as raised:
        plan(**{field: value})
    assert raised.value.field == field
    assert raised.value.sentence.endswith(".")


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("epochs", "1"),
        ("epochs", "1,-1"),
        ("epochs", "0,0"),
        ("learning_rates", "0.1,0.1,0.1"),
        ("learning_rates", "0.1,nan"),
        ("batch_size", "0"),
        ("unfrozen", "0,-2"),
        ("hidden", "128,0"),
        ("dropout", "1"),
        ("schedule", "linear"),
        ("augmentation", "mirror"),
        ("flip", "perhaps"),
        ("split", "0.5,0.5"),
        ("split", "0.5,0.4,0.4"),
        ("split", "nan,0.5,0.5"),
        ("input_size", "4"),
        ("magic", "1"),
    ],
)
def test_a_change_out_of_range_names_its_key(key: str, text: str) -> None:
    with pytest.raises(PlanError) as raised:
        plan(changes={key: text})
    assert raised.value.field == key
    assert raised.value.sentence.endswith(".")


def test_a_plan_changes_only_what_it_names() -> None:
    recipe = RECIPES["p3-chen-kute"]
    assert plan().settings == recipe
    changed = plan(changes={"epochs": "3,0", "batch_size": "8"}).settings
    assert [phase.epochs for phase in changed.phases] == [3, 0]
    assert [phase.learning_rate for phase in changed.phases] == [1e-4, 1e-5]
    assert changed.batch_size == 8
    assert RECIPES["p3-chen-kute"] == recipe


def test_settings_are_read_from_text() -> None:
    changed = plan().changed(
        {"epochs": "1,2", "learning_rates": "0.1,1e-3", "seed": "7", "weights": "a.safetensors"}
    )
    phases = changed.settings.phases
    assert [(p.epochs, p.learning_rate) for p in phases] == [(1, 0.1), (2, 0.001)]
    assert (changed.seed, changed.weights) == (7, "a.safetensors")


@pytest.mark.parametrize(
    ("key", "text"), [("magic", "1"), ("data", "x"), ("out", "x"), ("seed", "one"), ("epochs", "")]
)
def test_a_setting_that_cannot_be_read_names_its_key(key: str, text: str) -> None:
    with pytest.raises(PlanError) as raised:
        plan().changed({key: text})
    assert raised.value.field == key


@pytest.mark.parametrize(
    ("key", "text", "form"),
    [
        ("seed", "one", "a whole number"),
        ("epochs", "a,b", "whole numbers with commas between"),
        ("dropout", "much", "a number"),
        ("flip", "maybe", "yes or no"),
    ],
)
def test_a_setting_that_cannot_be_read_says_what_to_give(key: str, text: str, form: str) -> None:
    with pytest.raises(PlanError, match=f"“{text}” is no value for {key}; give {form}\\."):
        plan().changed({key: text})


def test_a_changed_plan_is_checked_again() -> None:
    with pytest.raises(PlanError):
        plan().changed({"epochs": "1,2,3"})


def test_a_plan_is_kept_as_plain_values() -> None:
    raw = plan(changes={"epochs": "1,2"}).as_json()
    assert (raw["data"], raw["weights"]) == ("data", None)
    assert raw["changes"] == {"epochs": "1,2"}
