"""The phases of a training: when each ends, what is kept on the way, and how it goes on."""

import contextlib
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

from cxrviewer.core.progress import (
    BatchDone,
    EpochDone,
    Noted,
    PhaseStarted,
    Prepared,
    Watched,
)
from cxrviewer.core.recipe import Recipe
from cxrviewer.learning.trainer.checkpoint import Checkpoint
from cxrviewer.learning.trainer.fitting import Fit
from cxrviewer.learning.trainer.run_record import Course
from cxrviewer.learning.trainer.schedules import rate
from cxrviewer.learning.trainer.stopping import reason_to_stop

Told = BatchDone | PhaseStarted | EpochDone | Watched | Noted


@dataclass(kw_only=True)
class _Story:
    """What was told so far."""

    phases: list[PhaseStarted] = field(default_factory=list)
    epochs: list[EpochDone] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def losses(self, phase: int) -> list[float]:
        """Return the validation losses of a phase."""
        return [epoch.val_loss for epoch in self.epochs if epoch.phase == phase]


def run_phases(
    fit: Fit,
    settings: Recipe,
    checkpoint: Checkpoint,
    prepared: Prepared,
    *,
    look: Callable[[int, int], Watched] | None = None,
) -> Generator[Told, None, Course]:
    """Run every phase, from where the checkpoint says; leaves the best weights in the network.

    Each phase starts from the best weights of those before it.

    Parameters
    ----------
    look
        Looks at the watched film after an epoch, given its phase and number.
    """
    story = _Story()
    for index, phase in enumerate(settings.phases):
        story.phases.append(fit.begin(index))
        yield story.phases[-1]
        yield from _go_back(fit, settings, checkpoint, story)
        reason = _reason(settings, story, index)
        if len(story.losses(index)) < phase.epochs and not reason:
            yield from fit.prepare()
            if look and not story.epochs:
                yield look(index, 0)
        while len(story.losses(index)) < phase.epochs and not reason:
            yield from _next_epoch(fit, settings, checkpoint, story)
            if look:
                yield look(index, story.epochs[-1].epoch)
            reason = _reason(settings, story, index)
        if reason:
            done = f"after {len(story.losses(index))} of {phase.epochs} epochs"
            yield _noted(story, f"The phase “{phase.name}” ended {done}: {reason}.")
        fit.restore_best()
    return Course(prepared=prepared, phases=story.phases, history=story.epochs, notes=story.notes)


def _next_epoch(
    fit: Fit, settings: Recipe, checkpoint: Checkpoint, story: _Story
) -> Generator[BatchDone | Noted | EpochDone, None, None]:
    index = story.phases[-1].index
    losses = story.losses(index)
    phase = settings.phases[index]
    number = len(losses) + 1
    now = rate(settings, phase.learning_rate, epoch=number, epochs=phase.epochs, losses=losses)
    epoch = fit.epoch(number, overall=len(story.epochs) + 1, rate=now)
    event = yield from _noting(epoch, story)
    story.epochs.append(event)
    checkpoint.keep(story.epochs, fit.state(), batch=fit.batch)
    yield event


def _noting(
    epoch: Generator[BatchDone | Noted, None, EpochDone], story: _Story
) -> Generator[BatchDone | Noted, None, EpochDone]:
    """Pass on what an epoch tells, and remember its notes."""
    with contextlib.closing(epoch):
        while True:
            try:
                event = next(epoch)
            except StopIteration as end:
                done: EpochDone = end.value
                return done
            if isinstance(event, Noted):
                story.notes.append(event.sentence)
            yield event


def _go_back(
    fit: Fit, settings: Recipe, checkpoint: Checkpoint, story: _Story
) -> Generator[EpochDone | Noted, None, None]:
    """Tell the epochs of this phase that were done before, and go to where they ended."""
    index = story.phases[-1].index
    before = [epoch for epoch in checkpoint.history if epoch.phase == index]
    story.epochs += before
    yield from before
    if not before or before[-1] is not checkpoint.history[-1]:
        return
    best = min(epoch.val_loss for epoch in checkpoint.history)
    fit.restore(checkpoint.state, best_loss=best, batch=checkpoint.batch)
    if fit.batch < settings.batch_size:
        yield _noted(story, f"It goes on with {fit.batch} films a step, for want of memory.")


def _reason(settings: Recipe, story: _Story, index: int) -> str:
    """Say why a phase ends before its last epoch, empty where it does not."""
    losses = story.losses(index)
    if len(losses) >= settings.phases[index].epochs:
        return ""
    return reason_to_stop(settings, losses, last_phase=not _follows(settings, index))


def _follows(settings: Recipe, index: int) -> bool:
    return any(phase.epochs for phase in settings.phases[index + 1 :])


def _noted(story: _Story, sentence: str) -> Noted:
    story.notes.append(sentence)
    return Noted(sentence=sentence)
