"""Which parameters learn: the one place that sets a network's mode and its gradients."""

from collections.abc import Collection

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from cxrviewer.core.recipe import BATCH_NORMS
from cxrviewer.learning.networks.network import Network

FROZEN, LEARNING = BATCH_NORMS
# Kept on the batch norm itself, so that every part of a cut network knows it.
_LEARNS = "statistics_learn"


def freeze(network: Network, *, trainable: Collection[str], batch_norm: str = FROZEN) -> int:
    """Let only the named parameters learn; the network is left in evaluation mode.

    Parameters
    ----------
    batch_norm
        `frozen`: every batch norm keeps the means and variances it came with, since updating
        them from small batches would spoil what the network knows. `learning`: those whose
        own parameters all learn follow the films; those of frozen layers never do.

    Returns
    -------
    Number of trainable parameters.
    """
    names = set(trainable)
    count = 0
    for path, module in network.named_modules():
        own = {f"{path}.{name}": p for name, p in module.named_parameters(recurse=False)}
        for name, parameter in own.items():
            parameter.requires_grad_(name in names)
            parameter.grad = None
            count += parameter.numel() if name in names else 0
        if isinstance(module, _BatchNorm):
            learns = batch_norm == LEARNING and bool(own) and names.issuperset(own)
            setattr(module, _LEARNS, learns)
    evaluation_mode(network)
    return count


def learning_mode(network: Network) -> None:
    """Make a network, or what follows a stage of it, ready for learning steps.

    Dropout of the head is active, and the batch norms follow the films that `freeze` said.
    Everything else stays in evaluation mode: a backbone drops nothing.
    """
    network.eval()
    network.classifier.train()
    for module in network.modules():
        if isinstance(module, _BatchNorm):
            module.train(getattr(module, _LEARNS, False))


def evaluation_mode(network: nn.Module) -> None:
    """Make a network ready for answers: the same film always gets the same one."""
    network.eval()
