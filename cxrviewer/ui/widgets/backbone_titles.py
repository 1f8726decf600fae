"""The networks in the words of their makers, and in the order a recipe offers them."""

from cxrviewer.core.recipe import Recipe
from cxrviewer.core.recipes import RECIPES

TITLES = {
    "vgg16": "VGG16",
    "resnet50v2": "ResNet50 V2",
    "resnet152v2": "ResNet152 V2",
    "densenet201": "DenseNet201",
    "inception_resnet_v2": "Inception-ResNet V2",
    "mobilenet_v2": "MobileNet V2",
    "xception": "Xception",
    "nasnet_large": "NASNet Large",
    "inception_v3": "Inception V3",
    "resnet50": "ResNet50",
    "densenet121": "DenseNet121",
    "efficientnet_v2_s": "EfficientNet V2 S",
    "convnext_tiny": "ConvNeXt Tiny",
}


def title(backbone: str) -> str:
    """Return the words for a network."""
    return TITLES.get(backbone, backbone)


def offered(recipe: Recipe) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the networks a recipe's source names, its own first, and all others."""
    named = tuple(dict.fromkeys((recipe.backbone, *recipe.backbones)))
    known = dict.fromkeys(name for other in RECIPES.values() for name in other.backbones)
    return named, tuple(sorted((name for name in known if name not in named), key=title))
