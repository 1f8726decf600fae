"""Training as a generator of events, free of any window.

Cancelling is not asking for the next event: closing the generator leaves no file behind.
"""

import contextlib
import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass

import numpy as np
import torch

from cxrviewer.core.errors import DataError, ExportError, PlanError
from cxrviewer.core.manifest import InputRule
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import BatchDone, EpochDone, Event, Finished, PhaseStarted, Prepared
from cxrviewer.learning import bundle_writer, device, outcome, run_record, shortcuts
from cxrviewer.learning.backbones import BACKBONES, Backbone, Network, tail
from cxrviewer.learning.cache import ReadFilms, read_through
from cxrviewer.learning.checkpoint import Checkpoint
from cxrviewer.learning.dataset import for_training
from cxrviewer.learning.fitting import Fit
from cxrviewer.learning.heads import Head
from cxrviewer.learning.preprocess import Preprocess
from cxrviewer.learning.runner import Runner
from cxrviewer.learning.split import PARTS, Split, SplitRule, split_films
from cxrviewer.learning.weights import imagenet_state, start_from

FROM_SCRATCH = "The network starts from random weights, so the frozen layers know nothing."


def train(plan: TrainingPlan) -> Generator[Event, None, None]:
    """Run a plan and yield its events, the last a `Finished`.

    The run is left in `plan.out`: `run.json`, `split.csv` and the folder `bundle`. Until everything
    is computed only a checkpoint is there, from which a plan with `resume` goes on; its first
    events then tell the epochs that were done before.

    Raises
    ------
    DataError
        If the films cannot be used.
    PlanError
        If the weights cannot be used, the training diverged, or it cannot be resumed.
    ExportError
        If the run cannot be written; the checkpoint stays.
    """
    listing = for_training(plan.data)
    job = _Job(plan=plan, classes=listing.classes, runner=Runner(device.choose()))
    network = initial_network(plan, classes=len(listing.classes))
    checkpoint = Checkpoint(plan, network)
    with _folder_for(plan), _kept_until_done(plan, checkpoint):
        films = yield from read_through(
            listing,
            network,
            cut=job.cut,
            preprocess=Preprocess(job.rule),
            runner=job.runner,
        )
        prepared, split = _divide(job, films)
        checkpoint.follows(films, split)
        yield prepared
        fit = Fit(network, job.backbone, films=films, split=split, runner=job.runner)
        phases, history = yield from _learn(job, fit, checkpoint)
        rest = tail(network, job.cut)
        logits = yield from job.runner.run_all(rest, films.outputs, stage="validation")
        names = {label: listing.names[label] for label in job.classes}
        result = outcome.measure(logits.numpy(), films, split, names=names, seed=plan.seed)
        results = {**result.record, "shortcuts": _shortcuts(job, films, split)}
        record = run_record.record(
            plan, prepared=prepared, phases=phases, history=history, results=results
        )
        with _written_whole(plan):
            run_record.write_split(films, split, plan.out, classes=job.classes)
            run_record.write_record(record, plan.out)
            bundle = bundle_writer.write(plan, network=network, rule=job.rule, result=result)
        checkpoint.remove()
        yield Finished(bundle=str(bundle), summary=result.summary)


@dataclass(frozen=True, kw_only=True)
class _Job:
    """What stays the same through one training."""

    plan: TrainingPlan
    classes: tuple[str, ...]
    runner: Runner

    @property
    def backbone(self) -> Backbone:
        return BACKBONES[self.plan.settings.backbone]

    @property
    def rule(self) -> InputRule:
        recipe, backbone = self.plan.settings, self.backbone
        return InputRule(
            height=recipe.input_size,
            width=recipe.input_size,
            mean=recipe.mean or backbone.mean,
            std=recipe.std or backbone.std,
        )

    @property
    def cut(self) -> str:
        """The last stage that is frozen in every phase."""
        return self.backbone.freeze_cut(max(p.unfrozen for p in self.plan.settings.phases))


