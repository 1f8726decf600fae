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
from cxrviewer.learning.networks import weight_files
from cxrviewer.learning.networks.backbones import BACKBONES, Backbone, Network
from cxrviewer.learning.networks.heads import Head
from cxrviewer.learning.networks.weight_layouts import layout_of

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
    network = backbone.build(Head(outputs=len(manifest.labels), hidden=manifest.hidden))
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
    """Return ImageNet weights of a backbone in the program's names, without a head.

    Parameters
    ----------
    source
        A safetensors file in torchvision's, timm's or the program's own layout; a folder that
        holds one; or `download` for the makers' published file, checked by its hash. The last
        is the user's explicit wish to use the network.

    Raises
    ------
    PlanError
        If there are none, they are damaged or of another network, or the download failed; its
        field is `weights`.
    """
    if source == DOWNLOAD:
        return _translated(_downloaded(backbone), backbone, source=backbone.url)
    file = Path(file_of(source, backbone))
    return _translated(weight_files.read(file, backbone), backbone, source=file.name)


def file_of(source: str, backbone: Backbone) -> str:
    """Return the file that `imagenet_state` reads, or `download`.

    Raises
    ------
    PlanError
        If a folder holds none.
    """
    return source if source == DOWNLOAD else str(weight_files.file_for(Path(source), backbone))


def start_from(network: Network, state: State) -> None:
    """Load weights without a head, as `imagenet_state` returns them; the head stays as it is."""
    network.load_state_dict({**network.state_dict(), **state})


def _downloaded(backbone: Backbone) -> State:
    if not backbone.url:
        raise PlanError(
            f"No ImageNet weights of {backbone.title} are published; name a weights file, or "
            "train from scratch.",
            field="weights",
        )
    try:
        state: State = torch.hub.load_state_dict_from_url(
            backbone.url, map_location="cpu", progress=False, check_hash=True, weights_only=True
        )
    except OSError as error:
        raise PlanError(
            f"The ImageNet weights of {backbone.title} could not be downloaded; check the "
            "network connection, or name a weights file.",
            field="weights",
        ) from error
    except RuntimeError as error:
        raise PlanError(
            f"The ImageNet weights of {backbone.title} arrived damaged (wrong hash); try again, "
            "or name a weights file.",
            field="weights",
        ) from error
    return state


def _translated(state: State, backbone: Backbone, *, source: str) -> State:
    """Give tensors of a file the program's names and shapes; a head is left out."""
    layout, misfit = layout_of({name: tuple(t.shape) for name, t in state.items()}, backbone)
    if misfit:
        raise weight_files.wrong_network(source, backbone, misfit)
    translated = {
        layout.ours(name): tensor.reshape(layout.shapes[layout.ours(name)])
        for name, tensor in state.items()
        if layout.ours(name)
    }
    if not all(bool(torch.isfinite(tensor).all()) for tensor in translated.values()):
        raise PlanError(
            f"The weights in {source} hold values that are no numbers; choose another file.",
            field="weights",
        )
    return translated


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
