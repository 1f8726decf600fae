import torch
from torch import nn

from cxrviewer.learning.networks.backbones import Network, trunk
from cxrviewer.learning.networks.folding import folded


def test_a_folded_network_gives_the_same_at_every_stage(tiny_network: Network) -> None:
    batch = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(2))
    quick = folded(tiny_network)
    with torch.inference_mode():
        for stage in tiny_network.stages:
            expected = trunk(tiny_network, stage)(batch)
            assert torch.allclose(trunk(quick, stage)(batch), expected, atol=1e-3, rtol=1e-3)
        assert torch.allclose(quick(batch), tiny_network(batch), atol=1e-4)


def test_nothing_is_left_to_normalise_or_to_train(tiny_network: Network) -> None:
    quick = folded(tiny_network)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in quick.modules())
    assert not any(parameter.requires_grad for parameter in quick.parameters())
    assert not any(module.training for module in quick.modules())


def test_the_network_itself_is_not_changed(tiny_network: Network) -> None:
    before = {name: tensor.clone() for name, tensor in tiny_network.state_dict().items()}
    folded(tiny_network)
    after = tiny_network.state_dict()
    assert all(torch.equal(after[name], tensor) for name, tensor in before.items())
    assert all(parameter.requires_grad for parameter in tiny_network.parameters())
