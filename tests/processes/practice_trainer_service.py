"""A trainer that writes half a run and then dies or never ends, as the id of its model says."""

import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

from cxrviewer.core import paths
from cxrviewer.core.in_use import PART
from cxrviewer.core.progress import Noted
from cxrviewer.processes.messages import Train
from cxrviewer.processes.serving import Handler

# Is in the run's folder once both sentences are on their way.
TOLD = "told"


def start() -> Handler:
    def handle(request: Any) -> Any:
        assert isinstance(request, Train)
        return _train(request)

    return handle


def _train(request: Train) -> Iterator[Noted]:
    out = request.plan.out
    (out / "bundle").mkdir(parents=True, exist_ok=True)
    (out / "checkpoint.safetensors").write_text("an epoch")
    (out / ".checkpoint-abc.safetensors").write_text("half")
    (out / "bundle" / "weights.safetensors").write_text("half")
    paths.cache_dir().mkdir(parents=True, exist_ok=True)
    (paths.cache_dir() / f"greys{PART}").write_text("half")
    try:
        yield Noted(sentence="Half is written.")
        yield Noted(sentence="It is half still.")
        (out / TOLD).touch()
    finally:
        if request.plan.bundle_id == "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        threading.Event().wait()
