"""The finder's rate is near the best there is, found by trying them all."""

from collections.abc import Callable, Generator

import numpy as np
import pytest
import torch

from cxrviewer.core.errors import PlanError
from cxrviewer.core.progress import RateFound, RateTried
from cxrviewer.learning.trainer.rate_finder import HIGHEST, LOWEST, sweep


class Bowl:
    """A noisy quadratic loss in twenty directions, learned by Adam."""

    def __init__(self, distance: float, *, seed: int) -> None:
        self._random = torch.Generator().manual_seed(seed)
        self._distance = distance
        self._curvature = torch.logspace(0, 1, 20)
        self.place = torch.nn.Parameter(torch.randn(20, generator=self._random) * distance)
        self._optimiser = torch.optim.Adam([self.place])

    def learn(self, rate: float) -> float:
        self._optimiser.param_groups[0]["lr"] = rate
        shift = torch.randn(20, generator=self._random) * self._distance * 0.05
        loss = (self._curvature * (self.place - shift) ** 2).mean()
        self._optimiser.zero_grad()
        loss.backward()
        self._optimiser.step()
        return loss.item()


def found(events: Generator[RateTried, None, RateFound]) -> tuple[list[RateTried], RateFound]:
    tried = []
    while True:
        try:
            tried.append(next(events))
        except StopIteration as end:
            return tried, end.value


@pytest.mark.parametrize("distance", [0.1, 1.0, 3.0])
def test_the_suggestion_is_within_three_times_the_best_rate(distance: float) -> None:
    def mean_loss(rate: float) -> float:
        bowl = Bowl(distance, seed=1)
        return float(np.mean([bowl.learn(rate) for _ in range(100)]))

    rates = np.geomspace(1e-4, 10, 31)
    best = rates[int(np.argmin([mean_loss(rate) for rate in rates]))]
    _, suggested = found(sweep(Bowl(distance, seed=2).learn))
    assert best / 3 <= suggested.suggestion <= best * 3


def test_rates_rise_and_the_sweep_ends_when_the_loss_has_run_away() -> None:
    bowl = Bowl(0.01, seed=3)
    tried, _ = found(sweep(bowl.learn))
    rates = [one.rate for one in tried]
    assert rates == sorted(rates)
    assert rates[0] == pytest.approx(LOWEST)
    assert rates[-1] < HIGHEST


def _losses(values: list[float]) -> Callable[[float], float]:
    rest = iter(values)
    return lambda _rate: next(rest)


def test_a_loss_that_is_no_number_ends_the_sweep() -> None:
    falling = [1.0] * 20 + [1 - 0.02 * i for i in range(30)]
    tried, suggested = found(sweep(_losses([*falling, float("nan")])))
    assert len(tried) == 50
    assert tried[20].rate < suggested.suggestion <= tried[-1].rate


def test_a_loss_that_never_falls_is_one_sentence() -> None:
    for losses in ([1 + 0.01 * i for i in range(100)], [float("nan")]):
        with pytest.raises(PlanError, match="falls at no learning rate") as raised:
            found(sweep(_losses(losses)))
        assert raised.value.field == "learning_rates"
