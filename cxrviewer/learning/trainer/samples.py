"""What an epoch learns from: each film as it is, and augmented views of the training films."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cxrviewer.core.errors import PlanError
from cxrviewer.core.film import Array
from cxrviewer.core.recipe import Recipe
from cxrviewer.learning.data.labelled import NEGATIVE
from cxrviewer.learning.data.split import Split
from cxrviewer.learning.networks.freezing import LEARNING
from cxrviewer.learning.trainer.augment import ELSEWHERE, Views

# Schemes that learn from all views in every epoch, as many as they make by themselves.
WITHOUT_TURNS = ("none", "balance")
# However rare a class, no film of it comes more often in an epoch than this.
MOST_COPIES = 32


@dataclass(frozen=True, kw_only=True, eq=False)
class Samples:
    """Rows of (film, view): first the clean view of every film, then views of training films.

    Attributes
    ----------
    films
        Number of films; row i below it is film i as it is.
    film, view
        int64, (rows,): the film of each row and which view of it, 0 for the film as it is.
    mirrored
        bool, (rows,): the view may be flipped left to right.
    views
        How the views are drawn.
    before, learned
        Training films that show each label, without copies, and as the first epoch learns from
        them; every epoch learns from as many films.
    epochs
        Rows to learn from: those of epoch e (from 1) are entry e - 1, modulo their number.
    """

    films: int
    film: Array
    view: Array
    mirrored: Array
    views: Views
    before: tuple[int, ...]
    learned: tuple[int, ...]
    epochs: tuple[Array, ...]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.film)

    def epoch_rows(self, epoch: int) -> Array:
        """Return the rows to learn from, int64 and rising, in the epoch counted over all phases.

        Parameters
        ----------
        epoch
            From 1.
        """
        return self.epochs[(epoch - 1) % len(self.epochs)]


def plan_samples(
    truth: Array, split: Split, settings: Recipe, *, classes: Sequence[str], seed: int
) -> Samples:
    """Decide which views of which training films are made and when they are learned from.

    With `samples` in the settings only so many training films, chosen at random but of each
    label its share, are learned from. `balance` copies the films of a class the more often the
    rarer it is, until all classes come about equally often; every film is copied at least once,
    as in the paper.

    Parameters
    ----------
    truth
        float32, (films, labels), NaN where not known.
    classes
        Label ids; those that are negative decide which films `balance` may mirror.

    Raises
    ------
    PlanError
        If batch norms are to learn from a single film.

    References
    ----------
    Patadia, Patel, Tan (scenario 2) for `balance`.
    """
    films = len(truth)
    training = _chosen(split.films("training"), truth, settings.samples, seed)
    copies = _copies(truth[training], settings)
    film = np.repeat(training, copies)
    # 1, 2, .. within each film.
    view = np.arange(len(film)) - np.repeat(np.cumsum(copies) - copies, copies) + 1
    added = np.arange(films, films + len(film))
    if settings.augmentation in WITHOUT_TURNS:
        epochs = (np.concatenate((training, added)),)
    else:
        epochs = tuple(added[view == number] for number in range(1, settings.views + 1))
    if settings.batch_norm == LEARNING and len(epochs[0]) < 2:
        raise PlanError(
            "A batch norm that learns needs two training films or more, and the split leaves one; "
            "add films, or keep the batch norms frozen.",
            field="batch_norm",
        )
    film = np.concatenate((np.arange(films), film))
    first = next(index for index, phase in enumerate(settings.phases) if phase.epochs)
    return Samples(
        films=films,
        film=film,
        view=np.concatenate((np.zeros(films, np.int64), view)),
        mirrored=_mirrored(truth, classes, settings)[film],
        views=Views(
            scheme=settings.augmentation,
            seed=seed,
            # Such an epoch learns from the films as they are too.
            side=0 if settings.augmentation in WITHOUT_TURNS else settings.view_size,
        ),
        before=_shown(truth[training]),
        learned=_shown(truth[film[lesson_rows(epochs[0], settings, seed=(seed, first, 1))]]),
        epochs=epochs,
    )


def changed_samples(own: Samples, films: Array, *, views: int, seed: int) -> Samples:
    """Return rows of films as other machines would give them: view after view, after the films.

    Parameters
    ----------
    films
        int64, (n,): numbers of films.
    """
    added = np.tile(films, views)
    view = np.repeat(np.arange(1, views + 1), len(films))
    return replace(
        own,
        film=np.concatenate((np.arange(own.films), added)),
        view=np.concatenate((np.zeros(own.films, np.int64), view)),
        mirrored=np.zeros(own.films + len(added), bool),
        views=Views(scheme=ELSEWHERE, seed=seed),
        epochs=(),
    )


def lesson_rows(rows: Array, settings: Recipe, *, seed: Sequence[int]) -> Array:
    """Return the rows of an epoch in the order they are learned from.

    Parameters
    ----------
    seed
        Of the run, phase from 0, epoch within it from 1.
    """
    order: Array = np.random.default_rng(seed).permutation(rows)
    if settings.steps:
        # Gone through again, or left early.
        order = np.resize(order, settings.steps * settings.batch_size)
    if settings.batch_norm == LEARNING and len(order) % settings.batch_size == 1:
        # A single film has no variance that a batch norm could follow.
        order = order[:-1]
    return order


def _chosen(training: Array, truth: Array, count: int, seed: int) -> Array:
    """Return so many of the training films: one of each label, then of each its share."""
    if not 0 < count < len(training):
        return training
    shuffled = np.random.default_rng((seed, count)).permutation(training)
    home = _rarest_label(truth[shuffled])
    before = np.empty(len(shuffled))
    for label in np.unique(home):
        own = home == label
        before[own] = np.arange(own.sum()) / own.sum()
    return np.sort(shuffled[np.argsort(before, kind="stable")[:count]])


def _copies(truth: Array, settings: Recipe) -> Array:
    """Return how many augmented views of each training film there are."""
    match settings.augmentation:
        case "none":
            return np.zeros(len(truth), np.int64)
        case "balance":
            return _balancing(truth)
        case _:
            return np.full(len(truth), settings.views)


def _balancing(truth: Array) -> Array:
    """Return the copies of each film that make its rarest label as frequent as any other."""
    home = _rarest_label(truth)
    sizes = np.bincount(home)
    goal = 2 * sizes.max()
    copies = np.zeros(len(truth), np.int64)
    for label in np.flatnonzero(sizes):
        own = np.flatnonzero(home == label)
        each, rest = divmod(int(goal - len(own)), len(own))
        copies[own] = each
        copies[own[:rest]] += 1
    return np.minimum(copies, MOST_COPIES)


def _rarest_label(truth: Array) -> Array:
    """Return each film's rarest label that it shows; one more for a film that shows none."""
    counts = np.asarray([*_shown(truth), len(truth)])
    shown = np.column_stack((truth == 1, np.ones(len(truth), bool)))
    rarest: Array = np.where(shown, counts, len(truth) + 1).argmin(axis=1)
    return rarest


def _mirrored(truth: Array, classes: Sequence[str], settings: Recipe) -> Array:
    if settings.flip or settings.augmentation != "balance":
        return np.full(len(truth), settings.flip)
    negative = np.asarray([label in NEGATIVE for label in classes])
    mirrored: Array = (truth[:, negative] == 1).any(axis=1)
    return mirrored


def _shown(truth: Array) -> tuple[int, ...]:
    return tuple(int(count) for count in (truth == 1).sum(axis=0))
