"""One backbone: a convolutional network with what the program must know of it."""

import functools
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from cxrviewer.core.recipe import WHOLE
from cxrviewer.learning.networks.heads import Head
from cxrviewer.learning.networks.network import HEAD, Network


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


@dataclass(frozen=True, kw_only=True, eq=False)
class Base:
    """A network as its makers write it, divided into stages.

    Attributes
    ----------
    maker
        The makers' module; its names are those of their weight files.
    stages
        Name -> module, first to last, sharing the parameters of `maker`.
    width
        Channels of the last stage.
    neck
        What is done to the pooled activations before the head, or None.
    """

    maker: nn.Module
    stages: dict[str, nn.Module]
    width: int
    neck: nn.Module | None = None

    def with_head(self, head: Head) -> Network:
        """Return the network that can be cut, with a head on its pooled activations."""
        features = nn.Sequential(*self.stages.values())
        return Network(features, head.build(self.width), tuple(self.stages), self.neck)


@dataclass(frozen=True, kw_only=True)
class Backbone:
    """A convolutional network known to the program.

    Attributes
    ----------
    base
        Makes the network with random weights, without a head.
    mean, std
        Input scaling on greys 0..1 that its ImageNet weights expect, per channel.
    smallest
        Least input side, px.
    heads
        Beginnings of the names in its makers' weight files that belong to their own head.
    url
        Its ImageNet weights as their makers publish them, with the beginning of their SHA-256 in
        the name; empty where there are none.
    twin, twin_heads
        The same network as other makers write it, whose weight files fit too.
    counted
        Lists every layer as Keras and the papers count them, those without parameters included;
        None counts the layers that hold parameters.
    """

    name: str
    title: str
    base: Callable[[], Base]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    smallest: int = 32
    heads: tuple[str, ...] = ()
    url: str = ""
    twin: Callable[[], nn.Module] | None = None
    twin_heads: tuple[str, ...] = ()
    counted: Callable[[], tuple[Layer, ...]] | None = None

    def build(self, head: Head) -> Network:
        """Return the network with a head, with random weights."""
        return self.base().with_head(head)

    @property
    def stages(self) -> tuple[tuple[str, str], ...]:
        """Name and module path of each stage, first to last; heat maps are taken from these."""
        return tuple((name, f"features.{i}") for i, name in enumerate(_anatomy(self).stages))

    def layers(self, counting: str = "keras") -> tuple[Layer, ...]:
        """Return every layer of the base in forward order: "the top 14" are the last 14.

        Parameters
        ----------
        counting
            `keras` counts as Keras and the papers do where that list is known; `parametrised`
            counts only what holds parameters (convolution, norm, dense, layer scale).
        """
        if counting == "keras" and self.counted:
            return self.counted()
        return _anatomy(self).layers

    def unfrozen_modules(self, count: int, counting: str = "keras") -> tuple[str, ...]:
        """Return the paths of the base's modules trained with the top `count` layers."""
        layers = self.layers(counting)
        top = layers if count == WHOLE else layers[max(0, len(layers) - count) :]
        return tuple(layer.module for layer in top if layer.module)

    def unfrozen_parameters(
        self, network: Network, count: int, counting: str = "keras"
    ) -> tuple[str, ...]:
        """Return the names of the parameters trained with the top `count` layers and the head.

        Parameters
        ----------
        count
            0 trains the head alone, `WHOLE` everything.
        """
        modules = set(self.unfrozen_modules(count, counting))
        return tuple(
            name
            for name, _ in network.named_parameters()
            if name.startswith(f"{HEAD}.") or name.rpartition(".")[0] in modules
        )

    def freeze_cut(self, count: int, counting: str = "keras") -> str:
        """Return the last stage up to which everything is frozen, empty if there is none.

        Its output never changes while the top `count` layers are trained.
        """
        stages = _anatomy(self).stages
        learning = [self.stage_of(f"{path}.") for path in self.unfrozen_modules(count, counting)]
        first = min(learning, default=len(stages))
        return stages[first - 1] if first else ""

    def stage_of(self, parameter: str) -> int:
        """Return the index of the stage a parameter belongs to; the head comes after the last."""
        top, _, rest = parameter.partition(".")
        return int(rest.partition(".")[0]) if top == "features" else len(_anatomy(self).stages)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the name and shape of every tensor of its weights, without a head."""
        return dict(_anatomy(self).shapes)


@dataclass(frozen=True, kw_only=True)
class _Anatomy:
    stages: tuple[str, ...]
    layers: tuple[Layer, ...]
    shapes: tuple[tuple[str, tuple[int, ...]], ...]


@functools.cache
def _anatomy(backbone: Backbone) -> _Anatomy:
    """Find the stages and the forward order of the layers, without computing anything."""
    with torch.device("meta"):
        network = backbone.build(Head(outputs=2)).eval()
        order: list[str] = []
        for path, module in network.named_modules():
            if any(True for _ in module.parameters(recurse=False)):
                # After the call: a block's own parameters act on what its children gave.
                module.register_forward_hook(lambda *_, path=path: order.append(path))
        with torch.no_grad():
            network(torch.empty(1, 3, backbone.smallest, backbone.smallest))
    layers = tuple(
        Layer(name=path, module=path) for path in order if path.partition(".")[0] != HEAD
    )
    shapes = tuple(
        (name, tuple(tensor.shape))
        for name, tensor in network.state_dict().items()
        if not name.startswith(f"{HEAD}.")
    )
    return _Anatomy(stages=network.stages, layers=layers, shapes=shapes)


def makers_names(backbone: Backbone) -> dict[str, str]:
    """Return name in its makers' files -> name in the program, of everything but the head."""
    with torch.device("meta"):
        base = backbone.base()
        ours = base.with_head(Head(outputs=2)).state_dict(keep_vars=True)
    names = {id(tensor): name for name, tensor in ours.items()}
    theirs = base.maker.state_dict(keep_vars=True)
    return {name: names[id(tensor)] for name, tensor in theirs.items() if id(tensor) in names}
