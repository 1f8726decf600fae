"""Where the network runs, and with how many threads."""

import os
import warnings
from dataclasses import dataclass

import torch

from cxrviewer.core.logs import logger


@dataclass(frozen=True, kw_only=True)
class Device:
    """A device of torch, and words for the screen.

    Attributes
    ----------
    name
        `cpu` or `cuda`.
    description
        What it is and, for the processor, why; e.g. "CPU (no CUDA device)".
    """

    name: str
    description: str


def cpu(reason: str) -> Device:
    """Return the processor, used for this reason."""
    return Device(name="cpu", description=f"CPU ({reason})")


def choose() -> Device:
    """Return CUDA if a device is there and really computes, else the processor."""
    with warnings.catch_warnings():
        # A driver that does not fit is reported as a warning; the answer says it all.
        warnings.simplefilter("ignore")
        if not torch.cuda.is_available():
            return cpu("no CUDA device")
        try:
            _compute("cuda")
            name = torch.cuda.get_device_name()
        except (RuntimeError, AssertionError) as error:
            logger.warning("CUDA is there but fails", exc_info=error)
            return cpu("the CUDA device does not work")
    return Device(name="cuda", description=f"CUDA {name}")


def _compute(name: str) -> None:
    """Run one small convolution; a device may be listed and yet have no kernels that fit."""
    ones = torch.ones(1, 1, 4, 4, device=name)
    total = float(torch.nn.functional.conv2d(ones, ones[:, :, :2, :2]).sum())
    if total != 36.0:
        raise RuntimeError(f"a sum came out as {total}")


def threads_for(setting: int, *, cores: int) -> int:
    """Return the number of threads a setting means; 0 leaves one core for the window."""
    return setting if setting > 0 else max(1, cores - 1)


def use_threads(setting: int) -> None:
    """Let torch use so many threads, 0 for all cores but one."""
    torch.set_num_threads(threads_for(setting, cores=usable_cores()))


def usable_cores() -> int:
    """Return the number of cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
