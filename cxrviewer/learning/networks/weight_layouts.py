"""How the files of different makers name the same weights, and which backbone a file fits."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import nn

from cxrviewer.learning.networks.backbone import Backbone, makers_names
from cxrviewer.learning.networks.network import HEAD

Shapes = Mapping[str, tuple[int, ...]]

# Counters of batch norms; some makers leave them out and nothing depends on them.
_COUNTER = "num_batches_tracked"
# torchvision's own DenseNet files still write "norm.1" for what its network calls "norm1".
_OLD_DENSE_LAYER = re.compile(r"(denselayer\d+\.(?:norm|conv))\.(\d)")


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One way of naming a backbone's tensors.

    Attributes
    ----------
    names
        Name in the file -> name in the program, without any head.
    shapes
        Name in the program -> shape.
    heads
        Beginnings of the names that belong to a head and are left out.
    """

    names: dict[str, str]
    shapes: Shapes
    heads: tuple[str, ...]

    def misfit(self, found: Shapes) -> str:
        """Say in words how a file differs from this layout; empty where it fits."""
        known = {_modern(name): shape for name, shape in found.items()}
        missing = [name for name in self.names if name not in known and _COUNTER not in name]
        extra = [
            name
            for name in known
            if name not in self.names
            and not name.startswith(self.heads)
            and not name.endswith(_COUNTER)
        ]
        if missing or extra:
            return f"{len(missing)} missing, {len(extra)} unknown, first {(missing or extra)[0]}"
        for name, ours in self.names.items():
            if name in known and _squeezed(known[name]) != _squeezed(self.shapes[ours]):
                return f"{name} has the wrong shape"
        return ""

    def ours(self, name: str) -> str:
        """Return the program's name of a tensor in the file, empty for one of a head."""
        return self.names.get(_modern(name), "")


def layout_of(found: Shapes, backbone: Backbone) -> tuple[Layout, str]:
    """Return the layout of a backbone's that a file is nearest to, and how it differs from it."""
    tried = [(layout, layout.misfit(found)) for layout in _layouts(backbone)]
    fitting = [pair for pair in tried if not pair[1]]
    return (fitting or tried)[0]


@functools.cache
def _layouts(backbone: Backbone) -> tuple[Layout, ...]:
    """Return the makers' layout first, then the program's own, then the other makers'."""
    names = makers_names(backbone)
    shapes = backbone.shapes()
    makers = Layout(names=names, shapes=shapes, heads=backbone.heads)
    own = Layout(names={name: name for name in shapes}, shapes=shapes, heads=(f"{HEAD}.",))
    if backbone.twin is None:
        return makers, own
    with torch.device("meta"):
        twin = backbone.twin()
    # Both makers write the layers in the order in which they are run.
    ordered = [name for name in names.values() if _COUNTER not in name]
    pairs = zip(_tensors(twin, backbone.twin_heads), ordered, strict=True)
    other = Layout(names=dict(pairs), shapes=shapes, heads=backbone.twin_heads)
    return makers, own, other


def _tensors(network: nn.Module, heads: tuple[str, ...]) -> list[str]:
    return [
        name for name in network.state_dict() if not name.startswith(heads) and _COUNTER not in name
    ]


def _modern(name: str) -> str:
    return _OLD_DENSE_LAYER.sub(r"\1\2", name)


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Leave out sides of length 1, which makers write or do not."""
    return tuple(side for side in shape if side != 1)