def initial_network(plan: TrainingPlan, *, classes: int) -> Network:
    """Build the network a plan starts from; the seed decides the head.

    Raises
    ------
    PlanError
        If the weights cannot be used.
    """
    backbone = BACKBONES[plan.settings.backbone]
    state = imagenet_state(plan.weights, backbone) if plan.weights else {}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(plan.seed)
        network = backbone.build(
            Head(outputs=classes, hidden=plan.settings.hidden, dropout=plan.settings.dropout)
        )
    start_from(network, state)
    return network.eval()


@contextlib.contextmanager
def _folder_for(plan: TrainingPlan) -> Iterator[None]:
    """Make the folder of the run, and take it away again if it stays empty."""
    try:
        plan.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(
            f"The folder {plan.out} cannot be made; choose one you may write to."
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
def _written_whole(plan: TrainingPlan) -> Iterator[None]:
    """Take the record away again if the bundle could not be written too."""
    try:
        yield
    except OSError as error:
        for name in (run_record.RUN, run_record.SPLIT):
            with contextlib.suppress(OSError):
                (plan.out / name).unlink()
        raise ExportError(
            f"The model could not be written to {plan.out}; check the space and your rights there."
        ) from error


def _divide(job: _Job, films: ReadFilms) -> tuple[Prepared, Split]:
    plan = job.plan
    split = split_films(
        np.eye(len(job.classes))[films.truth],
        films.patients,
        SplitRule(shares=plan.settings.split, by=plan.split_by, seed=plan.seed),
        classes=job.classes,
    )
    parts = [split.films(part) for part in PARTS]
    first, second, third = (
        tuple(int((films.truth[part] == i).sum()) for i in range(len(job.classes)))
        for part in parts
    )
    owners = [len({films.patients[i] for i in part}) for part in parts]
    prepared = Prepared(
        classes=job.classes,
        activation=plan.settings.activation,
        learned=first,
        counts=(first, second, third),
        patients=(owners[0], owners[1], owners[2]),
        refused=films.refused,
        split_by=plan.split_by,
        device=job.runner.device.description,
        note="" if plan.weights else FROM_SCRATCH,
    )
    return prepared, split


def _learn(
    job: _Job, fit: Fit, checkpoint: Checkpoint
) -> Generator[
    BatchDone | PhaseStarted | EpochDone, None, tuple[list[PhaseStarted], list[EpochDone]]
]:
    phases: list[PhaseStarted] = []
    history = list(checkpoint.history)
    batch, seed = job.plan.settings.batch_size, job.plan.seed
    for index, phase in enumerate(job.plan.settings.phases):
        phases.append(fit.begin(index, phase))
        yield phases[-1]
        before = [epoch for epoch in checkpoint.history if epoch.phase == index]
        yield from before
        if before and before[-1] is checkpoint.history[-1]:
            fit.restore(checkpoint.state, best_loss=min(epoch.val_loss for epoch in history))
        if len(before) == phase.epochs:
            continue
        yield from fit.advance()
        for epoch in range(len(before) + 1, phase.epochs + 1):
            history.append((yield from fit.epoch(epoch, batch=batch, seed=seed)))
            checkpoint.keep(history, fit.state())
            yield history[-1]
    fit.restore_best()
    return phases, history


def _shortcuts(job: _Job, films: ReadFilms, split: Split) -> dict[str, object]:
    areas = shortcuts.baseline(
        films.traits,
        np.eye(len(job.classes))[films.truth],
        training=split.films("training"),
        test=split.films("test"),
    )
    known = {
        name: None if math.isnan(area) else area
        for name, area in zip(job.classes, areas, strict=True)
    }
    worst = max((area for area in areas if not math.isnan(area)), default=0.0)
    return {
        "traits": shortcuts.TRAITS,
        "auroc": known,
        "warn": worst > shortcuts.WARN_ABOVE,
    }
