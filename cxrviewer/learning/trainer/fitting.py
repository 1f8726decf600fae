"""A network being fitted: phase after phase, epoch by epoch, the best weights remembered."""

import contextlib
import math
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from cxrviewer.core.film import Array
from cxrviewer.core.progress import BatchDone, EpochDone, Noted, PhaseStarted
from cxrviewer.core.recipe import Phase, Recipe
from cxrviewer.learning.data.split import Split
from cxrviewer.learning.networks.backbones import Backbone, Network, parameter_count, tail
from cxrviewer.learning.networks.freezing import LEARNING, evaluation_mode, freeze, learning_mode
from cxrviewer.learning.trainer.inputs import Inputs, Source
from cxrviewer.learning.trainer.losses import Criterion
from cxrviewer.learning.trainer.optimiser import adam, moments, restore_moments, set_rate
from cxrviewer.learning.trainer.precision import arithmetic
from cxrviewer.learning.trainer.samples import changed_samples, lesson_rows
from cxrviewer.learning.trainer.steps import Lesson, Steps, check

_NOW, _BEST, _ADAM = "now.", "best.", "adam."


@dataclass(frozen=True, kw_only=True, eq=False)
class Task:
    """What stays the same while a network is fitted."""

    settings: Recipe
    backbone: Backbone
    source: Source
    split: Split
    seed: int

    def cut(self, phase: Phase) -> str:
        """Return the last stage up to which everything is frozen in a phase, empty for none."""
        return self.backbone.freeze_cut(phase.unfrozen, self.settings.counting)

    @property
    def lowest_cut(self) -> str:
        """The last stage up to which everything is frozen in every phase that has epochs."""
        stages = ("", *(name for name, _ in self.backbone.stages))
        cuts = [self.cut(phase) for phase in self.settings.phases if phase.epochs]
        return min(cuts, key=stages.index)


