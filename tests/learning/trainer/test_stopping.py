"""A phase ends when it should: at the epoch that its losses foretell."""

import math
from dataclasses import replace

import pytest

from cxrviewer.core.recipes import RECIPES
from cxrviewer.learning.trainer.stopping import out_of_patience, reason_to_stop, saturated

P3 = RECIPES["p3-chen-kute"]


def first_epoch(stops: object, losses: list[float]) -> int | None:
    return next((e for e in range(1, len(losses) + 1) if stops(losses[:e])), None)  # type: ignore[operator]


@pytest.mark.parametrize(("patience", "epoch"), [(1, 3), (2, 6), (3, 10), (4, None), (0, None)])
def test_patience_ends_a_phase_after_so_many_epochs_without_a_lower_loss(
    patience: int, epoch: int | None
) -> None:
    losses = [1.0, 0.8, 0.9, 0.7, 0.75, 0.7, 0.6, 0.61, 0.62, 0.63]
    assert first_epoch(lambda some: out_of_patience(some, patience), losses) == epoch


@pytest.mark.parametrize(("floor", "share"), [(0.3, 0.5), (0.3, 0.8), (0.0, 0.8), (0.1, 0.9)])
def test_a_loss_that_falls_to_a_floor_is_saturated_at_the_epoch_its_formula_gives(
    floor: float, share: float
) -> None:
    losses = [floor + share**epoch for epoch in range(1, 101)]
    # It gains share^(e-3) (1 - share^3) over three epochs, and that is under 3 % of the loss
    # from where share^(e-3) (0.97 - share^3) falls below 0.03 floor.
    steep = 0.97 - share**3
    expected = math.floor(math.log(0.03 * floor / steep) / math.log(share)) + 4 if floor else None
    assert first_epoch(saturated, losses) == expected


def test_a_bad_epoch_neither_hides_nor_feigns_a_gain() -> None:
    falling = [0.9**epoch for epoch in range(30)]
    spoiled = [loss * (3 if epoch % 4 == 2 else 1) for epoch, loss in enumerate(falling)]
    assert first_epoch(saturated, spoiled) is None
    flat = [0.5, *[2.0, 0.5] * 5]
    assert first_epoch(saturated, flat) == 4


def test_three_epochs_say_nothing_of_saturation() -> None:
    assert not saturated([1.0, 1.0, 1.0])
    assert saturated([1.0, 1.0, 1.0, 1.0])


@pytest.mark.parametrize(
    ("changes", "last_phase", "words"),
    [
        ({}, False, ""),
        ({"saturation": "auto"}, False, "flattened"),
        ({"saturation": "auto"}, True, ""),
        ({"patience": 3}, True, "not fallen for 3 epochs"),
    ],
)
def test_the_reason_says_which_it_was(
    changes: dict[str, object], last_phase: bool, words: str
) -> None:
    reason = reason_to_stop(replace(P3, **changes), [0.5] * 4, last_phase=last_phase)
    assert words in reason
    assert bool(reason) == bool(words)
