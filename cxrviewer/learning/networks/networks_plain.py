"""Networks that torchvision writes as one row of blocks: VGG, MobileNetV2, and two of today."""

from torch import nn

from cxrviewer.learning.networks import vision
from cxrviewer.learning.networks.backbone import Base, Layer
from cxrviewer.learning.networks.makers import timm_network

_VGG16 = (64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M")
_VGG_BLOCKS = {
    "block1": slice(0, 4),
    "block2": slice(4, 9),
    "block3": slice(9, 16),
    "block4": slice(16, 23),
    "block5": slice(23, 30),
    "pool": slice(30, 31),
}


def vgg16() -> Base:
    """Return VGG16 without its dense layers; each block starts with the pooling before it.

    References
    ----------
    Simonyan, Zisserman: Very deep convolutional networks for large-scale image recognition, 2015.
    """
    # Not the whole network: its two dense layers of 4,096 would be made to be thrown away.
    layers = vision.models.vgg.make_layers(list(_VGG16))
    for layer in layers:
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    stages = {name: layers[which] for name, which in _VGG_BLOCKS.items()}
    return Base(maker=nn.ModuleDict({"features": layers}), stages=stages, width=512)


def mobilenet_v2() -> Base:
    """Return MobileNetV2.

    References
    ----------
    Sandler et al.: MobileNetV2, inverted residuals and linear bottlenecks, CVPR 2018.
    """
    maker = vision.models.mobilenet_v2(num_classes=1)
    first, *blocks, last = maker.features
    named = {f"block{i}": block for i, block in enumerate(blocks)}
    return Base(maker=maker, stages={"stem": first, **named, "last": last}, width=1280)


def efficientnet_v2_s() -> Base:
    """Return EfficientNetV2-S, no block of which is ever skipped.

    References
    ----------
    Tan, Le: EfficientNetV2, smaller models and faster training, ICML 2021.
    """
    maker = vision.models.efficientnet_v2_s(num_classes=1, stochastic_depth_prob=0.0)
    first, *groups, last = maker.features
    blocks = [block for group in groups for block in group]
    named = {f"block{i}": block for i, block in enumerate(blocks, start=1)}
    return Base(maker=maker, stages={"stem": first, **named, "last": last}, width=1280)


def convnext_tiny() -> Base:
    """Return ConvNeXt-Tiny, no block of which is ever skipped.

    References
    ----------
    Liu et al.: A ConvNet for the 2020s, CVPR 2022.
    """
    maker = vision.models.convnext_tiny(num_classes=1, stochastic_depth_prob=0.0)
    first, *groups = maker.features
    stages: dict[str, nn.Module] = {"stem": first}
    for blocks, shrink in zip(groups[::2], [None, *groups[1::2]], strict=True):
        for i, block in enumerate(blocks):
            whole = nn.Sequential(shrink, block) if shrink and not i else block
            stages[f"block{len(stages)}"] = whole
    # The makers normalise the pooled activations; on vectors their norm is the plain one.
    norm = maker.classifier[0]
    neck = nn.LayerNorm(norm.normalized_shape, eps=norm.eps)
    neck.weight, neck.bias = norm.weight, norm.bias
    return Base(maker=maker, stages=stages, width=768, neck=neck)


def mobilenet_v2_twin() -> nn.Module:
    """Return MobileNetV2 as timm writes it."""
    twin: nn.Module = timm_network("mobilenetv2_100")
    return twin


def convnext_tiny_twin() -> nn.Module:
    """Return ConvNeXt-Tiny as timm writes it."""
    twin: nn.Module = timm_network("convnext_tiny")
    return twin


_BLOCKS = 17
_STRIDED = (1, 3, 6, 13)
_RESIDUAL = (2, 4, 5, 7, 8, 9, 11, 12, 14, 15)


def mobilenet_v2_in_keras() -> tuple[Layer, ...]:
    """List MobileNetV2's layers in the order and number of Keras (154 with the input)."""
    layers = [Layer(name="input"), *_convolution("stem", "features.0")]
    for block in range(_BLOCKS):
        path = f"features.{block + 1}.conv"
        step = 0
        if block:
            layers += _convolution(f"block{block} expand", f"{path}.0")
            step = 1
        if block in _STRIDED:
            layers.append(Layer(name=f"block{block} pad"))
        layers += _convolution(f"block{block} depthwise", f"{path}.{step}")
        layers += (
            Layer(name=f"block{block} project", module=f"{path}.{step + 1}"),
            Layer(name=f"block{block} project norm", module=f"{path}.{step + 2}"),
        )
        if block in _RESIDUAL:
            layers.append(Layer(name=f"block{block} add"))
    return (*layers, *_convolution("last", f"features.{_BLOCKS + 1}"))


def _convolution(name: str, path: str) -> tuple[Layer, ...]:
    return (
        Layer(name=name, module=f"{path}.0"),
        Layer(name=f"{name} norm", module=f"{path}.1"),
        Layer(name=f"{name} relu"),
    )
