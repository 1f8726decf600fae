"""The backbones that can be trained and explained, as a table."""

from cxrviewer.learning.networks.backbone import Backbone, Base, Layer
from cxrviewer.learning.networks.network import HEAD, Network, parameter_count, pool, tail, trunk
from cxrviewer.learning.networks.networks_inception import (
    inception_resnet_v2,
    inception_v3,
    xception,
)
from cxrviewer.learning.networks.networks_nasnet import nasnet_large
from cxrviewer.learning.networks.networks_plain import (
    convnext_tiny,
    convnext_tiny_twin,
    efficientnet_v2_s,
    mobilenet_v2,
    mobilenet_v2_in_keras,
    mobilenet_v2_twin,
    vgg16,
)
from cxrviewer.learning.networks.networks_residual import (
    densenet121,
    densenet201,
    resnet50,
    resnet50v2,
    resnet152v2,
)

__all__ = [
    "BACKBONES",
    "HEAD",
    "Backbone",
    "Base",
    "Layer",
    "Network",
    "parameter_count",
    "pool",
    "tail",
    "trunk",
]

_IMAGENET_MEAN = (0.485, 0.456, 0.406)
_IMAGENET_STD = (0.229, 0.224, 0.225)
_HALF = (0.5, 0.5, 0.5)
_TORCHVISION = "https://download.pytorch.org/models"
_TIMM = "https://github.com/huggingface/pytorch-image-models/releases/download"

BACKBONES: dict[str, Backbone] = {
    backbone.name: backbone
    for backbone in (
        Backbone(
            name="mobilenet_v2",
            title="MobileNetV2",
            base=mobilenet_v2,
            mean=_IMAGENET_MEAN,
            std=_IMAGENET_STD,
            heads=("classifier.",),
            url=f"{_TORCHVISION}/mobilenet_v2-b0353104.pth",
            twin=mobilenet_v2_twin,
            twin_heads=("classifier.",),
            counted=mobilenet_v2_in_keras,
        ),
        Backbone(
            name="vgg16",
            title="VGG16",
            base=vgg16,
            mean=_IMAGENET_MEAN,
            std=_IMAGENET_STD,
            heads=("classifier.", "pre_logits.", "head."),
            url=f"{_TORCHVISION}/vgg16-397923af.pth",
        ),
        Backbone(
            name="resnet50",
            title="ResNet50",
            base=resnet50,
            mean=_IMAGENET_MEAN,
            std=_IMAGENET_STD,
            heads=("fc.",),
            url=f"{_TORCHVISION}/resnet50-0676ba61.pth",
        ),
        Backbone(
            name="resnet50v2",
            title="ResNet50V2",
            base=resnet50v2,
            mean=_HALF,
            std=_HALF,
            heads=("head.",),
            url=f"{_TIMM}/v0.1-rsb-weights/resnetv2_50_a1h-000cdf49.pth",
        ),
        Backbone(
            name="resnet152v2",
            title="ResNet152V2",
            base=resnet152v2,
            mean=_HALF,
            std=_HALF,
            heads=("head.",),
        ),
        Backbone(
            name="densenet121",
            title="DenseNet121",
            base=densenet121,
            mean=_IMAGENET_MEAN,
            std=_IMAGENET_STD,
            heads=("classifier.",),
            url=f"{_TORCHVISION}/densenet121-a639ec97.pth",
        ),
        Backbone(
            name="densenet201",
            title="DenseNet201",
            base=densenet201,
            mean=_IMAGENET_MEAN,
            std=_IMAGENET_STD,
            heads=("classifier.",),
            url=f"{_TORCHVISION}/densenet201-c1103571.pth",
        ),
        Backbone(
            name="inception_v3",
            title="InceptionV3",
            base=inception_v3,
            mean=_HALF,
            std=_HALF,
            smallest=75,
            heads=("fc.", "AuxLogits."),
            url=f"{_TORCHVISION}/inception_v3_google-0cc3c7bd.pth",
        ),
        Backbone(
            name="inception_resnet_v2",
            title="InceptionResNetV2",
            base=inception_resnet_v2,
            mean=_HALF,
            std=_HALF,
            smallest=75,
            heads=("classif.",),
            url=f"{_TIMM}/v0.1-weights/inception_resnet_v2-940b1cd6.pth",
        ),
        Backbone(
            name="xception",
            title="Xception",
            base=xception,
            mean=_HALF,
            std=_HALF,
            smallest=71,
            heads=("fc.", "last_linear."),
            url=f"{_TIMM}/v0.1-cadene/xception-43020ad28.pth",
        ),
        Backbone(
            name="nasnet_large",
            title="NASNetLarge",
            base=nasnet_large,
            mean=_HALF,
            std=_HALF,
            heads=("last_linear.",),
            url=f"{_TIMM}/v0.1-weights/nasnetalarge-dc4a7b8b.pth",
        ),
        Backbone(
            name="efficientnet_v2_s",
            title="EfficientNetV2-S",
            base=efficientnet_v2_s,
            mean=_IMAGENET_MEAN,
            std=_IMAGENET_STD,
            heads=("classifier.",),
            url=f"{_TORCHVISION}/efficientnet_v2_s-dd5fe13b.pth",
        ),
        Backbone(
            name="convnext_tiny",
            title="ConvNeXt-Tiny",
            base=convnext_tiny,
            mean=_IMAGENET_MEAN,
            std=_IMAGENET_STD,
            heads=("classifier.2.",),
            url=f"{_TORCHVISION}/convnext_tiny-983f1562.pth",
            twin=convnext_tiny_twin,
            twin_heads=("head.fc.",),
        ),
    )
}
