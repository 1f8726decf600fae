"""Long work on many rows: in batches, on the chosen device, telling of itself now and then."""

import time
from collections.abc import Callable, Generator

import torch
from torch import Tensor

from cxrviewer.core.progress import BatchDone
from cxrviewer.learning.device import Device

BATCH = 32
_SECONDS_BETWEEN = 0.1

Work = Callable[[Tensor], Tensor]


class Runner:
    """Runs networks without gradients and tells how far it is, ten times a second at most."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self._told = -_SECONDS_BETWEEN
        self._stage, self._begun, self._first, self._done_before = "", 0.0, 0, 0

    def tell(self, stage: str, *, done: int, total: int) -> Generator[BatchDone, None, None]:
        """Yield how far a stage is, or nothing if something was told a moment ago."""
        now = time.monotonic()
        if stage != self._stage or done < self._done_before:
            # What was done before the first word is not known to have taken any time.
            self._stage, self._begun, self._first = stage, now, done
        self._done_before = done
        if now - self._told >= _SECONDS_BETWEEN:
            self._told = now
            spent = now - self._begun
            rate = (done - self._first) / spent if spent > 0 else 0.0
            yield BatchDone(stage=stage, done=done, total=total, rate=rate)

    def run(self, work: Work, rows: Tensor) -> Tensor:
        """Return what `work` makes of one batch, on the processor."""
        # no_grad, not inference_mode: what comes out is learned from later. And nothing here
        # yields: the switch belongs to the thread and would stay on for whoever iterates.
        with torch.no_grad():
            return work(rows.to(self.device.name)).cpu()
