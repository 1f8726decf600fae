"""Gradient steps on batches, which become smaller where the memory does not suffice."""

import contextlib
import math
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from cxrviewer.core.errors import PlanError, ProcessError
from cxrviewer.core.film import Array
from cxrviewer.core.progress import BatchDone, Noted
from cxrviewer.learning.networks.backbones import Network
from cxrviewer.learning.trainer.inputs import Inputs
from cxrviewer.learning.trainer.losses import Criterion
from cxrviewer.learning.trainer.out_of_memory import ran_out
from cxrviewer.learning.trainer.precision import computing
from cxrviewer.learning.trainer.runner import BATCH, Runner


@dataclass(frozen=True, kw_only=True, eq=False)
class Lesson:
    """What is learned in one epoch, and how.

    Attributes
    ----------
    module
        What learns: a network, or what follows a stage of it.
    inputs
        What it is fed with.
    order
        Rows of the inputs in the order they are learned from.
    truth
        float32, (len(order), labels): 1, 0 or NaN where unknown.
    whole
        True where a batch of a single film must not be learned from.
    """

    module: Network
    inputs: Inputs
    optimiser: torch.optim.Optimizer
    order: Array
    truth: Tensor
    whole: bool


class Steps:
    """Takes the steps of an epoch, and asks a network without learning.

    Attributes
    ----------
    batch
        Films a step.
    """

    def __init__(
        self, criterion: Criterion, runner: Runner, *, dtype: torch.dtype, batch: int
    ) -> None:
        self._runner = runner
        self._device = runner.device
        self._criterion = criterion.on(self._device.name)
        self._dtype = dtype
        self.batch = batch

    def learn(
        self, lesson: Lesson, *, seed: Sequence[int]
    ) -> Generator[BatchDone | Noted, None, Tensor]:
        """Take the steps of one epoch.

        A batch for which the memory does not suffice is halved, and so are all that follow.

        Parameters
        ----------
        seed
            Of what the head drops; with the films learned from so far it seeds each batch, so
            that neither a halt nor anything else that draws at random changes it.

        Returns
        -------
        Logits of each film before it was learned from, float32, on the processor.

        Raises
        ------
        PlanError
            If the loss is no number any more.
        ProcessError
            If the memory does not suffice for a single film.
        """
        answers: list[Tensor] = []
        done, total = 0, len(lesson.order)
        while parts := self._parts(lesson, done):
            with contextlib.closing(
                lesson.inputs.batches(map(lesson.order.__getitem__, parts))
            ) as batches:
                for part in parts:
                    learned = self._step(lesson, batches, part, seed=(*seed, done))
                    if learned is None:
                        break
                    logits, loss = learned
                    answers.append(logits)
                    done = part.stop
                    for event in self._runner.tell("training", done=done, total=total):
                        check(float(loss))
                        yield event
            if done < parts[-1].stop:
                yield self._halve(least=2 if lesson.whole else 1)
        return torch.cat(answers).cpu()

    @contextlib.contextmanager
    def one_by_one(self, lesson: Lesson, *, seed: Sequence[int]) -> Iterator[Callable[[], float]]:
        """Yield what takes the next step of a lesson and returns its loss, nats.

        It raises `ProcessError` if the memory does not suffice.
        """
        parts = self._parts(lesson, 0)
        batches = lesson.inputs.batches([lesson.order[part] for part in parts])
        waiting = iter(parts)

        def take() -> float:
            part = next(waiting)
            learned = self._step(lesson, batches, part, seed=(*seed, part.start))
            if learned is None:
                raise ProcessError(
                    f"The memory does not suffice for {self.batch} films a step; choose a smaller "
                    "batch size."
                )
            return float(learned[1])

        with contextlib.closing(batches):
            yield take

    def answer(
        self, module: Network, inputs: Inputs, rows: Array, *, stage: str
    ) -> Generator[BatchDone, None, Tensor]:
        """Return the logits of rows, float32, on the processor; `module` is in evaluation mode."""

        def ask(batch: Tensor) -> Tensor:
            with computing(self._dtype, self._device):
                logits: Tensor = module(batch)
            return logits.float()

        answers: list[Tensor] = []
        parts = np.array_split(rows, range(BATCH, len(rows), BATCH))
        with contextlib.closing(inputs.batches(parts)) as batches:
            for number, batch in enumerate(batches, start=1):
                answers.append(self._runner.run(ask, batch))
                done = min(number * BATCH, len(rows))
                yield from self._runner.tell(stage, done=done, total=len(rows))
        return torch.cat(answers)

    def _parts(self, lesson: Lesson, done: int) -> list[slice]:
        """Divide what is left of an epoch into batches."""
        total = len(lesson.order)
        parts = [slice(at, min(at + self.batch, total)) for at in range(done, total, self.batch)]
        if lesson.whole and self.batch > 1 and parts and parts[-1].start == total - 1:
            parts.pop()
        return parts

    def _step(
        self, lesson: Lesson, batches: Iterator[Tensor], part: slice, *, seed: Sequence[int]
    ) -> tuple[Tensor, Tensor] | None:
        """Learn from the next batch; returns logits and loss, None where the memory ran out."""
        lesson.optimiser.zero_grad(set_to_none=True)
        try:
            batch, truth = next(batches), lesson.truth[part].to(self._device.name)
            with self._drawing(seed), computing(self._dtype, self._device):
                logits = lesson.module(batch)
            logits = logits.float()
            loss = self._criterion.loss(logits, truth)
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        except (RuntimeError, MemoryError) as error:
            if not ran_out(error):
                raise
            return None
        lesson.optimiser.step()
        return logits.detach(), loss.detach()

    @contextlib.contextmanager
    def _drawing(self, seed: Sequence[int]) -> Iterator[None]:
        """Draw from a generator of its own meanwhile."""
        devices = [torch.cuda.current_device()] if self._device.name == "cuda" else []
        with torch.random.fork_rng(devices=devices):
            torch.manual_seed(drawing_seed(seed))
            yield

    def _halve(self, *, least: int) -> Noted:
        if self.batch == least:
            films = "a single film" if least == 1 else "two films"
            raise ProcessError(
                f"The memory does not suffice to learn from {films}; choose a smaller input size "
                "or network, or close other programs."
            )
        before, self.batch = self.batch, max(self.batch // 2, least)
        if self._device.name == "cuda":
            torch.cuda.empty_cache()
        return Noted(
            sentence=f"The memory does not suffice for {before} films a step; it goes on with "
            f"{self.batch}."
        )


def drawing_seed(seed: Sequence[int]) -> int:
    """Return the number that seeds a batch, from run, phase, epoch and films done before."""
    return int(np.random.SeedSequence(seed).generate_state(1)[0])


def check(loss: float) -> float:
    """Return a loss that is a number.

    Raises
    ------
    PlanError
        If it is none.
    """
    if not math.isfinite(loss):
        raise PlanError(
            "The training diverged (the loss is no number any more); choose a lower learning rate.",
            field="learning_rates",
        )
    return loss
