"""Batches through a network, without gradients."""

import torch

from cxrviewer.learning.device import cpu
from cxrviewer.learning.trainer import runner


def test_a_batch_comes_back_without_gradients() -> None:
    rows = torch.arange(7.0).reshape(7, 1).requires_grad_()
    found = runner.Runner(cpu("test")).run(lambda batch: batch * 2, rows)
    assert not found.requires_grad
    assert torch.equal(found, rows.detach() * 2)
