"""Every backbone: its parameters, its cuts, its learning, its heat map, its folded form."""

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cxrviewer.core.recipe import WHOLE
from cxrviewer.learning import explain
from cxrviewer.learning.networks.backbones import (
    BACKBONES,
    Backbone,
    Base,
    Network,
    pool,
    tail,
    trunk,
)
from cxrviewer.learning.networks.folding import folded
from cxrviewer.learning.networks.freezing import evaluation_mode, freeze, learning_mode
from cxrviewer.learning.networks.heads import Head

# Parameters that Keras Applications publishes without the top, and ours less them: Keras gives
# convolutions before a batch norm a bias in ResNet, and its Inception norms have no scale.
KERAS = {
    "mobilenet_v2": (2_257_984, 0),
    "vgg16": (14_714_688, 0),
    "resnet50": (23_587_712, -26_560),
    "resnet50v2": (23_564_800, -19_008),
    "resnet152v2": (58_331_648, -51_776),
    "densenet121": (7_037_504, 0),
    "densenet201": (18_321_984, 0),
    "inception_v3": (21_802_784, 17_216),
    "inception_resnet_v2": (54_336_736, 30_272),
    "xception": (20_861_480, 0),
    "nasnet_large": (84_916_818, 0),
    "efficientnet_v2_s": (20_331_360, 0),
    "convnext_tiny": (27_820_128, 0),
}
# Layers that hold parameters: convolutions and dense layers, norms, layer scales.
PARAMETRISED = {
    "mobilenet_v2": 52 + 52,
    "vgg16": 13,
    "resnet50": 53 + 53,
    "resnet50v2": 53 + 49,
    "resnet152v2": 155 + 151,
    "densenet121": 120 + 121,
    "densenet201": 200 + 201,
    "inception_v3": 94 + 94,
    "inception_resnet_v2": 244 + 204,
    "xception": 74 + 40,
    "nasnet_large": 488 + 264,
    "efficientnet_v2_s": 170 + 110,
    "convnext_tiny": 22 + 36 + 23 + 18,
}
BIG = ("resnet152v2", "inception_resnet_v2", "nasnet_large")


@dataclass(frozen=True, kw_only=True)
class Grown:
    """A backbone with random weights whose batch norms have seen random films."""

    backbone: Backbone
    base: Base
    network: Network
    films: Tensor


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(name, marks=pytest.mark.slow) if name in BIG else name for name in BACKBONES
    ],
)
def grown(request: pytest.FixtureRequest) -> Iterator[Grown]:
    backbone = BACKBONES[request.param]
    torch.manual_seed(7)
    base = backbone.base()
    network = base.with_head(Head(outputs=2, hidden=(64,), dropout=0.2))
    films = torch.randn(8, 3, backbone.smallest, backbone.smallest)
    network.train()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None
    with torch.no_grad():
        network(films)
    yield Grown(backbone=backbone, base=base, network=network.eval(), films=films[:2])


def copied(network: Network) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


def changed(network: Network, before: dict[str, Tensor]) -> set[str]:
    return {
        name
        for name, tensor in network.state_dict().items()
        if not torch.equal(tensor, before[name])
    }


def two_steps(grown: Grown, count: int, *, batch_norm: str) -> tuple[set[str], set[str]]:
    """Learn two steps; returns the names that may learn and those that changed."""
    network = grown.network
    names = grown.backbone.unfrozen_parameters(network, count, "parametrised")
    freeze(network, trainable=names, batch_norm=batch_norm)
    before = copied(network)
    learning = [p for p in network.parameters() if p.requires_grad]
    optimiser = torch.optim.SGD(learning, lr=1e-2)
    for _ in range(2):
        learning_mode(network)
        loss = torch.nn.functional.cross_entropy(network(grown.films), torch.tensor([0, 1]))
        optimiser.zero_grad()
        loss.backward()
        # Random weights behind tiny films answer with gradients of any size.
        nn.utils.clip_grad_norm_(learning, 1.0)
        optimiser.step()
        evaluation_mode(network)
    assert torch.isfinite(loss)
    return set(names), changed(network, before)


def test_the_table_holds_what_is_known_of_every_backbone() -> None:
    assert set(BACKBONES) == set(KERAS)


@pytest.mark.parametrize("name", BACKBONES)
def test_it_has_the_parameters_that_keras_publishes(name: str) -> None:
    published, difference = KERAS[name]
    base = sum(
        math.prod(shape)
        for tensor, shape in BACKBONES[name].shapes().items()
        if not tensor.endswith("num_batches_tracked")
    )
    assert base == published + difference


@pytest.mark.parametrize("name", BACKBONES)
def test_every_parameter_of_the_base_belongs_to_one_counted_layer(name: str) -> None:
    backbone = BACKBONES[name]
    holders = [layer.module for layer in backbone.layers("parametrised")]
    owners = {tensor.rpartition(".")[0] for tensor in backbone.shapes()}
    assert len(holders) == len(set(holders)) == PARAMETRISED[name]
    assert set(holders) == owners


