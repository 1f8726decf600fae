"""In which arithmetic a network learns."""

import torch

from cxrviewer.learning.device import Device


def arithmetic(precision: str, device: Device) -> torch.dtype:
    """Return the type that a recipe's precision means on a device.

    Parameters
    ----------
    precision
        `float32`, `bfloat16`, or `auto`: bfloat16 where the device has instructions for it.
    """
    if precision == "auto":
        return torch.bfloat16 if _has_bfloat16(device) else torch.float32
    found: torch.dtype = getattr(torch, precision)
    return found


def computing(dtype: torch.dtype, device: Device) -> torch.autocast:
    """Return a context in which the large sums are computed in `dtype`; weights stay float32.

    It belongs to the thread, so nothing may be yielded inside it.
    """
    return torch.autocast(device.name, dtype=torch.bfloat16, enabled=dtype is torch.bfloat16)


def _has_bfloat16(device: Device) -> bool:
    if device.name == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    # Without these instructions torch emulates bfloat16, which is slower than float32.
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