class Fit:
    """One network being fitted.

    Attributes
    ----------
    network
        In evaluation mode between epochs.
    """

    def __init__(self, task: Task) -> None:
        settings, source = task.settings, task.source
        self._task = task
        self.network = source.network
        self._truth = torch.from_numpy(source.films.truth)
        learned = self._truth[source.samples.film[source.samples.epoch_rows(1)]]
        self._criterion = Criterion.of(settings.activation, settings.class_weights, learned)
        self._steps = Steps(
            self._criterion,
            source.runner,
            dtype=arithmetic(settings.precision, source.runner.device),
            batch=settings.batch_size,
        )
        # Before the first stage that ever learns nothing changes, so only the rest is remembered.
        self._base = self._inputs = Inputs(source, task.lowest_cut)
        self._learning = self._module = _after(self.network, task.lowest_cut)
        self._best_loss, self._best = math.inf, _copy(self._learning)
        self._index = 0
        self._optimiser: torch.optim.Optimizer

    @property
    def batch(self) -> int:
        """Films a step; less than the recipe's where the memory did not suffice."""
        return self._steps.batch

    def begin(self, index: int) -> PhaseStarted:
        """Unfreeze what the phase trains, with a fresh optimiser."""
        settings, backbone = self._task.settings, self._task.backbone
        phase = settings.phases[index]
        names = backbone.unfrozen_parameters(self.network, phase.unfrozen, settings.counting)
        trainable = freeze(self.network, trainable=names, batch_norm=settings.batch_norm)
        top = len(self.network.stages)
        self._optimiser = adam(
            self.network, lambda name: settings.layer_decay ** (top - backbone.stage_of(name))
        )
        self._index = index
        return PhaseStarted(
            index=index,
            name=phase.name,
            epochs=phase.epochs,
            trainable=trainable,
            total=parameter_count(self.network),
        )

    def prepare(self) -> Generator[BatchDone, None, None]:
        """Compute once what is frozen in this phase.

        Raises
        ------
        ExportError
            If it cannot be kept.
        """
        cut = self._task.cut(self._task.settings.phases[self._index])
        yield from self._base.prepare()
        self._inputs, self._module = self._base, _after(self.network, cut)
        if cut != self._base.cut:
            self._inputs = Inputs(self._task.source, cut, earlier=self._base)
            yield from self._inputs.prepare()

    def epoch(
        self, number: int, *, overall: int, rate: float
    ) -> Generator[BatchDone | Noted, None, EpochDone]:
        """Run one epoch over the training films and measure the validation films.

        Parameters
        ----------
        number, overall
            Epoch from 1, within the phase and over all of them.
        rate
            Learning rate next to the output.

        Raises
        ------
        PlanError
            If the loss is no number any more.
        ProcessError
            If the memory does not suffice for a single film.
        """
        begun = time.perf_counter()
        set_rate(self._optimiser, rate)
        lesson = self._lesson(number, overall=overall)
        learning_mode(self.network)
        seed = (self._task.seed, self._index, number)
        answers = yield from self._steps.learn(lesson, seed=seed)
        evaluation_mode(self.network)
        rows = self._task.split.films("validation")
        found = yield from self._steps.answer(self._module, self._inputs, rows, stage="validation")
        done = self._told(
            number, (answers, lesson.truth[: len(answers)]), (found, self._truth[rows])
        )
        if done.val_loss < self._best_loss:
            self._best_loss, self._best = done.val_loss, _copy(self._learning)
        return replace(done, learning_rate=rate, seconds=time.perf_counter() - begun)

    @contextlib.contextmanager
    def trying(self, steps: int) -> Iterator[Callable[[float], float]]:
        """Yield what learns from one more batch at the rate given and returns its loss, nats.

        Parameters
        ----------
        steps
            How many batches there will be.
        """
        first = self._lesson(1, overall=1)
        order = np.resize(first.order, steps * self.batch)
        truth = self._truth[self._task.source.samples.film[order]]
        lesson = replace(first, order=order, truth=truth)
        learning_mode(self.network)
        with self._steps.one_by_one(lesson, seed=(self._task.seed, self._index, 1)) as take:

            def learn(rate: float) -> float:
                set_rate(self._optimiser, rate)
                return take()

            yield learn

    def _lesson(self, number: int, *, overall: int) -> Lesson:
        settings, samples = self._task.settings, self._task.source.samples
        seed = (self._task.seed, self._index, number)
        order = lesson_rows(samples.epoch_rows(overall), settings, seed=seed)
        return Lesson(
            module=self._module,
            inputs=self._inputs,
            optimiser=self._optimiser,
            order=order,
            truth=self._truth[samples.film[order]],
            whole=settings.batch_norm == LEARNING,
        )

    def _told(
        self, number: int, learned: tuple[Tensor, Tensor], found: tuple[Tensor, Tensor]
    ) -> EpochDone:
        """Measure the answers, (logits, truth) each, of the training and the validation films."""
        criterion = self._criterion
        return EpochDone(
            phase=self._index,
            epoch=number,
            train_loss=check(float(criterion.loss(*learned))),
            train_accuracy=criterion.accuracy(*learned),
            val_loss=check(float(criterion.loss(*found))),
            val_accuracy=criterion.accuracy(*found),
            val_auroc=criterion.auroc(*found),
            films=len(learned[0]),
            seconds=0.0,
        )

    def logits(self, rows: Array) -> Generator[BatchDone, None, Tensor]:
        """Return the logits of films as they are, float32, (len(rows), labels).

        They are computed in float32 throughout, as the bundle will.
        """
        evaluation_mode(self.network)
        source, module, inputs = self._task.source, self._learning, self._base
        if source.precision != "float32":
            inputs = Inputs(replace(source, precision="float32"), "")
            module = self.network
        yield from inputs.prepare()
        steps = Steps(self._criterion, source.runner, dtype=torch.float32, batch=self._steps.batch)
        return (yield from steps.answer(module, inputs, rows, stage="measuring"))

    def changed_logits(self, films: Array, views: int) -> Generator[BatchDone, None, Tensor]:
        """Return the logits of films as other machines would give them, (views, films, labels)."""
        evaluation_mode(self.network)
        source = self._task.source
        samples = changed_samples(source.samples, films, views=views, seed=self._task.seed)
        inputs = Inputs(replace(source, samples=samples, precision="float32"), "")
        steps = Steps(self._criterion, source.runner, dtype=torch.float32, batch=self._steps.batch)
        rows = np.arange(samples.films, samples.rows)
        found = yield from steps.answer(self.network, inputs, rows, stage="measuring")
        return found.reshape(views, len(films), -1)

    def state(self) -> dict[str, Tensor]:
        """Return all that the next epoch depends on; the tensors are the live ones."""
        parts = {
            _NOW: self._learning.state_dict(),
            _BEST: self._best,
            _ADAM: moments(self._optimiser),
        }
        return {
            f"{prefix}{name}": tensor
            for prefix, tensors in parts.items()
            for name, tensor in tensors.items()
        }

    def restore(self, state: dict[str, Tensor], *, best_loss: float, batch: int) -> None:
        """Go back to what `state` returned in the phase that has begun.

        Parameters
        ----------
        best_loss
            Lowest validation loss so far.
        batch
            Films a step at that time.
        """
        self._learning.load_state_dict(_under(_NOW, state))
        self._best_loss, self._best = best_loss, _under(_BEST, state)
        restore_moments(self._optimiser, _under(_ADAM, state))
        self._steps.batch = batch

    def restore_best(self) -> None:
        """Put the weights with the lowest validation loss back and stop all learning."""
        if math.isfinite(self._best_loss):
            self._learning.load_state_dict(self._best)
        freeze(self.network, trainable=())


def _after(network: Network, cut: str) -> Network:
    return tail(network, cut) if cut else network


def _under(prefix: str, state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): tensor
        for name, tensor in state.items()
        if name.startswith(prefix)
    }


def _copy(network: Network) -> dict[str, Tensor]:
    """Copy the weights; the tensors of `state_dict` are the live ones and go on learning."""
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}
