"""Weights into and out of networks: safetensors only, every name and shape checked."""

from collections.abc import Mapping
from pathlib import Path

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from cxrviewer.core import paths
from cxrviewer.core.bundle import Bundle, check_weights, sha256
from cxrviewer.core.errors import BundleError, PlanError
from cxrviewer.learning.backbones import BACKBONES, HEAD, Backbone, Network

DOWNLOAD = "download"

State = dict[str, Tensor]


def load_network(bundle: Bundle) -> Network:
    """Build a bundle's network and load its weights, in evaluation mode.

    Raises
    ------
    BundleError
        If the architecture is unknown, or the weights are missing, changed, or do not fit.
    """
    manifest = bundle.manifest
    backbone = BACKBONES.get(manifest.architecture)
    if backbone is None:
        known = ", ".join(BACKBONES)
        raise BundleError(
            f"The model {manifest.id} needs the network “{manifest.architecture}”, which this "
            f"program does not know; it knows {known}."
        )
    check_weights(bundle)
    network = backbone.build(len(manifest.labels))
    try:
        state = safetensors.torch.load_file(bundle.weights)
    except (OSError, safetensors.SafetensorError) as error:
        raise BundleError(
            f"The weights of the model {manifest.id} cannot be read; install the model anew."
        ) from error
    misfit = _misfit(state, network.state_dict())
    if misfit:
        raise BundleError(
            f"The weights of the model {manifest.id} do not fit its network ({misfit}); "
            "install the model anew."
        )
    network.load_state_dict(state)
    return network.eval()


def save(network: Network, file: Path) -> str:
    """Write a network's weights, whole or not at all.

    Returns
    -------
    SHA-256 of the file, as the manifest wants it.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    state = {name: tensor.cpu().contiguous() for name, tensor in network.state_dict().items()}
    with paths.replacing(file) as temporary:
        temporary.write_bytes(safetensors.torch.save(state, metadata={"format": "pt"}))
    return sha256(file)


def imagenet_state(source: str, backbone: Backbone) -> State:
    """Return ImageNet weights of a backbone, without a head.

    Parameters
    ----------
    source
        A safetensors file in torchvision's layout, or `download` for torchvision's own; the
        latter is the user's explicit wish to use the network.

    Raises
    ------
    PlanError
        If the file is not there, damaged or of another network, or the download failed; its
        field is `weights`.
    """
    state = _downloaded(backbone) if source == DOWNLOAD else _from_file(Path(source))
    kept = {name: tensor for name, tensor in state.items() if not name.startswith(f"{HEAD}.")}
    wanted = {
        name: tensor
        for name, tensor in backbone.build(2).state_dict().items()
        if not name.startswith(f"{HEAD}.")
    }
    misfit = _misfit(kept, wanted)
    if misfit:
        raise PlanError(
            f"The weights in {source} are not those of {backbone.title} ({misfit}); choose "
            "another file.",
            field="weights",
        )
    return kept


def start_from(network: Network, state: State) -> None:
    """Load weights without a head, as `imagenet_state` returns them; the head stays as it is."""
    network.load_state_dict({**network.state_dict(), **state})


def _from_file(file: Path) -> State:
    try:
        return safetensors.torch.load_file(file)
    except FileNotFoundError:
        raise PlanError(
            f"There is no weights file {file}; choose another.", field="weights"
        ) from None
    except (OSError, safetensors.SafetensorError) as error:
        raise PlanError(
            f"The file {file.name} cannot be read as weights (safetensors); choose another.",
            field="weights",
        ) from error


def _downloaded(backbone: Backbone) -> State:
    try:
        return backbone.download()
    except (OSError, RuntimeError) as error:
        raise PlanError(
            f"The ImageNet weights of {backbone.title} could not be downloaded; check the "
            "network connection, or name a weights file.",
            field="weights",
        ) from error


def _misfit(state: Mapping[str, Tensor], wanted: Mapping[str, Tensor]) -> str:
    """Say in words how weights differ from what a network needs; empty where they fit."""
    missing = [name for name in wanted if name not in state]
    extra = [name for name in state if name not in wanted]
    if missing or extra:
        return f"{len(missing)} missing, {len(extra)} unknown, first {(missing or extra)[0]}"
    for name, tensor in state.items():
        if tensor.shape != wanted[name].shape:
            return f"{name} has the wrong shape"
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            return f"{name} holds values that are no numbers"
    return ""
