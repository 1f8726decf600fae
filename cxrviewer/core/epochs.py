"""Epochs of a run counted through all its phases, and which of them was the best."""

from collections.abc import Sequence
from dataclasses import dataclass

from cxrviewer.core.progress import EpochDone, Progress


@dataclass(frozen=True, kw_only=True)
class PhaseSpan:
    """One phase on the axis of all epochs.

    Attributes
    ----------
    first
        Number of its first epoch, counted from 1 through all phases.
    done
        Epochs done.
    early
        Whether it ended before its greatest number of epochs.
    """

    name: str
    first: int
    done: int
    early: bool


def best(epochs: Sequence[EpochDone]) -> int | None:
    """Return the place of the epoch with the lowest validation loss, None without any.

    A loss that is not a number never wins; of equal ones the first does.
    """
    losses = [(epoch.val_loss, place) for place, epoch in enumerate(epochs)]
    real = [pair for pair in losses if pair[0] == pair[0]]
    return min(real)[1] if real else None


def spans(progress: Progress) -> tuple[PhaseSpan, ...]:
    """Return where each phase that has begun stands among all epochs."""
    found = []
    first = 1
    for place, phase in enumerate(progress.phases):
        done = sum(epoch.phase == phase.index for epoch in progress.epochs)
        over = place + 1 < len(progress.phases) or progress.finished is not None
        found.append(
            PhaseSpan(name=phase.name, first=first, done=done, early=over and done < phase.epochs)
        )
        first += done
    return tuple(found)
