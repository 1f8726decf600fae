"""The networks that can be trained and explained, as a table.

Each is written as stages one after the other and a head, so that it can be cut at any stage:
the frozen part is run once and its output kept, and a heat map needs only what comes after.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from cxrviewer.learning import vision

HEAD = "classifier"


class Network(nn.Module):
    """Stages one after the other, global average pooling, and a dense head giving logits.

    Attributes
    ----------
    stages
        Name of each child of `features`, first to last.
    """

    def __init__(self, features: nn.Sequential, head: nn.Module, stages: tuple[str, ...]) -> None:
        super().__init__()
        if len(features) != len(stages):
            raise ValueError(f"{len(stages)} names for {len(features)} stages")
        self.features = features
        self.classifier = head
        self.stages = stages

    def forward(self, batch: Tensor) -> Tensor:
        """Return the logits, (n, classes), of a batch (n, channels, height, width)."""
        logits: Tensor = self.classifier(pool(self.features(batch)))
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
    return Network(_part(network, rest), network.classifier, network.stages[rest])


def _part(network: Network, which: slice) -> nn.Sequential:
    return nn.Sequential(*list(network.features)[which])


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One layer as the papers count them.

    Attributes
    ----------
    module
        Path of the module that holds its parameters, empty for a layer without any.
    """

    name: str
    module: str = ""


@dataclass(frozen=True, kw_only=True)
class Backbone:
    """A convolutional network known to the program.

    Attributes
    ----------
    build
        Makes the network for so many classes, with random weights.
    mean, std
        Input scaling on greys 0..1 that its ImageNet weights expect, per channel.
    stages
        Name and module path of each stage, first to last; heat maps are taken from these.
    layers
        Every layer of the base, first to last, counted as Keras and the papers do, those
        without parameters included: "the top 14" are the last 14.
    download
        Fetches its ImageNet weights from torchvision's makers, in this network's names.
    """

    name: str
    title: str
    build: Callable[[int], Network]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    stages: tuple[tuple[str, str], ...]
    layers: tuple[Layer, ...]
    download: Callable[[], dict[str, Tensor]]

    def unfrozen_modules(self, count: int) -> tuple[str, ...]:
        """Return the paths of the modules trained with the top `count` layers and the head."""
        top = self.layers[max(0, len(self.layers) - count) :]
        return (*(layer.module for layer in top if layer.module), HEAD)

    def unfrozen_parameters(self, network: Network, count: int) -> tuple[str, ...]:
        """Return the names of the parameters trained with the top `count` layers and the head."""
        prefixes = tuple(f"{module}." for module in self.unfrozen_modules(count))
        return tuple(name for name, _ in network.named_parameters() if name.startswith(prefixes))

    def freeze_cut(self, count: int) -> str:
        """Return the last stage up to which everything is frozen, empty if there is none.

        Its output never changes while the top `count` layers are trained.
        """
        prefixes = self.unfrozen_modules(count)
        frozen = ""
        for name, module in self.stages:
            if any(path == module or path.startswith(f"{module}.") for path in prefixes):
                break
            frozen = name
        return frozen


def parameter_count(network: nn.Module) -> int:
    """Count parameters as Keras and the papers do: batch-norm means and variances included."""
    statistics = sum(
        buffer.numel() for buffer in network.buffers() if buffer.dtype.is_floating_point
    )
    return sum(parameter.numel() for parameter in network.parameters()) + statistics


def dense(inputs: int, outputs: int) -> nn.Linear:
    """Return a dense layer that starts as the papers' framework starts it (Glorot uniform, 0)."""
    layer = nn.Linear(inputs, outputs)
    nn.init.xavier_uniform_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


_BLOCKS = 17
_STRIDED = (1, 3, 6, 13)
_RESIDUAL = (2, 4, 5, 7, 8, 9, 11, 12, 14, 15)
_MOBILENET_STAGES = (
    ("stem", "features.0"),
    *((f"block{i}", f"features.{i + 1}") for i in range(_BLOCKS)),
    ("last", f"features.{_BLOCKS + 1}"),
)


def _mobilenet_layers() -> tuple[Layer, ...]:
    """List MobileNetV2's layers in the order and number of Keras (154 with the input)."""
    layers = [Layer(name="input"), *_convolution("stem", "features.0")]
    for block in range(_BLOCKS):
        path = f"features.{block + 1}.conv"
        step = 0
        if block:
            layers += _convolution(f"block{block} expand", f"{path}.0")
            step = 1
        if block in _STRIDED:
            layers.append(Layer(name=f"block{block} pad"))
        layers += _convolution(f"block{block} depthwise", f"{path}.{step}")
        layers += (
            Layer(name=f"block{block} project", module=f"{path}.{step + 1}"),
            Layer(name=f"block{block} project norm", module=f"{path}.{step + 2}"),
        )
        if block in _RESIDUAL:
            layers.append(Layer(name=f"block{block} add"))
    last = f"features.{_BLOCKS + 1}"
    return (*layers, *_convolution("last", last))


def _convolution(name: str, path: str) -> tuple[Layer, ...]:
    return (
        Layer(name=name, module=f"{path}.0"),
        Layer(name=f"{name} norm", module=f"{path}.1"),
        Layer(name=f"{name} relu"),
    )


def _build_mobilenet(classes: int) -> Network:
    base = vision.models.mobilenet_v2(num_classes=1)
    stages = tuple(name for name, _ in _MOBILENET_STAGES)
    return Network(base.features, dense(base.last_channel, classes), stages)


def _download_mobilenet() -> dict[str, Tensor]:
    weights = vision.models.MobileNet_V2_Weights.IMAGENET1K_V1
    state: dict[str, Tensor] = weights.get_state_dict(
        progress=False, check_hash=True, weights_only=True, map_location=torch.device("cpu")
    )
    return state


BACKBONES: dict[str, Backbone] = {
    backbone.name: backbone
    for backbone in (
        Backbone(
            name="mobilenet_v2",
            title="MobileNetV2",
            build=_build_mobilenet,
            mean=(0.485, 0.456, 0.406),
            std=(0.229, 0.224, 0.225),
            stages=_MOBILENET_STAGES,
            layers=_mobilenet_layers(),
            download=_download_mobilenet,
        ),
    )
}
