"""A service whose requests make it answer, fail, die or hang, as the tests ask."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from cxrviewer.core.errors import PlanError
from cxrviewer.core.progress import BatchDone
from cxrviewer.processes.limits import limit_memory
from cxrviewer.processes.messages import Analyse, LoadModel
from cxrviewer.processes.serving import Handler


def start() -> Handler:
    def handle(request: Any) -> Any:
        if isinstance(request, Analyse):
            return request.film
        assert isinstance(request, LoadModel)
        return _ACTS[request.model](request.threads)

    return handle


def _die(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _hang(_: int) -> None:
    threading.Event().wait()


def _count(until: int) -> Iterator[BatchDone]:
    for done in range(until):
        yield BatchDone(stage="counting", done=done, total=until)


def _count_and_die(until: int) -> Iterator[BatchDone]:
    yield from _count(until)
    _die(0)


def _tick(until: int) -> Iterator[BatchDone]:
    for event in _count(until):
        yield event
        time.sleep(0.001)


def _tick_and_never_stop(until: int) -> Iterator[BatchDone]:
    try:
        yield from _tick(until)
    finally:
        _hang(0)


def _tick_and_refuse_to_stop(until: int) -> Iterator[BatchDone]:
    try:
        yield from _tick(until)
    finally:
        raise PlanError("What was begun could not be removed.")


def _films(_: int) -> Iterator[Any]:
    while True:
        yield np.zeros((300, 300), dtype=np.uint16)


def _refuse(_: int) -> None:
    raise PlanError("Two epochs are too few.", field="epochs")


def _refuse_late(_: int) -> Iterator[BatchDone]:
    yield BatchDone(stage="counting", done=1, total=2)
    raise PlanError("The second step failed.", field="data")


def _divide(_: int) -> float:
    return 1 / 0


def _read_past_the_end(_: int) -> None:
    raise EOFError("the file ends early")


def _fill(megabytes: int) -> int:
    limit_memory(64)
    return int(np.ones(megabytes * 2**20, dtype=np.uint8)[-1])


_ACTS: dict[str, Callable[[int], Any]] = {
    "pid": lambda _: os.getpid(),
    "die": _die,
    "hang": _hang,
    "count": _count,
    "count and die": _count_and_die,
    "tick": _tick,
    "tick and never stop": _tick_and_never_stop,
    "tick and refuse to stop": _tick_and_refuse_to_stop,
    "films": _films,
    "refuse": _refuse,
    "refuse late": _refuse_late,
    "divide": _divide,
    "read past the end": _read_past_the_end,
    "fill": _fill,
}
