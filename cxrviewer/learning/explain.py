"""Where the network looked: heat maps from any stage, and whether they say anything."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from cxrviewer.core.errors import BundleError
from cxrviewer.core.film import Array
from cxrviewer.learning.networks.backbones import Network, tail

if TYPE_CHECKING:
    from cxrviewer.learning.cam_methods import Method

DEFAULT_METHOD = "gradcam"

_FLAT = 0.05
_NOTHING = 1e-3
_RING_SHARE = 1 / 14
_EDGE_MASS = 0.95
_SIDE_MASS = 0.05
_LEAST_INSIDE = 1 / 3


def method_named(name: str) -> "Method":
    """Return the heat map method with this name; the first call takes seconds.

    Raises
    ------
    BundleError
        If there is none.
    """
    from cxrviewer.learning.cam_methods import METHODS
    from cxrviewer.learning.networks import vision  # noqa: F401 - must be imported before the package

    if name not in METHODS:
        known = ", ".join(METHODS)
        raise BundleError(f"There is no heat map method “{name}”; choose {known}.")
    return METHODS[name]


class _FromStage(nn.Module):
    """What follows a stage, with a layer at its entrance for the hooks."""

    def __init__(self, rest: Network) -> None:
        super().__init__()
        self.entrance = nn.Identity()
        self.rest = rest

    def forward(self, activations: Tensor) -> Tensor:
        logits: Tensor = self.rest(self.entrance(activations))
        return logits


@dataclass(frozen=True, kw_only=True, eq=False)
class Seen:
    """One film on its way through a network.

    Attributes
    ----------
    batch
        (1, 3, height, width), the input.
    stage
        Name of the stage it has come to.
    activations
        (1, channels, h, w), the output of that stage.
    """

    batch: Tensor
    stage: str
    activations: Tensor


def heat(network: Network, seen: Seen, *, method: str, label: int) -> tuple[Array, str]:
    """Say where a network looked for one label of one film.

    Parameters
    ----------
    network
        In evaluation mode.
    label
        Index of the logit.

    Returns
    -------
    The map, float32, (h, w), 0..1, and why it is no localised evidence, or an empty text. A
    map with a flaw is all 0, so that nobody can draw it.

    Raises
    ------
    BundleError
        If there is no such method.
    """
    way = method_named(method)
    from cxrviewer.learning.cam_methods import raw_map

    if not bool(torch.isfinite(seen.activations).all()):
        # Some methods take NaN for 0 and would draw the rest.
        return _nothing(seen.activations), "the network's values are not numbers"
    if way.masks_film:
        layer = network.features[network.stages.index(seen.stage)]
        raw = raw_map(way, network, layer, inputs=seen.batch, label=label)
    else:
        model = _FromStage(tail(network, seen.stage))
        # A copy: values made in inference mode cannot take part in a backward pass.
        inputs = seen.activations.clone().requires_grad_()
        raw = raw_map(way, model, model.entrance, inputs=inputs, label=label)
    why = flaw(raw)
    if why:
        return _nothing(seen.activations), why
    return _scaled(np.maximum(raw, 0)), ""


def flaw(raw: Array) -> str:
    """Say why a map is no localised evidence; empty where it may be drawn.

    Parameters
    ----------
    raw
        (height, width), as the method gives it; only what is above 0 speaks for the label.
    """
    if not np.isfinite(raw).all():
        return "the map is not made of numbers"
    positive = np.maximum(raw, 0)
    top = float(positive.max())
    if top <= _NOTHING * float(np.abs(raw).max()):
        return "nothing in the film speaks for this label"
    if top - float(positive.min()) <= _FLAT * top:
        return "the map is the same all over the film"
    if _edge_only(positive):
        return "the map follows the film's edge on several sides"
    return ""


def _edge_only(positive: Array) -> bool:
    """Whether a map is the frame that zero padding draws, not something at one edge.

    Nearly all of it must lie in the outermost ring, and on three sides at least: a real
    finding may sit in a corner or along one side, a frame does not.
    """
    height, width = positive.shape
    ring = max(1, round(min(height, width) * _RING_SHARE))
    inside = positive[ring:-ring, ring:-ring]
    if inside.size < _LEAST_INSIDE * positive.size:
        # So coarse a map is nearly all edge.
        return False
    total = float(positive.sum())
    if float(inside.sum()) > (1 - _EDGE_MASS) * total:
        return False
    # Without the corners, which belong to two sides each.
    sides = (
        positive[:ring, ring:-ring],
        positive[-ring:, ring:-ring],
        positive[ring:-ring, :ring],
        positive[ring:-ring, -ring:],
    )
    return sum(float(side.sum()) > _SIDE_MASS * total for side in sides) >= 3


def _scaled(positive: Array) -> Array:
    low, high = positive.min(), positive.max()
    scaled: Array = ((positive - low) / (high - low)).astype(np.float32)
    return scaled


def _nothing(activations: Tensor) -> Array:
    return np.zeros(tuple(activations.shape[-2:]), dtype=np.float32)
