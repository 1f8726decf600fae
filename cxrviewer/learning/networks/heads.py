"""The dense layers between pooling and logits, as the papers give them."""

from collections import OrderedDict
from dataclasses import dataclass

from torch import Tensor, nn


@dataclass(frozen=True, kw_only=True)
class Head:
    """What is put on a backbone's pooled activations.

    Attributes
    ----------
    outputs
        Number of logits.
    hidden
        Widths of the dense layers (ReLU) before the output layer.
    dropout
        Share of the output layer's inputs dropped while learning. It has no parameters and
        leaves every name as it is, so that weights learned with it load without it.
    """

    outputs: int
    hidden: tuple[int, ...] = ()
    dropout: float = 0.0

    def build(self, inputs: int) -> nn.Module:
        """Return the layers for pooled activations (n, inputs), giving logits (n, outputs)."""
        layers: OrderedDict[str, nn.Module] = OrderedDict()
        for number, width in enumerate(self.hidden, start=1):
            layers[f"hidden{number}"] = dense(inputs, width)
            layers[f"relu{number}"] = nn.ReLU()
            inputs = width
        output = Output(inputs, self.outputs, dropout=self.dropout)
        if not self.hidden:
            return output
        layers["output"] = output
        return nn.Sequential(layers)


class Output(nn.Linear):
    """A dense layer that drops a share of its inputs while learning."""

    def __init__(self, inputs: int, outputs: int, *, dropout: float) -> None:
        super().__init__(inputs, outputs)
        self.dropout = dropout
        _start(self)

    def forward(self, pooled: Tensor) -> Tensor:
        """Return the logits, (n, outputs), of (n, inputs)."""
        kept = nn.functional.dropout(pooled, self.dropout, self.training)
        return super().forward(kept)


def dense(inputs: int, outputs: int) -> nn.Linear:
    """Return a dense layer that starts as the papers' framework starts it (Glorot uniform, 0)."""
    layer = nn.Linear(inputs, outputs)
    _start(layer)
    return layer


def _start(layer: nn.Linear) -> None:
    nn.init.xavier_uniform_(layer.weight)
    nn.init.zeros_(layer.bias)
