"""NASNet, whose cells look at the outputs of the two cells before them."""

import torch
from torch import Tensor, nn

from cxrviewer.learning.networks.backbone import Base
from cxrviewer.learning.networks.makers import timm_network

# Cells, and the channels of the newer of the two outputs that enter a stage; between the
# stages both have the same height and width.
_LAST_CELL = 17


class StemCells(nn.Module):
    """From the first convolution to the first two outputs of the same size."""

    def __init__(self, stem0: nn.Module, stem1: nn.Module, cell: nn.Module) -> None:
        super().__init__()
        self.stem0 = stem0
        self.stem1 = stem1
        self.cell = cell

    def forward(self, activations: Tensor) -> Tensor:
        """Return the cell's output and its predecessor's side by side, as channels."""
        before = self.stem0(activations)
        newer = self.stem1(activations, before)
        return torch.cat((self.cell(newer, before), newer), dim=1)


class Cell(nn.Module):
    """A cell between stages: two outputs of the same size come in and go out as one tensor.

    Parameters
    ----------
    newer
        Channels of the newer output; the older one's follow.
    """

    def __init__(self, cell: nn.Module, *, newer: int) -> None:
        super().__init__()
        self.cell = cell
        self.newer = newer

    def forward(self, pair: Tensor) -> Tensor:
        """Return the cell's output and its predecessor's side by side, as channels."""
        newer, older = pair[:, : self.newer], pair[:, self.newer :]
        return torch.cat((self.cell(newer, older), newer), dim=1)


class Reduction(nn.Module):
    """A reduction cell and the cell after it, which looks past it at the older output."""

    def __init__(self, reduction: nn.Module, cell: nn.Module, *, newer: int) -> None:
        super().__init__()
        self.reduction = reduction
        self.cell = cell
        self.newer = newer

    def forward(self, pair: Tensor) -> Tensor:
        """Return the cell's output and the reduced one side by side, as channels."""
        newer, older = pair[:, : self.newer], pair[:, self.newer :]
        reduced = self.reduction(newer, older)
        return torch.cat((self.cell(reduced, older), reduced), dim=1)


class LastCell(nn.Module):
    """The last cell, whose output alone is used."""

    def __init__(self, cell: nn.Module, *, newer: int) -> None:
        super().__init__()
        self.cell = cell
        self.newer = newer

    def forward(self, pair: Tensor) -> Tensor:
        """Return the cell's output, activated."""
        newer, older = pair[:, : self.newer], pair[:, self.newer :]
        return torch.relu(self.cell(newer, older))


def nasnet_large() -> Base:
    """Return NASNet-A (6 @ 4032).

    References
    ----------
    Zoph et al.: Learning transferable architectures for scalable image recognition, CVPR 2018.
    """
    maker = timm_network("nasnetalarge")
    cells = [getattr(maker, f"cell_{i}") for i in range(_LAST_CELL + 1)]
    unit = maker.num_features // 24
    stages: dict[str, nn.Module] = {
        "stem": maker.conv0,
        "cell0": StemCells(maker.cell_stem_0, maker.cell_stem_1, cells[0]),
    }
    reductions = {6: maker.reduction_cell_0, 12: maker.reduction_cell_1}
    for i, cell in enumerate(cells[1:_LAST_CELL], start=1):
        # A normal cell joins six branches; their width doubles with each reduction.
        newer = 6 * unit * 2 ** ((i - 1) // 6)
        stages[f"cell{i}"] = (
            Reduction(reductions[i], cell, newer=newer)
            if i in reductions
            else Cell(cell, newer=newer)
        )
    stages["last"] = LastCell(cells[_LAST_CELL], newer=24 * unit)
    return Base(maker=maker, stages=stages, width=maker.num_features)
