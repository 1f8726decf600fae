import pytest
import torch

from cxrviewer.core import recipes
from cxrviewer.learning.networks.backbones import (
    BACKBONES,
    Network,
    parameter_count,
    pool,
    tail,
    trunk,
)
from cxrviewer.learning.networks.heads import Head

MOBILENET = BACKBONES["mobilenet_v2"]


def trained(network: Network, count: int) -> int:
    sizes = {name: parameter.numel() for name, parameter in network.named_parameters()}
    return sum(sizes[name] for name in MOBILENET.unfrozen_parameters(network, count))


def test_mobilenet_has_the_layers_and_parameters_of_the_paper(tiny_network: Network) -> None:
    assert len(MOBILENET.layers()) == 154
    assert parameter_count(tiny_network) == 2_261_827


@pytest.mark.parametrize(
    ("count", "parameters"),
    [
        (0, 3_843),
        (14, 1_043_843),
        # All of the base: the total without batch-norm means and variances.
        (154, 2_257_984 - 34_112 + 3_843),
        (1_000, 2_257_984 - 34_112 + 3_843),
    ],
)
def test_unfreezing_counts_as_the_paper_counts(
    tiny_network: Network, count: int, parameters: int
) -> None:
    assert trained(tiny_network, count) == parameters


def test_the_top_14_are_the_last_projection_of_block_15_and_all_above() -> None:
    modules = MOBILENET.unfrozen_modules(14)
    assert modules[0] == "features.16.conv.2"
    assert all(module.startswith(("features.16.conv.2", "features.16.conv.3", "features.17",
                                  "features.18.")) for module in modules)  # fmt: skip


def test_every_parameter_of_the_base_belongs_to_one_counted_layer(tiny_network: Network) -> None:
    holders = [layer.module for layer in MOBILENET.layers() if layer.module]
    named = {name.rpartition(".")[0] for name, _ in tiny_network.named_parameters()}
    assert len(holders) == len(set(holders))
    assert set(holders) == named - {"classifier"}


@pytest.mark.parametrize(
    ("count", "stage"), [(0, "last"), (3, "block16"), (14, "block14"), (154, "")]
)
def test_the_freeze_cut_is_the_last_stage_that_never_changes(count: int, stage: str) -> None:
    assert MOBILENET.freeze_cut(count) == stage


def test_stages_name_the_modules_they_stand_for(tiny_network: Network) -> None:
    assert tuple(name for name, _ in MOBILENET.stages) == tiny_network.stages
    for (_, path), child in zip(MOBILENET.stages, tiny_network.features, strict=True):
        assert tiny_network.get_submodule(path) is child


@pytest.mark.parametrize("stage", [name for name, _ in MOBILENET.stages])
def test_a_network_cut_at_any_stage_answers_the_same(tiny_network: Network, stage: str) -> None:
    batch = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        whole = tiny_network(batch)
        cut = tail(tiny_network, stage)(trunk(tiny_network, stage)(batch))
    assert torch.equal(whole, cut)


def test_the_parts_of_a_cut_network_share_its_parameters(tiny_network: Network) -> None:
    parts = [*trunk(tiny_network, "block14").parameters()]
    parts += tail(tiny_network, "block14").parameters()
    assert {id(part) for part in parts} == {id(whole) for whole in tiny_network.parameters()}


def test_the_head_asks_for_pooled_activations(tiny_network: Network) -> None:
    batch = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        pooled = pool(tiny_network.features(batch))
        assert pooled.shape == (2, 1280)
        assert torch.equal(tiny_network.classifier(pooled), tiny_network(batch))


def test_a_fresh_head_starts_unbiased() -> None:
    network = MOBILENET.build(Head(outputs=5))
    assert network.classifier.weight.shape == (5, 1280)
    assert not network.classifier.bias.any()


def test_a_plan_knows_the_networks_by_name() -> None:
    assert set(BACKBONES) == set(recipes.BACKBONES)