@pytest.mark.parametrize("name", BACKBONES)
def test_layers_are_counted_in_the_order_of_the_stages(name: str) -> None:
    backbone = BACKBONES[name]
    layers = backbone.layers("parametrised")
    stages = [backbone.stage_of(f"{layer.module}.weight") for layer in layers]
    assert stages == sorted(stages)
    assert backbone.stage_of("classifier.output.weight") == len(backbone.stages)


def test_its_stages_are_those_of_the_network(grown: Grown) -> None:
    assert tuple(name for name, _ in grown.backbone.stages) == grown.network.stages
    for (_, path), child in zip(grown.backbone.stages, grown.network.features, strict=True):
        assert grown.network.get_submodule(path) is child


def test_nothing_above_the_cut_and_all_below_it_is_frozen(grown: Grown) -> None:
    backbone = grown.backbone
    for count in (0, 1, 6, 40, WHOLE):
        cut = backbone.freeze_cut(count, "parametrised")
        first = grown.network.stages.index(cut) + 1 if cut else 0
        names = backbone.unfrozen_parameters(grown.network, count, "parametrised")
        assert min(backbone.stage_of(name) for name in names) == first
    assert backbone.freeze_cut(0) == grown.network.stages[-1]
    assert backbone.freeze_cut(WHOLE) == ""


def test_a_network_cut_at_any_stage_answers_the_same(grown: Grown) -> None:
    network, activations = grown.network, grown.films
    some = {*network.stages[:: max(1, len(network.stages) // 3)], network.stages[-1]}
    with torch.inference_mode():
        whole = network(grown.films)
        for stage, module in zip(network.stages, network.features, strict=True):
            kept, given = activations.clone(), activations
            activations = module(given)
            # What is kept at a cut is used again in every epoch.
            assert torch.equal(given, kept), stage
            assert activations.ndim == 4
            if stage in some:
                assert torch.equal(trunk(network, stage)(grown.films), activations)
                assert torch.equal(tail(network, stage)(activations), whole)


def test_its_stages_compute_what_its_makers_network_does(grown: Grown) -> None:
    maker, network = grown.base.maker, grown.network
    theirs: list[Tensor] = []
    # The makers' head: the last layer that holds weights.
    *_, head = (m for m in maker.modules() if isinstance(m, nn.Linear | nn.Conv2d))
    handle = head.register_forward_pre_hook(lambda _, inputs: theirs.append(inputs[0]))
    with torch.inference_mode():
        ours = network.neck(pool(network.features(grown.films)))
        if isinstance(maker, nn.ModuleDict):
            theirs.append(pool(maker["features"](grown.films)))
        else:
            maker.eval()(grown.films)
    handle.remove()
    assert torch.allclose(theirs[-1].flatten(1), ours, rtol=1e-4, atol=1e-5)


def test_films_of_another_size_get_an_answer(grown: Grown) -> None:
    side = grown.backbone.smallest + 21
    with torch.inference_mode():
        assert grown.network(torch.randn(1, 3, side, side + 6)).shape == (1, 2)


def test_the_folded_network_answers_the_same(grown: Grown) -> None:
    quick = folded(grown.network)
    slow_values = quick_values = grown.films
    with torch.inference_mode():
        for slow, fast in zip(grown.network.features, quick.features, strict=True):
            slow_values, quick_values = slow(slow_values), fast(quick_values)
            difference = (slow_values - quick_values).abs().max()
            assert difference <= 5e-3 * slow_values.abs().max()


def test_a_heat_map_comes_from_the_last_stage(grown: Grown) -> None:
    stage = grown.network.stages[-1]
    film = grown.films[:1]
    with torch.inference_mode():
        activations = trunk(grown.network, stage)(film)
    seen = explain.Seen(batch=film, stage=stage, activations=activations)
    values, _ = explain.heat(grown.network, seen, method="gradcam", label=1)
    assert values.shape == activations.shape[-2:]
    assert np.isfinite(values).all()


def test_phase_one_leaves_the_backbone_bit_identical(grown: Grown) -> None:
    may, did = two_steps(grown, 0, batch_norm="learning")
    assert {name.partition(".")[0] for name in may} == {"classifier"}
    assert did <= may
    assert "classifier.output.weight" in did


def test_phase_two_changes_what_it_unfreezes_and_no_statistics(grown: Grown) -> None:
    may, did = two_steps(grown, 6, batch_norm="frozen")
    assert did <= may
    assert any(name.startswith("features.") for name in did)


def test_batch_norms_that_learn_are_those_of_unfrozen_layers(grown: Grown) -> None:
    one = replace(grown, network=copy.deepcopy(grown.network))
    may, did = two_steps(one, 6, batch_norm="learning")
    statistics = {
        f"{path}.{name}"
        for path, module in one.network.named_modules()
        if isinstance(module, nn.BatchNorm2d) and f"{path}.weight" in may
        for name, _ in module.named_buffers()
    }
    assert statistics <= did <= may | statistics


def test_the_whole_network_learns(grown: Grown) -> None:
    whole = replace(grown, network=copy.deepcopy(grown.network))
    may, did = two_steps(whole, WHOLE, batch_norm="frozen")
    assert may == {name for name, _ in whole.network.named_parameters()}
    assert did <= may
    assert any(whole.backbone.stage_of(name) == 0 for name in did)
