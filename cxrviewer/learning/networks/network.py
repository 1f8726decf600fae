"""A network as stages one after the other and a head, so that it can be cut at any stage.

The frozen part is run once and its output kept, and a heat map needs only what comes after.
"""

from torch import Tensor, nn

HEAD = "classifier"


class Network(nn.Module):
    """Stages one after the other, global average pooling, and a dense head giving logits.

    Parameters
    ----------
    neck
        What some backbones do to the pooled activations, (n, channels), before the head.

    Attributes
    ----------
    stages
        Name of each child of `features`, first to last. The output of each is one tensor,
        (n, channels, height, width).
    """

    def __init__(
        self,
        features: nn.Sequential,
        head: nn.Module,
        stages: tuple[str, ...],
        neck: nn.Module | None = None,
    ) -> None:
        super().__init__()
        if len(features) != len(stages):
            raise ValueError(f"{len(stages)} names for {len(features)} stages")
        self.features = features
        self.neck = neck or nn.Identity()
        self.classifier = head
        self.stages = stages

    def forward(self, batch: Tensor) -> Tensor:
        """Return the logits, (n, classes), of a batch (n, channels, height, width)."""
        logits: Tensor = self.classifier(self.neck(pool(self.features(batch))))
        return logits


def pool(activations: Tensor) -> Tensor:
    """Average over height and width: (n, channels, height, width) to (n, channels)."""
    return activations.mean(dim=(2, 3))


def trunk(network: Network, stage: str) -> nn.Sequential:
    """Return the stages up to and including `stage`, sharing the network's parameters."""
    return _part(network, slice(network.stages.index(stage) + 1))


def tail(network: Network, stage: str) -> Network:
    """Return what follows `stage`, with the head, sharing the network's parameters.

    `tail(network, stage)(trunk(network, stage)(batch))` is `network(batch)`.
    """
    rest = slice(network.stages.index(stage) + 1, None)
    return Network(_part(network, rest), network.classifier, network.stages[rest], network.neck)


def _part(network: Network, which: slice) -> nn.Sequential:
    return nn.Sequential(*list(network.features)[which])


def parameter_count(network: nn.Module) -> int:
    """Count parameters as Keras and the papers do: batch-norm means and variances included."""
    statistics = sum(
        buffer.numel() for buffer in network.buffers() if buffer.dtype.is_floating_point
    )
    return sum(parameter.numel() for parameter in network.parameters()) + statistics
