"""The trainer child: one plan, its events."""

from typing import Any

from cxrviewer.processes.messages import Train
from cxrviewer.processes.serving import Handler


def start() -> Handler:
    """Import the training core and return the handler."""
    from cxrviewer.learning import device, training

    def handle(request: Any) -> Any:
        if not isinstance(request, Train):
            raise TypeError(type(request).__name__)
        device.use_threads(request.threads)
        return training.train(request.plan)

    return handle
