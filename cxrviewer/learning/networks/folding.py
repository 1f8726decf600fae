"""A network in the form it is asked in: the same function, in fewer and quicker steps."""

import copy
from itertools import pairwise

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from cxrviewer.learning.networks.network import Network

# Makers' blocks, by class name, that run each batch norm right after the convolution that is
# named before it, and use what lies between them for nothing else. All others stay as they are.
_IN_ORDER = frozenset(
    {
        "Sequential",
        "Conv2dNormActivation",  # torchvision, of MobileNetV2 and EfficientNetV2
        "BasicConv2d",  # torchvision, of InceptionV3
        "Bottleneck",  # torchvision, of ResNet
        "_DenseLayer",  # torchvision, of DenseNet
        "ConvNormAct",  # timm, of InceptionResNetV2 and NASNet
        "PreActBottleneck",  # timm, of ResNet V2
    }
)


def folded(network: Network) -> Network:
    """Return a copy for inference: batch norms folded into the convolutions before them.

    Every stage gives the same activations up to rounding, so heat maps can be taken from the
    copy. Nothing in it can be trained. Channels lie last in memory, which is what the
    convolutions of a processor want.
    """
    inference = copy.deepcopy(network).eval()
    for module in list(inference.modules()):
        if type(module).__name__ in _IN_ORDER:
            _fold(module)
    inference.requires_grad_(requires_grad=False)
    for parameter in inference.parameters():
        if parameter.ndim == 4:
            parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)
    return inference.eval()


def _fold(block: nn.Module) -> None:
    for (name, convolution), (next_name, norm) in pairwise(list(block.named_children())):
        if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
            setattr(block, name, fuse_conv_bn_eval(convolution, norm))
            # timm's batch norms bring their activation with them.
            setattr(block, next_name, getattr(norm, "act", nn.Identity()))
