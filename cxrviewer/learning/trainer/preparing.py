"""From a plan to a network, its films and their division: what comes before the first epoch."""

import contextlib
import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cxrviewer.core.errors import PlanError
from cxrviewer.core.film import Array
from cxrviewer.core.manifest import InputRule
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import BatchDone, Prepared
from cxrviewer.learning.data import shortcuts
from cxrviewer.learning.data.dataset import Listing, scan_films, usable
from cxrviewer.learning.data.split import BY_IMAGE, PARTS, SplitRule, split_films
from cxrviewer.learning.device import Device
from cxrviewer.learning.networks.backbones import BACKBONES, Backbone, Network
from cxrviewer.learning.networks.heads import Head
from cxrviewer.learning.networks.weight_files import passed_over
from cxrviewer.learning.networks.weights import file_of, imagenet_state, start_from
from cxrviewer.learning.trainer.films import read_films
from cxrviewer.learning.trainer.fitting import Task
from cxrviewer.learning.trainer.inputs import Source
from cxrviewer.learning.trainer.keep import Keep
from cxrviewer.learning.trainer.precision import arithmetic
from cxrviewer.learning.trainer.runner import Runner
from cxrviewer.learning.trainer.samples import WITHOUT_TURNS, plan_samples

CPU = Device(name="cpu", description="CPU")
FROM_SCRATCH = "The network starts from random weights, so the frozen layers know nothing."
_VIEWS_UNUSED = "The {} has no effect with this augmentation; choose turn or robust to use it."
_OF_VIEWS = {"views": "number of views", "view_size": "size of views"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Start:
    """What a plan begins with, before a film is read.

    Attributes
    ----------
    state
        ImageNet weights in the program's names, empty for random ones.
    note
        What a person is told of them, if anything.
    """

    plan: TrainingPlan
    backbone: Backbone
    state: dict[str, Tensor]
    note: str

    @classmethod
    def of(cls, plan: TrainingPlan) -> "Start":
        """Check what can be checked without the films.

        Raises
        ------
        PlanError
            If the input is too small for the network, or the weights cannot be used.
        """
        settings = plan.settings
        backbone = BACKBONES[settings.backbone]
        if settings.input_size < backbone.smallest:
            raise PlanError(
                f"{backbone.title} needs an input of {backbone.smallest} px or more, not "
                f"{settings.input_size}.",
                field="input_size",
            )
        side = settings.view_size
        if side and not backbone.smallest <= side <= settings.input_size:
            raise PlanError(
                f"Views are {backbone.smallest} px or more for {backbone.title} and no larger than "
                f"the input of {settings.input_size} px, or 0 for its size, not {side}.",
                field="view_size",
            )
        if not plan.weights:
            return cls(plan=plan, backbone=backbone, state={}, note=FROM_SCRATCH)
        file = file_of(plan.weights, backbone)
        state = imagenet_state(file, backbone)
        note = passed_over(Path(plan.weights), Path(file), backbone)
        return cls(plan=plan, backbone=backbone, state=state, note=note)

    @property
    def rule(self) -> InputRule:
        """How a film becomes the network's input."""
        settings = self.plan.settings
        return InputRule(
            height=settings.input_size,
            width=settings.input_size,
            mean=settings.mean or self.backbone.mean,
            std=settings.std or self.backbone.std,
        )

    def network(self, classes: int, *, on: Device = CPU) -> Network:
        """Build the network the plan starts from; the seed decides what is random."""
        settings = self.plan.settings
        head = Head(outputs=classes, hidden=settings.hidden, dropout=settings.dropout)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.plan.seed)
            network = self.backbone.build(head)
        start_from(network, self.state)
        network.to(on.name).eval()
        # Torch's stubs do not know that a module can be laid out anew.
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return network


@dataclass(frozen=True, kw_only=True, eq=False)
class Ready:
    """Films read and divided, and the network that will learn from them.

    Attributes
    ----------
    prepared
        What a person is told of it.
    """

    task: Task
    prepared: Prepared

    @property
    def shortcuts(self) -> dict[str, Any]:
        """How well traits that are not of the lungs tell the labels of the test films apart."""
        films, split = self.task.source.films, self.task.split
        areas = shortcuts.baseline(
            films.traits,
            films.truth,
            films.patients,
            training=split.films("training"),
            test=split.films("test"),
        )
        known = {
            label: None if math.isnan(area) else area
            for label, area in zip(films.classes, areas, strict=True)
        }
        worst = max((area for area in areas if not math.isnan(area)), default=0.0)
        return {
            "traits": shortcuts.TRAITS,
            "auroc": known,
            "warn": worst > shortcuts.WARN_ABOVE,
        }


def list_for(plan: TrainingPlan) -> Generator[BatchDone, None, Listing]:
    """List the films of a plan.

    Raises
    ------
    DataError
        If there are none that can be learned from.
    """
    with contextlib.closing(scan_films(plan.data)) as scan:
        listing = yield from scan
    return usable(
        listing,
        plan.data,
        activation=plan.settings.activation,
        patients_from=plan.patients_from,
        left_out=plan.left_out,
    )


def _notes(start: Start) -> Iterator[str]:
    plan = start.plan
    if start.note:
        yield start.note
    if plan.split_by == "image":
        yield BY_IMAGE
    if plan.settings.augmentation in WITHOUT_TURNS:
        for key, words in _OF_VIEWS.items():
            if key in plan.changes:
                yield _VIEWS_UNUSED.format(words)


def make_ready(
    start: Start, listing: Listing, network: Network, runner: Runner
) -> Generator[BatchDone, None, Ready]:
    """Read the films and divide them.

    Raises
    ------
    DataError
        If the films cannot be used.
    PlanError
        If batch norms are to learn from a single film.
    ExportError
        If what was read cannot be kept.
    """
    plan, settings = start.plan, start.plan.settings
    keep = Keep()
    films = yield from read_films(listing, listing.classes, start.rule, runner=runner, keep=keep)
    rule = SplitRule(shares=settings.split, by=plan.split_by, seed=plan.seed)
    split = split_films(films.truth, films.patients, rule, classes=films.classes)
    samples = plan_samples(films.truth, split, settings, classes=films.classes, seed=plan.seed)
    dtype = arithmetic(settings.precision, runner.device)
    source = Source(
        films=films,
        samples=samples,
        network=network,
        runner=runner,
        keep=keep,
        precision=str(dtype).removeprefix("torch."),
    )
    parts = [split.films(part) for part in PARTS]
    shown = [_shown(films.truth[part]) for part in parts]
    owners = [len({films.patients[i] for i in part}) for part in parts]
    prepared = Prepared(
        classes=films.classes,
        activation=settings.activation,
        learned=samples.learned,
        counts=(shown[0], shown[1], shown[2]),
        films=(len(parts[0]), len(parts[1]), len(parts[2])),
        patients=(owners[0], owners[1], owners[2]),
        refused=films.refused,
        split_by=plan.split_by,
        device=_where(runner.device, dtype),
        note=" ".join(_notes(start)),
    )
    task = Task(
        settings=settings,
        backbone=start.backbone,
        source=source,
        split=split,
        seed=plan.seed,
    )
    return Ready(task=task, prepared=prepared)


def _where(device: Device, dtype: torch.dtype) -> str:
    """Say where it runs, and in which arithmetic if not in the usual one."""
    usual = dtype is torch.float32
    return device.description if usual else f"{device.description}, bfloat16"


def _shown(truth: Array) -> tuple[int, ...]:
    return tuple(int(count) for count in np.sum(truth == 1, axis=0))
