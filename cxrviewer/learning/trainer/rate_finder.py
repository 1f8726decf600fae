"""Which learning rate suits: a sweep over rates, a batch at each, and where the loss falls most."""

import math
from collections.abc import Callable, Generator

import numpy as np

from cxrviewer.core.errors import PlanError
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import BatchDone, RateFound, RateTried
from cxrviewer.learning import device
from cxrviewer.learning.trainer.fitting import Fit
from cxrviewer.learning.trainer.preparing import Start, list_for, make_ready
from cxrviewer.learning.trainer.runner import Runner

LOWEST, HIGHEST, STEPS = 1e-6, 10.0, 100
_MEMORY = 0.9
_SOME = 10
_SLOPE = 3
_LOST = 4.0


def find_rate(plan: TrainingPlan) -> Generator[BatchDone | RateTried | RateFound, None, None]:
    """Try learning rates on a plan's films for its first phase, the last event a `RateFound`.

    It learns with a network of its own and writes nothing into the folder of the run.

    Raises
    ------
    DataError, PlanError
        If the films or the weights cannot be used, or the loss falls at no rate.
    ProcessError
        If the memory does not suffice.
    """
    start = Start.of(plan)
    listing = yield from list_for(plan)
    runner = Runner(device.choose())
    network = start.network(len(listing.classes), on=runner.device)
    ready = yield from make_ready(start, listing, network, runner)
    fit = Fit(ready.task)
    phases = plan.settings.phases
    fit.begin(next(index for index, phase in enumerate(phases) if phase.epochs))
    yield from fit.prepare()
    with fit.trying(STEPS) as learn:
        found = yield from sweep(learn)
    yield found


def sweep(learn: Callable[[float], float]) -> Generator[RateTried, None, RateFound]:
    """Learn batch after batch at rates that rise evenly on a logarithmic scale.

    The loss is smoothed as an exponential mean, corrected for its start; the sweep ends early
    where it is four times the least so far, or no number. Suggested is the rate at which the
    smoothed loss falls steepest over the logarithm of the rate, before its minimum.

    Parameters
    ----------
    learn
        Learns from the next batch at the rate given and returns the loss before that, nats.

    Raises
    ------
    PlanError
        If the loss falls at no rate.

    References
    ----------
    Smith 2017, Cyclical Learning Rates for Training Neural Networks.
    """
    mean, tried = 0.0, []
    for step, rate in enumerate(np.geomspace(LOWEST, HIGHEST, STEPS).tolist()):
        mean = _MEMORY * mean + (1 - _MEMORY) * learn(rate)
        loss = mean / (1 - _MEMORY ** (step + 1))
        if not math.isfinite(loss):
            break
        tried.append(RateTried(rate=rate, loss=loss))
        yield tried[-1]
        # The mean of the first few batches says little yet.
        if step >= _SOME and loss > _LOST * min(one.loss for one in tried[_SOME:]):
            break
    return RateFound(suggestion=_steepest(tried))


def _steepest(tried: list[RateTried]) -> float:
    losses = np.asarray([one.loss for one in tried])
    # Over several batches, so that the noise of one is not taken for a slope.
    slopes = losses[2 * _SLOPE :] - losses[: -2 * _SLOPE]
    usable = slopes[_SOME:]
    if not len(usable) or usable.min() >= 0:
        raise PlanError(
            "The loss falls at no learning rate; look at the films and their labels, or choose a "
            "smaller step by hand.",
            field="learning_rates",
        )
    return tried[_SOME + _SLOPE + int(usable.argmin())].rate
