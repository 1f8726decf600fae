"""Adam with a learning rate a stage, and its moments as plain tensors."""

from collections.abc import Callable

import torch
from torch import Tensor

from cxrviewer.learning.networks.backbones import Network

_SHARE = "share"


def adam(network: Network, share: Callable[[str], float]) -> torch.optim.Adam:
    """Return a fresh Adam for the parameters that learn.

    Parameters
    ----------
    share
        Name of a parameter -> its learning rate as a share of that next to the output.
    """
    groups: dict[float, list[Tensor]] = {}
    for name, parameter in network.named_parameters():
        if parameter.requires_grad:
            groups.setdefault(share(name), []).append(parameter)
    # Fused: all parameters in one pass over memory, a third of a step's time elsewhere.
    return torch.optim.Adam(
        [{"params": found, _SHARE: part} for part, found in groups.items()], fused=True
    )


def set_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """Set the learning rate next to the output, and the others as their share of it."""
    for group in optimiser.param_groups:
        group["lr"] = rate * group[_SHARE]


def moments(optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Return all that Adam remembers; the tensors are the live ones."""
    return {
        f"{index}.{name}": tensor
        for index, values in optimiser.state_dict()["state"].items()
        for name, tensor in values.items()
    }


def restore_moments(optimiser: torch.optim.Optimizer, kept: dict[str, Tensor]) -> None:
    """Go back to what `moments` returned, for a fresh Adam of the same parameters."""
    parameters = [p for group in optimiser.param_groups for p in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for key, tensor in kept.items():
        index, name = key.split(".")
        parameter = parameters[int(index)]
        if tensor.shape == parameter.shape:
            # Fused Adam walks through memory, so a moment must lie there as its parameter does.
            tensor = torch.empty_like(parameter, requires_grad=False).copy_(tensor)  # noqa: PLW2901
        state.setdefault(int(index), {})[name] = tensor
    groups = optimiser.state_dict()["param_groups"]
    optimiser.load_state_dict({"state": state, "param_groups": groups})
