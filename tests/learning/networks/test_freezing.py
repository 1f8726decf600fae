import copy

import pytest
import torch
from torch import nn

from cxrviewer.learning.networks.backbones import BACKBONES, Network, tail
from cxrviewer.learning.networks.freezing import evaluation_mode, freeze, learning_mode
from cxrviewer.learning.networks.heads import Head

MOBILENET = BACKBONES["mobilenet_v2"]


@pytest.fixture
def network(tiny_network: Network) -> Network:
    return copy.deepcopy(tiny_network)


def films() -> torch.Tensor:
    return torch.randn(4, 3, 64, 64, generator=torch.Generator().manual_seed(2))


def learning_norms(network: nn.Module) -> set[str]:
    return {
        name
        for name, module in network.named_modules()
        if isinstance(module, nn.BatchNorm2d) and module.training
    }


def unfreeze(network: Network, count: int, batch_norm: str) -> int:
    names = MOBILENET.unfrozen_parameters(network, count)
    return freeze(network, trainable=names, batch_norm=batch_norm)


def test_only_the_named_parameters_can_learn(network: Network) -> None:
    names = set(MOBILENET.unfrozen_parameters(network, 14))
    assert unfreeze(network, 14, "frozen") == 1_043_843
    assert {name for name, p in network.named_parameters() if p.requires_grad} == names


def test_freezing_leaves_no_old_gradient_behind(network: Network) -> None:
    network(films()).sum().backward()
    unfreeze(network, 14, "frozen")
    assert all(parameter.grad is None for parameter in network.parameters())


@pytest.mark.parametrize("count", [0, 14, 1000])
def test_by_default_no_batch_norm_ever_follows_the_films(network: Network, count: int) -> None:
    freeze(network, trainable=MOBILENET.unfrozen_parameters(network, count))
    learning_mode(network)
    assert not learning_norms(network)


def test_on_request_the_batch_norms_of_unfrozen_layers_follow_the_films(network: Network) -> None:
    unfreeze(network, 14, "learning")
    learning_mode(network)
    above = {"features.16.conv.3", "features.17.conv.0.1", "features.17.conv.1.1"}
    assert learning_norms(network) == {*above, "features.17.conv.3", "features.18.1"}


def test_a_frozen_batch_norm_keeps_its_statistics_bit_by_bit(network: Network) -> None:
    unfreeze(network, 14, "learning")
    before = {name: buffer.clone() for name, buffer in network.named_buffers()}
    learning_mode(network)
    network(films())
    moved = {
        name.rpartition(".")[0]
        for name, buffer in network.named_buffers()
        if not torch.equal(buffer, before[name])
    }
    assert moved == learning_norms(network)
    assert len(moved) == 5


def test_what_follows_a_stage_learns_as_the_whole_would(network: Network) -> None:
    rest = tail(network, "block12")
    unfreeze(network, 14, "learning")
    learning_mode(rest)
    assert len(learning_norms(network)) == 5
    assert network.classifier.training


def test_a_later_phase_can_freeze_what_an_earlier_one_let_learn(network: Network) -> None:
    unfreeze(network, 1000, "learning")
    unfreeze(network, 0, "learning")
    learning_mode(network)
    assert not learning_norms(network)


def test_dropout_acts_only_while_learning() -> None:
    torch.manual_seed(1)
    network = MOBILENET.build(Head(outputs=3, hidden=(32,), dropout=0.5))
    freeze(network, trainable=())
    learning_mode(network)
    assert not torch.equal(network(films()), network(films()))
    evaluation_mode(network)
    assert torch.equal(network(films()), network(films()))
    assert not any(module.training for module in network.modules())
