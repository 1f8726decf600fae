"""`cxrviewer train` as a person starts it: a program of its own, its events timed as they come."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_BETWEEN = 0.2
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(kw_only=True)
class TrainedRun:
    """What one training told and took.

    Attributes
    ----------
    events
        Seconds since the start and the event as the program wrote it.
    seconds
        From the start of the program to its end.
    peak_megabytes
        Greatest sum of the memory of the program and all its children.
    """

    events: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    seconds: float = 0.0
    peak_megabytes: float = 0.0

    def epochs(self, phase: int) -> list[dict[str, Any]]:
        """Return the epochs of a phase."""
        return [e for _, e in self.events if e["event"] == "EpochDone" and e["phase"] == phase]

    def until(self, phase: int) -> float:
        """Return the seconds from the start to the end of a phase."""
        return max(t for t, e in self.events if e["event"] == "EpochDone" and e["phase"] == phase)

    def spent(self) -> dict[str, float]:
        """Return the seconds of each step by the word of its events."""
        before, spent = 0.0, {"start": 0.0}
        for moment, event in self.events:
            step = event.get("stage") or _STEPS.get(event["event"], "start")
            if event["event"] == "EpochDone":
                step = f"phase {event['phase'] + 1}"
            spent[step] = spent.get(step, 0.0) + moment - before
            before = moment
        spent["end"] = self.seconds - before
        return {step: round(seconds, 2) for step, seconds in spent.items()}


_STEPS = {"Prepared": "reading", "Finished": "results", "Watched": "watching"}


def train(
    data: Path,
    out: Path,
    home: Path,
    *words: str,
    settings: dict[str, str] | None = None,
    threads: int = 2,
) -> TrainedRun:
    """Run the command and wait for its end.

    Parameters
    ----------
    home
        User's folder of the program; what it keeps between trainings is in it.

    Raises
    ------
    SystemExit
        If the training failed, with its sentence.
    """
    changes = [
        word for key, value in (settings or {}).items() for word in ("--set", f"{key}={value}")
    ]
    command = [sys.executable, "-m", "cxrviewer", "train", str(data), "--out", str(out)]
    command += [*words, *changes, "--threads", str(threads), "--json"]
    run, begun = TrainedRun(), time.perf_counter()
    environment = {**os.environ, "CXRVIEWER_HOME": str(home)}
    with (
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        ) as process,
        _weighed(run, process.pid),
    ):
        assert process.stdout is not None and process.stderr is not None
        for line in process.stdout:
            run.events.append((time.perf_counter() - begun, json.loads(line)))
        told = process.stderr.read()
    run.seconds = time.perf_counter() - begun
    if process.returncode:
        raise SystemExit(told.strip())
    return run


@contextlib.contextmanager
def _weighed(run: TrainedRun, pid: int) -> Iterator[None]:
    over = threading.Event()

    def weigh() -> None:
        while not over.wait(_BETWEEN):
            run.peak_megabytes = max(run.peak_megabytes, megabytes(pid))

    thread = threading.Thread(target=weigh)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def megabytes(pid: int) -> float:
    """Return the resident memory of a process and all its descendants.

    Pages they share are counted in each of them.
    """
    total = 0
    waiting = [pid]
    while waiting:
        process = Path("/proc", str(waiting.pop()))
        with contextlib.suppress(OSError, IndexError):
            resident = (process / "statm").read_text(encoding="ascii").split()[1]
            total += int(resident) * _PAGE
            for thread in (process / "task").iterdir():
                children = (thread / "children").read_text(encoding="ascii")
                waiting += map(int, children.split())
    return total / 2**20
