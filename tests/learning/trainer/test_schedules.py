"""The rate of each epoch is that of torch's own schedulers, and needs no memory."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
import torch
from torch.optim import lr_scheduler

from cxrviewer.core.recipe import SCHEDULES, Recipe
from cxrviewer.core.recipes import RECIPES
from cxrviewer.learning.trainer.schedules import rate

EPOCHS = 12
LOSSES = (1.0, 0.8, 0.9, 0.85, 0.7, 0.7, 0.75, 0.9, 0.9, 0.6, 0.65, 0.7)


def settings(schedule: str) -> Recipe:
    return replace(RECIPES["p3-chen-kute"], schedule=schedule, step_epochs=2, step_factor=0.3)


def ours(schedule: str) -> list[float]:
    return [
        rate(settings(schedule), 0.5, epoch=e, epochs=EPOCHS, losses=LOSSES[: e - 1])
        for e in range(1, EPOCHS + 1)
    ]


def torchs(schedule: str, losses: Sequence[float]) -> list[float]:
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.5)
    made = {
        "constant": lambda: lr_scheduler.ConstantLR(optimiser, factor=1),
        "step": lambda: lr_scheduler.StepLR(optimiser, step_size=2, gamma=0.3),
        "cosine": lambda: lr_scheduler.CosineAnnealingLR(optimiser, T_max=EPOCHS),
        # Torch falls when it has waited longer than its patience, so one epoch less is ours.
        "plateau": lambda: lr_scheduler.ReduceLROnPlateau(
            optimiser, factor=0.3, patience=1, threshold=0
        ),
    }[schedule]()
    rates = []
    for loss in losses:
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        made.step(*([loss] if schedule == "plateau" else []))
    return rates


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_rates_are_those_of_torch(schedule: str) -> None:
    assert ours(schedule) == pytest.approx(torchs(schedule, LOSSES))


def test_every_schedule_begins_at_the_phases_rate() -> None:
    assert {ours(schedule)[0] for schedule in SCHEDULES} == {0.5}


def test_only_the_constant_one_never_falls() -> None:
    assert [schedule for schedule in SCHEDULES if len(set(ours(schedule))) == 1] == ["constant"]
