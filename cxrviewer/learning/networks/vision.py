"""The one door to torchvision, whatever build of it is installed.

torchvision's compiled operators load only beside the very torch they were built for. Where they
do not, importing the package fails because its operators are not even declared. This module
declares the two it asks for, with kernels in plain torch, and only then imports it. Whatever
itself imports torchvision (timm, pytorch_grad_cam) is imported after this module.
"""

import importlib.machinery
import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import torch
from torch import Tensor

from cxrviewer.core.logs import logger


def non_maximum_suppression(boxes: Tensor, scores: Tensor, iou_threshold: float) -> Tensor:
    """Keep the best of every group of boxes that overlap.

    Parameters
    ----------
    boxes
        (n, 4), left, top, right, bottom.
    scores
        (n,).
    iou_threshold
        A box goes when its intersection over union with a better one is greater.

    Returns
    -------
    int64, (kept,): indices of the boxes that stay, best first.
    """
    order = torch.argsort(scores, descending=True, stable=True)
    ordered = boxes[order].float()
    areas = (ordered[:, 2] - ordered[:, 0]) * (ordered[:, 3] - ordered[:, 1])
    alive = torch.ones(len(ordered), dtype=torch.bool, device=boxes.device)
    for i in range(len(ordered)):
        if not alive[i]:
            continue
        rest = ordered[i + 1 :]
        corner = torch.maximum(ordered[i, :2], rest[:, :2])
        sides = (torch.minimum(ordered[i, 2:], rest[:, 2:]) - corner).clamp(min=0)
        shared = sides[:, 0] * sides[:, 1]
        # A comparison with the 0 / 0 of two empty boxes is false: both stay, as in torchvision.
        alive[i + 1 :] &= ~(shared / (areas[i] + areas[i + 1 :] - shared) > iou_threshold)
    return order[alive]


def _quantised_suppression(boxes: Tensor, scores: Tensor, iou_threshold: float) -> Tensor:
    return non_maximum_suppression(boxes.dequantize(), scores.dequantize(), iou_threshold)


# Operator -> kernel; the signatures are torchvision's.
_KERNELS = {"nms": non_maximum_suppression, "qnms": _quantised_suppression}
_SIGNATURE = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


def compiled_operators_load(folder: Path) -> bool:
    """Try torchvision's compiled operators in this folder; False where they do not fit."""
    loaders = (importlib.machinery.ExtensionFileLoader, importlib.machinery.EXTENSION_SUFFIXES)
    spec = importlib.machinery.FileFinder(str(folder), loaders).find_spec("_C")
    if spec is None or spec.origin is None:
        return False
    # Bound to a typed name: torch leaves this method untyped.
    load: Callable[[str], None] = torch.ops.load_library
    try:
        load(spec.origin)
    except OSError as error:
        logger.info("torchvision's compiled operators do not load (%s)", type(error).__name__)
        return False
    return True


def _import() -> tuple[ModuleType, bool]:
    """Import torchvision; returns it and whether its own compiled operators are in use."""
    package = importlib.util.find_spec("torchvision")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("torchvision is not installed", name="torchvision")
    compiled = compiled_operators_load(Path(package.origin).parent)
    if not compiled:
        for name, kernel in _KERNELS.items():
            torch.library.define(f"torchvision::{name}", _SIGNATURE)
            torch.library.impl(f"torchvision::{name}", "default", kernel)
    module = importlib.import_module("torchvision")
    if not compiled:
        # torchvision's check before each operator looks the function up here; modules that
        # copied it (roi_align) keep their own pure-torch way.
        importlib.import_module("torchvision.extension").__dict__["_has_ops"] = lambda: True
    return module, compiled


torchvision, COMPILED = _import()
models = torchvision.models
