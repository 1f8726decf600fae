"""Networks of residual and of dense blocks: ResNet, ResNet V2, DenseNet."""

from typing import Any

import torch
from torch import Tensor, nn

from cxrviewer.learning.networks import vision
from cxrviewer.learning.networks.backbone import Base
from cxrviewer.learning.networks.makers import timm_network

# Dense layers a stage: coarse enough to choose from, fine enough to freeze at.
_DENSE_LAYERS = 8


def resnet50() -> Base:
    """Return ResNet50.

    References
    ----------
    He et al.: Deep residual learning for image recognition, CVPR 2016.
    """
    maker = vision.models.resnet50(num_classes=1)
    stem = nn.Sequential(maker.conv1, maker.bn1, maker.relu, maker.maxpool)
    groups = (maker.layer1, maker.layer2, maker.layer3, maker.layer4)
    return Base(maker=maker, stages={"stem": stem, **_blocks(groups)}, width=2048)


def resnet50v2() -> Base:
    """Return ResNet50 with the activation before each convolution.

    References
    ----------
    He et al.: Identity mappings in deep residual networks, ECCV 2016.
    """
    return _preactivated("resnetv2_50")


def resnet152v2() -> Base:
    """Return ResNet152 with the activation before each convolution; see `resnet50v2`."""
    return _preactivated("resnetv2_152")


def _preactivated(name: str) -> Base:
    maker = timm_network(name)
    groups = tuple(group.blocks for group in maker.stages)
    stages = {"stem": maker.stem, **_blocks(groups), "last": maker.norm}
    return Base(maker=maker, stages=stages, width=2048)


def _blocks(groups: tuple[nn.Sequential, ...]) -> dict[str, nn.Module]:
    blocks = [block for group in groups for block in group]
    return {f"block{i}": block for i, block in enumerate(blocks, start=1)}


class DenseLayers(nn.ModuleList):
    """Some layers of a dense block: each sees what came in and what all before it gave."""

    def forward(self, activations: Tensor) -> Tensor:
        """Return the input and the output of every layer side by side, as channels."""
        seen = [activations]
        for layer in self:
            seen.append(layer(seen))
        return torch.cat(seen, dim=1)


def densenet121() -> Base:
    """Return DenseNet121.

    References
    ----------
    Huang et al.: Densely connected convolutional networks, CVPR 2017.
    """
    return _dense(vision.models.densenet121(num_classes=1))


def densenet201() -> Base:
    """Return DenseNet201; see `densenet121`."""
    return _dense(vision.models.densenet201(num_classes=1))


def _dense(maker: Any) -> Base:
    parts: dict[str, Any] = dict(maker.features.named_children())
    stem = nn.Sequential(*(parts[name] for name in ("conv0", "norm0", "relu0", "pool0")))
    stages: dict[str, nn.Module] = {"stem": stem}
    for block in range(1, 5):
        layers = list(parts[f"denseblock{block}"].children())
        for i in range(0, len(layers), _DENSE_LAYERS):
            part = DenseLayers(layers[i : i + _DENSE_LAYERS])
            stages[f"dense{block}_{i // _DENSE_LAYERS + 1}"] = part
        if block < 4:
            stages[f"transition{block}"] = parts[f"transition{block}"]
    stages["last"] = nn.Sequential(parts["norm5"], nn.ReLU())
    return Base(maker=maker, stages=stages, width=parts["norm5"].num_features)
