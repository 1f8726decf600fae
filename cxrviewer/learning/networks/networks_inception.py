"""Networks of the Inception family: InceptionV3, InceptionResNetV2, Xception."""

from torch import nn

from cxrviewer.learning.networks import vision
from cxrviewer.learning.networks.backbone import Base
from cxrviewer.learning.networks.makers import timm_network

_MIXED = ("5c", "5d", "6a", "6b", "6c", "6d", "6e", "7a", "7b", "7c")


def inception_v3() -> Base:
    """Return InceptionV3 without the auxiliary classifier.

    References
    ----------
    Szegedy et al.: Rethinking the Inception architecture for computer vision, CVPR 2016.
    """
    maker = vision.models.inception_v3(num_classes=1, aux_logits=False, init_weights=True)
    stages: dict[str, nn.Module] = {
        "stem": nn.Sequential(maker.Conv2d_1a_3x3, maker.Conv2d_2a_3x3, maker.Conv2d_2b_3x3),
        "conv4": nn.Sequential(maker.maxpool1, maker.Conv2d_3b_1x1, maker.Conv2d_4a_3x3),
        "mixed5b": nn.Sequential(maker.maxpool2, maker.Mixed_5b),
    }
    stages |= {f"mixed{part}": getattr(maker, f"Mixed_{part}") for part in _MIXED}
    return Base(maker=maker, stages=stages, width=2048)


def inception_resnet_v2() -> Base:
    """Return InceptionResNetV2.

    References
    ----------
    Szegedy et al.: Inception-v4, Inception-ResNet and the impact of residual connections, 2016.
    """
    maker = timm_network("inception_resnet_v2")
    stages: dict[str, nn.Module] = {
        "stem": nn.Sequential(maker.conv2d_1a, maker.conv2d_2a, maker.conv2d_2b),
        "conv4": nn.Sequential(maker.maxpool_3a, maker.conv2d_3b, maker.conv2d_4a),
        "mixed5b": nn.Sequential(maker.maxpool_5a, maker.mixed_5b),
        **_numbered("block35", maker.repeat),
        "mixed6a": maker.mixed_6a,
        **_numbered("block17", maker.repeat_1),
        "mixed7a": maker.mixed_7a,
        **_numbered("block8", [*maker.repeat_2, maker.block8]),
        "last": maker.conv2d_7b,
    }
    return Base(maker=maker, stages=stages, width=1536)


def xception() -> Base:
    """Return Xception.

    References
    ----------
    Chollet: Xception, deep learning with depthwise separable convolutions, CVPR 2017.
    """
    maker = timm_network("legacy_xception")
    stages: dict[str, nn.Module] = {
        "stem": nn.Sequential(
            maker.conv1, maker.bn1, maker.act1, maker.conv2, maker.bn2, maker.act2
        ),
        **{f"block{i}": getattr(maker, f"block{i}") for i in range(1, 13)},
        "conv3": nn.Sequential(maker.conv3, maker.bn3, maker.act3),
        "conv4": nn.Sequential(maker.conv4, maker.bn4, maker.act4),
    }
    return Base(maker=maker, stages=stages, width=2048)


def _numbered(name: str, blocks: "nn.Sequential | list[nn.Module]") -> dict[str, nn.Module]:
    return {f"{name}_{i}": block for i, block in enumerate(blocks, start=1)}
