"""The heat map methods of pytorch-grad-cam, as a table, with what is mended in two of them.

Importing this module takes seconds (pytorch-grad-cam brings matplotlib and scikit-learn), so
it is imported with the first heat map. `cxrviewer.learning.networks.vision` must come before.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from pytorch_grad_cam import GradCAM, GradCAMPlusPlus, HiResCAM, LayerCAM
from pytorch_grad_cam.base_cam import BaseCAM
from torch import Tensor, nn

from cxrviewer.core.film import Array

Target = Callable[[Tensor], Tensor]

_MASKS_AT_ONCE = 16


class EigenCAM(BaseCAM):  # type: ignore[misc]  # pytorch-grad-cam is untyped
    """The first principal component of the activations.

    The package's own asks for all singular vectors: at an early stage that is a matrix of
    more than a gigabyte for the one vector used. It also leaves the sign to chance; here the
    greatest deviation counts as "looked at".

    References
    ----------
    Muhammad, Yeasin: Eigen-CAM, 2020.
    """

    def __init__(self, model: nn.Module, target_layers: list[nn.Module]) -> None:
        super().__init__(model, target_layers, uses_gradients=False)

    def get_cam_image(
        self, _input: Tensor, _layer: nn.Module, _targets: Any, activations: Array, *_: Any
    ) -> Array:
        """Return the projection of every film's activations, (n, height, width)."""
        return np.stack([_principal(one) for one in activations])


def _principal(activations: Array) -> Array:
    """Project (channels, height, width) on its first principal component."""
    points = activations.reshape(len(activations), -1).astype(np.float64).T
    points -= points.mean(axis=0)
    # The leading vector of the smaller of the two product matrices gives the same projection.
    if points.shape[0] < points.shape[1]:
        values, vectors = np.linalg.eigh(points @ points.T)
        projection = vectors[:, -1] * np.sqrt(max(values[-1], 0.0))
    else:
        projection = points @ np.linalg.eigh(points.T @ points)[1][:, -1]
    if abs(projection.min()) > abs(projection.max()):
        projection = -projection
    shaped: Array = projection.reshape(activations.shape[1:]).astype(np.float32)
    return shaped


class ScoreCAM(BaseCAM):  # type: ignore[misc]  # pytorch-grad-cam is untyped
    """Each channel weighed by the score of the film seen through it.

    The package's own makes all masked films at once (1,280 of them, 0.8 GB for one film) and
    draws progress bars; here they are made and asked batch by batch, with the same result.

    References
    ----------
    Wang et al.: Score-CAM, CVPR workshops 2020.
    """

    def __init__(self, model: nn.Module, target_layers: list[nn.Module]) -> None:
        super().__init__(model, target_layers, uses_gradients=False)

    def get_cam_weights(
        self,
        input_tensor: Tensor,
        _layers: Any,
        targets: Sequence[Target],
        activations: Array,
        _gradients: Any,
    ) -> Array:
        """Return the weight of every channel, (n, channels)."""
        # The hooks would otherwise keep the activations of every masked film.
        self.activations_and_grads.release()
        with torch.inference_mode():
            scores = [
                self._scores(film, target, torch.from_numpy(channels))
                for film, target, channels in zip(input_tensor, targets, activations, strict=True)
            ]
        weights: Array = torch.softmax(torch.stack(scores), dim=-1).numpy()
        return weights

    def _scores(self, film: Tensor, target: Target, channels: Tensor) -> Tensor:
        upsample = nn.UpsamplingBilinear2d(size=(film.shape[-2], film.shape[-1]))
        scores: list[float] = []
        for some in torch.split(channels, _MASKS_AT_ONCE):
            masks = upsample(some[None].to(film.device))[0]
            low, high = masks.amin(dim=(1, 2)), masks.amax(dim=(1, 2))
            masks = (masks - low[:, None, None]) / (high - low + 1e-8)[:, None, None]
            films = (film[None] * masks[:, None]).contiguous(memory_format=torch.channels_last)
            scores += [float(target(output)) for output in self.model(films)]
        return torch.tensor(scores)


@dataclass(frozen=True, kw_only=True)
class Method:
    """One way of making a heat map.

    Attributes
    ----------
    make
        Class of pytorch-grad-cam.
    masks_film
        True where the film itself is masked, so that the whole network must run again; else
        what follows the stage is enough.
    """

    make: Callable[[nn.Module, list[nn.Module]], BaseCAM]
    masks_film: bool = False


METHODS: dict[str, Method] = {
    "gradcam": Method(make=GradCAM),
    "gradcam++": Method(make=GradCAMPlusPlus),
    "hirescam": Method(make=HiResCAM),
    "layercam": Method(make=LayerCAM),
    "eigencam": Method(make=EigenCAM),
    "scorecam": Method(make=ScoreCAM, masks_film=True),
}


def raw_map(
    method: Method, model: nn.Module, layer: nn.Module, *, inputs: Tensor, label: int
) -> Array:
    """Return the map of one film for one label as the method gives it, before any scaling.

    Parameters
    ----------
    inputs
        (1, ...), what `model` is called with.
    label
        Index of the logit explained.

    Returns
    -------
    float32, (height, width) of the layer's output; negative where the method says "against".
    """
    maps: list[Array] = []
    cam = method.make(model, [layer])
    image = cam.get_cam_image

    def recording(*arguments: Any) -> Array:
        # What the package returns is already scaled to 0..1, which makes noise look like a
        # finding; the values before that are what can be judged.
        maps.append(image(*arguments))
        return maps[-1]

    cam.get_cam_image = recording
    try:
        # Called without `with`: the package's context manager hides errors of indexing.
        with torch.enable_grad():
            cam(inputs, [lambda logits: logits[label]])
    finally:
        cam.activations_and_grads.release()
    return np.asarray(maps[0][0], dtype=np.float32)
