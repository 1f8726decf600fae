"""Long work on many rows: in batches, on the chosen device, telling of itself now and then."""

from collections.abc import Callable

import torch
from torch import Tensor

from cxrviewer.learning.device import Device
from cxrviewer.learning.trainer.telling import Telling

BATCH = 32

Work = Callable[[Tensor], Tensor]


class Runner(Telling):
    """Runs networks without gradients and tells how far it is."""

    def __init__(self, device: Device) -> None:
        super().__init__()
        self.device = device

    def run(self, work: Work, rows: Tensor) -> Tensor:
        """Return what `work` makes of one batch, on the processor."""
        # no_grad, not inference_mode: what comes out is learned from later. And nothing here
        # yields: the switch belongs to the thread and would stay on for whoever iterates.
        with torch.no_grad():
            return work(rows.to(self.device.name)).cpu()
