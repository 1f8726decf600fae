"""Features of a network at several depths, gathered while it answers."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import numpy as np
from torch import Tensor, nn

from cxrviewer.core.film import Array
from cxrviewer.learning.networks.network import Network


@dataclass(frozen=True, kw_only=True)
class Depth:
    """Where features are taken: averages of a stage's output over a grid of places.

    Attributes
    ----------
    grid
        Cells a side; 1 averages over the whole film.
    """

    stage: str
    grid: int


@contextmanager
def sampled(network: Network, depths: Sequence[Depth]) -> Iterator[list[Array]]:
    """Gather the features of what runs through a network, or through parts of it, meanwhile.

    Yields
    ------
    A list that holds, when the network has answered, one float32 array a depth, (films,
    channels x grid x grid), in the order of the depths.
    """
    found: list[Array] = [np.empty((0, 0), dtype=np.float32)] * len(depths)

    def keep(place: int, depth: Depth, output: Tensor) -> None:
        pooled = nn.functional.adaptive_avg_pool2d(output.detach(), depth.grid)
        found[place] = pooled.flatten(1).float().cpu().numpy()

    with ExitStack() as hooks:
        for place, depth in enumerate(depths):
            stage = network.features[network.stages.index(depth.stage)]
            handle = stage.register_forward_hook(
                lambda _module, _inputs, output, place=place, depth=depth: keep(
                    place, depth, output
                )
            )
            hooks.callback(handle.remove)
        yield found
