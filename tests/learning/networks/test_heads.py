import pytest
import torch
from torch import nn

from cxrviewer.learning.networks.heads import Head


def names(head: Head) -> list[str]:
    return list(head.build(8).state_dict())


def test_a_plain_head_is_one_dense_layer() -> None:
    head = Head(outputs=3).build(8)
    assert isinstance(head, nn.Linear)
    assert names(Head(outputs=3)) == ["weight", "bias"]
    assert not head.bias.any()


@pytest.mark.parametrize("hidden", [(), (5,), (5, 4)])
def test_dropout_changes_no_name(hidden: tuple[int, ...]) -> None:
    assert names(Head(outputs=3, hidden=hidden, dropout=0.5)) == names(
        Head(outputs=3, hidden=hidden)
    )


def test_hidden_layers_have_their_widths_in_order() -> None:
    head = Head(outputs=3, hidden=(5, 4)).build(8)
    shapes = [tuple(p.shape) for name, p in head.named_parameters() if name.endswith("weight")]
    assert shapes == [(5, 8), (4, 5), (3, 4)]


@pytest.mark.parametrize("hidden", [(), (6,)])
def test_dropout_acts_only_while_learning(hidden: tuple[int, ...]) -> None:
    torch.manual_seed(1)
    head = Head(outputs=3, hidden=hidden, dropout=0.5).build(64)
    pooled = torch.rand(2, 64) + 1
    head.eval()
    assert torch.equal(head(pooled), head(pooled))
    head.train()
    assert not torch.equal(head(pooled), head(pooled))


def test_without_dropout_learning_changes_nothing() -> None:
    head = Head(outputs=3, hidden=(6,)).build(64).train()
    pooled = torch.rand(2, 64)
    assert torch.equal(head(pooled), head(pooled))


def test_every_layer_starts_within_glorot_s_limits() -> None:
    torch.manual_seed(1)
    head = Head(outputs=3, hidden=(50,)).build(100)
    for name, parameter in head.named_parameters():
        if name.endswith("bias"):
            assert not parameter.any()
        else:
            limit = (6 / sum(parameter.shape)) ** 0.5
            assert 0.9 * limit < float(parameter.detach().abs().max()) <= limit
