"""Which parameters learn: the one place that sets a network's mode and its gradients."""

from collections.abc import Collection

from cxrviewer.learning.backbones import Network


def freeze(network: Network, *, trainable: Collection[str]) -> int:
    """Let only the named parameters learn.

    The network stays in evaluation mode also while it learns: batch norm keeps the means and
    variances it came with. Updating them from small batches would change even the layers that
    are frozen.

    Returns
    -------
    Number of trainable parameters.
    """
    network.eval()
    count = 0
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(name in trainable)
        parameter.grad = None
        count += parameter.numel() if name in trainable else 0
    return count
