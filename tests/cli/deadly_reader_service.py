"""A reader that a film named so kills, as a damaged codec may."""

import os
import signal
from typing import Any

from cxrviewer.processes import reader_service
from cxrviewer.processes.serving import Handler


def start() -> Handler:
    read = reader_service.start()

    def handle(request: Any) -> Any:
        if "deadly" in request.path.name:
            os.kill(os.getpid(), signal.SIGKILL)
        return read(request)

    return handle
