"""Training as a generator of events, free of any window.

Cancelling is not asking for the next event: closing the generator leaves no file behind.
"""

import contextlib
import tempfile
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from cxrviewer.core.errors import (
    ExportError,
    FilmError,
    PlanError,
    ProcessError,
    SettingsError,
    sentence_for,
)
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import BatchDone, Event, Finished, Noted, Watched
from cxrviewer.core.run import CANCELLED, DONE, FAILED, UNFINISHED
from cxrviewer.core.run_files import CHECKPOINT, keep_apart
from cxrviewer.core.run_history import RunHistory
from cxrviewer.learning import device, outcome
from cxrviewer.learning.data.dataset import Listing
from cxrviewer.learning.data.split import PARTS
from cxrviewer.learning.trainer import run_folder
from cxrviewer.learning.trainer.checkpoint import Checkpoint
from cxrviewer.learning.trainer.fitting import Fit
from cxrviewer.learning.trainer.out_of_memory import ran_out
from cxrviewer.learning.trainer.phases import run_phases
from cxrviewer.learning.trainer.preparing import Ready, Start, list_for, make_ready
from cxrviewer.learning.trainer.run_record import Course
from cxrviewer.learning.trainer.runner import Runner
from cxrviewer.learning.trainer.watch import Watch

# A model for films of other machines has its calibration and its points fitted on such views of
# the validation films too.
_CHANGED_VIEWS = {"robust": 4}


def train(plan: TrainingPlan) -> Generator[Event, None, None]:
    """Run a plan and yield its events, the last a `Finished`.

    The run is left in `plan.out` (`cxrviewer.core.run_files`) and told to the history of runs.
    Until everything is computed only a checkpoint is there, from which a plan with `resume` goes
    on; its first events then tell the epochs that were done before.

    Raises
    ------
    DataError
        If the films cannot be used.
    PlanError
        If the folder of the run lies among the films, the weights cannot be used, the training
        diverged, or it cannot be resumed.
    ProcessError
        If the memory does not suffice; the checkpoint stays.
    ExportError
        If something cannot be kept or the run not be written; the checkpoint stays.
    """
    keep_apart(plan.out, plan.data)
    start = Start.of(plan)
    listing = yield from list_for(plan)
    runner = Runner(device.choose())
    network = start.network(len(listing.classes), on=runner.device)
    checkpoint = Checkpoint(plan, network)
    with (
        _told_to_history(plan) as done,
        _folder_for(plan),
        _kept_until_done(plan, checkpoint),
        _enough_memory(),
    ):
        filters = run_folder.first_filters(network)
        ready = yield from make_ready(start, listing, network, runner)
        fit, course = yield from _learn(start, ready, checkpoint)
        result = yield from _measure(ready, fit, listing)
        trained = run_folder.Trained(
            plan=plan,
            network=network,
            start=filters,
            films=ready.task.source.films,
            split=ready.task.split,
            rule=start.rule,
            prepared=course.prepared,
            phases=course.phases,
            history=course.history,
            notes=course.notes,
            shortcuts=ready.shortcuts,
            result=result,
        )
        bundle = yield from run_folder.write(trained)
        checkpoint.remove()
        done(summary=result.summary, measures=result.measures, bundle=plan.bundle_id.lower())
    # Outside: whoever closes the generator at its last event cancels nothing any more.
    yield Finished(bundle=str(bundle), summary=result.summary)


def _learn(
    start: Start, ready: Ready, checkpoint: Checkpoint
) -> Generator[Event, None, tuple[Fit, Course]]:
    task = ready.task
    films = task.source.films
    checkpoint.follows(films, task.split)
    yield ready.prepared
    fit = Fit(task)
    look, note = _look(start, fit, films.classes)
    if note:
        yield Noted(sentence=note)
    course = yield from run_phases(fit, task.settings, checkpoint, ready.prepared, look=look)
    return fit, course


def _measure(
    ready: Ready, fit: Fit, listing: Listing
) -> Generator[BatchDone, None, outcome.Outcome]:
    task = ready.task
    films, split = task.source.films, task.split
    rows = np.flatnonzero(split.part != PARTS.index("training"))
    found = (yield from fit.logits(rows)).double().numpy()
    # Of the training films nothing is measured, so they are not asked about.
    logits = np.full((len(split.part), found.shape[1]), np.nan)
    logits[rows] = found
    told = outcome.Logits.unchanged(logits, split)
    if views := _CHANGED_VIEWS.get(task.settings.augmentation, 0):
        changed = yield from fit.changed_logits(split.films("validation"), views)
        told = replace(told, changed=changed.double().numpy())
    return outcome.measure(
        told,
        films,
        split,
        activation=task.settings.activation,
        names={label: listing.names[label] for label in films.classes},
    )


Look = Callable[[int, int], Watched]


def _look(start: Start, fit: Fit, classes: tuple[str, ...]) -> tuple[Look | None, str]:
    """Return what looks at the watched film, or why it cannot."""
    plan = start.plan
    if plan.watch is None:
        return None, ""
    try:
        watch = Watch(plan.watch, rule=start.rule, classes=classes)
    except FilmError as error:
        return None, f"The film to watch cannot be shown: {error.sentence}"
    return partial(watch.look, fit.network, plan.settings.activation), ""


@contextlib.contextmanager
def _folder_for(plan: TrainingPlan) -> Iterator[None]:
    """Make the folder of the run and try it, and take it away again if it stays empty."""
    try:
        plan.out.mkdir(parents=True, exist_ok=True)
        # Better known now than after the first epoch.
        tempfile.TemporaryFile(dir=plan.out).close()
    except OSError as error:
        raise ExportError(
            f"Nothing can be written to the folder {plan.out}; choose one you may write to."
        ) from error
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            plan.out.rmdir()


@contextlib.contextmanager
def _kept_until_done(plan: TrainingPlan, checkpoint: Checkpoint) -> Iterator[None]:
    """Take the checkpoint of a training away that was given up or cannot go on.

    One that was there before stays, and so does that of a training which something else ended.
    """
    try:
        yield
    except (GeneratorExit, PlanError):
        if not plan.resume:
            checkpoint.remove()
        raise


@contextlib.contextmanager
def _told_to_history(plan: TrainingPlan) -> Iterator[Callable[..., None]]:
    """Tell the history that a run begins and how it ends; yields what tells that it is done.

    A run that is killed tells nothing more: its process is gone, and that can be seen. One that
    left a checkpoint can go on, however it ended. A history that cannot be written stops no
    training.
    """
    history, run = None, 0
    with contextlib.suppress(SettingsError):
        history = RunHistory()
        run = history.add(plan)

    def tell(status: str, **changes: object) -> None:
        kept = status != DONE and (plan.out / CHECKPOINT).exists()
        with contextlib.suppress(SettingsError):
            if history:
                history.update(run, status=UNFINISHED if kept else status, **changes)

    try:
        yield partial(tell, DONE)
    except (GeneratorExit, KeyboardInterrupt):
        tell(CANCELLED)
        raise
    except BaseException as error:
        tell(FAILED, summary=sentence_for(error))
        raise


@contextlib.contextmanager
def _enough_memory() -> Iterator[None]:
    """Turn a want of memory that no smaller batch has mended into a sentence."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not ran_out(error):
            raise
        raise ProcessError(
            "The memory does not suffice for this network; choose a smaller input size or "
            "network, or close other programs."
        ) from error
