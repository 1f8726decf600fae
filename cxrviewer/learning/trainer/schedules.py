"""The learning rate of each epoch, from nothing but the epochs before: resuming keeps no state."""

import math
from collections.abc import Callable, Sequence

from cxrviewer.core.recipe import Recipe


def rate(
    settings: Recipe, base: float, *, epoch: int, epochs: int, losses: Sequence[float]
) -> float:
    """Return the learning rate of an epoch.

    Parameters
    ----------
    settings
        Their `schedule`, `step_epochs` and `step_factor` count.
    base
        Rate of the phase's first epoch.
    epoch, epochs
        Epoch within the phase from 1, and the greatest number of them.
    losses
        Validation losses of the phase's epochs before, the first first.
    """
    return base * _SHARES[settings.schedule](settings, epoch, epochs, losses)


def _constant(_settings: Recipe, _epoch: int, _epochs: int, _losses: Sequence[float]) -> float:
    return 1.0


def _step(settings: Recipe, epoch: int, _epochs: int, _losses: Sequence[float]) -> float:
    return settings.step_factor ** ((epoch - 1) // settings.step_epochs)


def _cosine(_settings: Recipe, epoch: int, epochs: int, _losses: Sequence[float]) -> float:
    """Fall along half a cosine that would reach 0 one epoch after the last.

    References
    ----------
    Loshchilov, Hutter 2017, SGDR, without restarts.
    """
    return (1 + math.cos(math.pi * (epoch - 1) / epochs)) / 2


def _plateau(settings: Recipe, _epoch: int, _epochs: int, losses: Sequence[float]) -> float:
    """Fall each time that so many epochs one after the other brought no lower loss."""
    best, waited, share = math.inf, 0, 1.0
    for loss in losses:
        waited = 0 if loss < best else waited + 1
        best = min(best, loss)
        if waited == settings.step_epochs:
            share, waited = share * settings.step_factor, 0
    return share


_SHARES: dict[str, Callable[[Recipe, int, int, Sequence[float]], float]] = {
    "constant": _constant,
    "step": _step,
    "cosine": _cosine,
    "plateau": _plateau,
}
