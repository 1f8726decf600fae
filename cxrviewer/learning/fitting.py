"""The epochs: phases on kept activations, the best weights remembered."""

import math
import time
from collections.abc import Generator

import numpy as np
import torch
from torch import Tensor

from cxrviewer.core.errors import PlanError
from cxrviewer.core.film import Array
from cxrviewer.core.progress import BatchDone, EpochDone, PhaseStarted
from cxrviewer.core.recipe import Phase
from cxrviewer.learning.backbones import (
    Backbone,
    Network,
    parameter_count,
    pool,
    tail,
    trunk,
)
from cxrviewer.learning.cache import ReadFilms
from cxrviewer.learning.freezing import freeze
from cxrviewer.learning.runner import Runner, Work
from cxrviewer.learning.split import Split

_NOW, _BEST, _ADAM = "now.", "best.", "adam."


class Fit:
    """One network being fitted, phase after phase, on the activations that were kept."""

    def __init__(
        self,
        network: Network,
        backbone: Backbone,
        *,
        films: ReadFilms,
        split: Split,
        runner: Runner,
    ) -> None:
        self._network = network
        self._backbone = backbone
        self._films = films
        self._split = split
        self._runner = runner
        self._truth = torch.from_numpy(films.truth)
        # Before the first stage that learns nothing changes, so only the rest is remembered.
        self._learning = tail(network, films.cut)
        self._best_loss = math.inf
        self._best = _copy(self._learning)
        self._rows = films.outputs
        self._module: Network = network
        self._index = 0
        self._unfrozen = 0
        self._optimiser: torch.optim.Optimizer

    def begin(self, index: int, phase: Phase) -> PhaseStarted:
        """Unfreeze what the phase trains, with a fresh optimiser."""
        names = self._backbone.unfrozen_parameters(self._network, phase.unfrozen)
        trainable = freeze(self._network, trainable=names)
        learning = [p for p in self._network.parameters() if p.requires_grad]
        self._optimiser = torch.optim.Adam(learning, lr=phase.learning_rate)
        self._index, self._unfrozen = index, phase.unfrozen
        return PhaseStarted(
            index=index,
            name=phase.name,
            epochs=phase.epochs,
            trainable=trainable,
            total=parameter_count(self._network),
        )

    def advance(self) -> Generator[BatchDone, None, None]:
        """Compute once what is frozen in this phase beyond the activations that are kept."""
        cut = self._backbone.freeze_cut(self._unfrozen)
        self._rows, self._module = self._films.outputs, self._learning
        if cut == self._films.cut:
            return
        between = trunk(self._learning, cut)
        work: Work = between if cut != self._network.stages[-1] else _pooled(between)
        self._rows = yield from self._runner.run_all(work, self._films.outputs, stage="features")
        self._module = tail(self._network, cut)

    def epoch(self, number: int, *, batch: int, seed: int) -> Generator[BatchDone, None, EpochDone]:
        """Run one epoch over the training films and measure the validation films.

        Raises
        ------
        PlanError
            If the loss is no number any more.
        """
        begun = time.perf_counter()
        order = np.random.default_rng((seed, self._index, number)).permutation(
            self._split.films("training")
        )
        losses, hits = 0.0, 0
        for start in range(0, len(order), batch):
            loss, right = self._step(order[start : start + batch])
            losses, hits = losses + loss, hits + right
            done = min(start + batch, len(order))
            yield from self._runner.tell("training", done=done, total=len(order))
        val_loss, val_accuracy = yield from self._validate()
        if not math.isfinite(losses) or not math.isfinite(val_loss):
            raise PlanError(
                "The training diverged (the loss is no number any more); choose a lower "
                "learning rate.",
                field="learning_rates",
            )
        if val_loss < self._best_loss:
            self._best_loss, self._best = val_loss, _copy(self._learning)
        return EpochDone(
            phase=self._index,
            epoch=number,
            train_loss=losses / len(order),
            train_accuracy=hits / len(order),
            val_loss=val_loss,
            val_accuracy=val_accuracy,
            seconds=time.perf_counter() - begun,
        )

    def state(self) -> dict[str, Tensor]:
        """Return all that the next epoch depends on; the tensors are the live ones."""
        moments = self._optimiser.state_dict()["state"]
        return {
            **{f"{_NOW}{name}": tensor for name, tensor in self._learning.state_dict().items()},
            **{f"{_BEST}{name}": tensor for name, tensor in self._best.items()},
            **{
                f"{_ADAM}{index}.{name}": tensor
                for index, values in moments.items()
                for name, tensor in values.items()
            },
        }

    def restore(self, state: dict[str, Tensor], *, best_loss: float) -> None:
        """Go back to what `state` returned in the phase that has begun.

        Parameters
        ----------
        best_loss
            Lowest validation loss so far.
        """
        self._learning.load_state_dict(_under(_NOW, state))
        self._best, self._best_loss = _under(_BEST, state), best_loss
        moments: dict[int, dict[str, Tensor]] = {}
        for key, tensor in _under(_ADAM, state).items():
            index, name = key.split(".")
            moments.setdefault(int(index), {})[name] = tensor
        groups = self._optimiser.state_dict()["param_groups"]
        self._optimiser.load_state_dict({"state": moments, "param_groups": groups})

    def restore_best(self) -> None:
        """Put the weights with the lowest validation loss back and stop all learning."""
        if math.isfinite(self._best_loss):
            self._learning.load_state_dict(self._best)
        freeze(self._network, trainable=())

    def _step(self, chosen: Array) -> tuple[float, int]:
        """Learn from one batch; returns the summed loss and the films called rightly."""
        index = torch.from_numpy(chosen)
        truth = self._truth[index].to(self._runner.device.name)
        logits = self._module(self._rows[index].to(self._runner.device.name))
        loss = torch.nn.functional.cross_entropy(logits, truth)
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        self._optimiser.step()
        return float(loss.detach()) * len(chosen), int((logits.argmax(dim=1) == truth).sum())

    def _validate(self) -> Generator[BatchDone, None, tuple[float, float]]:
        index = torch.from_numpy(self._split.films("validation"))
        logits = yield from self._runner.run_all(
            self._module, self._rows[index], stage="validation"
        )
        truth = self._truth[index]
        loss = torch.nn.functional.cross_entropy(logits, truth)
        return float(loss), int((logits.argmax(dim=1) == truth).sum()) / len(truth)


def _pooled(work: Work) -> Work:
    """Average what `work` gives over height and width; pooling it again changes nothing."""
    return lambda rows: pool(work(rows))[:, :, None, None]


def _under(prefix: str, state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): tensor
        for name, tensor in state.items()
        if name.startswith(prefix)
    }


def _copy(network: Network) -> dict[str, Tensor]:
    """Copy the weights; the tensors of `state_dict` are the live ones and go on learning."""
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}
