"""A training written as plainly as it can be: the whole network for every batch, nothing kept."""

import copy
from collections.abc import Callable, Generator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cxrviewer.core.plan import TrainingPlan
from cxrviewer.imaging.reader import read_film
from cxrviewer.learning import device
from cxrviewer.learning.networks.backbones import Network
from cxrviewer.learning.preprocess import Preprocess
from cxrviewer.learning.trainer.preparing import Ready, Start, list_for, make_ready
from cxrviewer.learning.trainer.runner import Runner
from cxrviewer.learning.trainer.steps import drawing_seed


def drained(events: Generator[Any, None, Any]) -> Any:
    """Return what a generator returns."""
    while True:
        try:
            next(events)
        except StopIteration as end:
            return end.value


def ready_for(
    plan: TrainingPlan, *, layout: torch.memory_format = torch.contiguous_format
) -> tuple[Network, Ready]:
    """Return the network a plan starts from, laid out so, and its films, read and divided."""
    start = Start.of(plan)
    listing = drained(list_for(plan))
    network = start.network(len(listing.classes)).to(memory_format=layout)
    return network, drained(make_ready(start, listing, network, Runner(device.choose())))


def plain_losses(
    plan: TrainingPlan, *, layout: torch.memory_format = torch.contiguous_format
) -> list[tuple[float, float]]:
    """Train by a plain loop; returns training and validation loss of each epoch."""
    network, ready = ready_for(plan, layout=layout)
    task, settings = ready.task, plan.settings
    films, samples = task.source.films, task.source.samples
    preprocess = Preprocess(films.rule)
    clean = [torch.from_numpy(preprocess.array(read_film(path))) for path in films.paths]
    truth = torch.from_numpy(films.truth)
    mean, std = (torch.tensor(v).view(3, 1, 1) for v in (films.rule.mean, films.rule.std))

    def pictures(rows: Any) -> Tensor:
        made = []
        for row in rows:
            film, view = int(samples.film[row]), int(samples.view[row])
            if not view:
                made.append(clean[film])
                continue
            levels = films.greys.read(np.array([film]))[0]
            greys = samples.views.of(levels, view, mirrored=bool(samples.mirrored[row]))
            made.append((torch.tensor(greys) - mean) / std)
        return torch.stack(made)

    loss_of = _loss(settings.activation)
    told, best, best_loss = [], copy.deepcopy(network.state_dict()), np.inf
    for index, phase in enumerate(settings.phases):
        network.load_state_dict(best)
        names = task.backbone.unfrozen_parameters(network, phase.unfrozen, settings.counting)
        optimiser = _adam(network, names, plan, index)
        for epoch in range(1, phase.epochs + 1):
            _mode(network, names, follow=settings.batch_norm == "learning")
            generator = np.random.default_rng((plan.seed, index, epoch))
            order = generator.permutation(samples.epoch_rows(len(told) + 1))
            total = 0.0
            for at in range(0, len(order), settings.batch_size):
                rows = order[at : at + settings.batch_size]
                torch.manual_seed(drawing_seed((plan.seed, index, epoch, at)))
                optimiser.zero_grad()
                loss = loss_of(network(pictures(rows)), truth[samples.film[rows]])
                loss.backward()
                optimiser.step()
                total += loss.item() * len(rows)
            network.eval()
            rows = task.split.films("validation")
            with torch.no_grad():
                found = loss_of(network(pictures(rows)), truth[rows]).item()
            told.append((total / len(order), found))
            if found < best_loss:
                best_loss, best = found, copy.deepcopy(network.state_dict())
    return told


def _adam(network: Network, names: Any, plan: TrainingPlan, index: int) -> torch.optim.Adam:
    settings = plan.settings
    base = settings.phases[index].learning_rate
    top = len(network.stages)
    groups = []
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(name in names)
        stage = int(name.split(".")[1]) if name.startswith("features.") else top
        if name in names:
            rate = base * settings.layer_decay ** (top - stage)
            groups.append({"params": [parameter], "lr": rate})
    return torch.optim.Adam(groups, foreach=False)


def _mode(network: Network, names: Any, *, follow: bool) -> None:
    """Let the head drop, and batch norms that learn follow the films if they are to."""
    network.eval()
    network.classifier.train()
    for path, module in network.named_modules():
        if isinstance(module, nn.BatchNorm2d) and follow and f"{path}.weight" in names:
            module.train()


def _loss(activation: str) -> Callable[[Tensor, Tensor], Tensor]:
    if activation == "softmax":
        return lambda logits, truth: nn.functional.cross_entropy(logits, truth.argmax(dim=1))
    return nn.functional.binary_cross_entropy_with_logits
