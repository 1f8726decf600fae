"""Small trainings through the command line, in this process or in one that can be killed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import environment, write_noise

SMALL = ("--recipe", "p3-chen-kute", "--threads", "1", "--set", "input_size=32")
Event = dict[str, Any]


def write_data(
    folder: Path, *, patients: int = 6, kinds: tuple[str, ...] = ("normal", "viral")
) -> Path:
    """Write films of noise, two a patient, a folder a class."""
    for number, kind in enumerate(kinds):
        (folder / kind).mkdir(parents=True)
        for patient in range(patients):
            for view in range(2):
                seed = 1000 * number + 10 * patient + view
                write_noise(folder / kind / f"p{number}{patient}_{view}.png", seed=seed)
    return folder


def command(data: Path, out: Path, *words: str) -> list[str]:
    """Return the command of a small training whose events are JSON."""
    start = [sys.executable, "-m", "cxrviewer", "train", str(data), *SMALL, "--out", str(out)]
    return [*start, "--json", *words]


def killed_at(
    reached: Callable[[Event], bool], data: Path, out: Path, *words: str, with_signal: int
) -> subprocess.CompletedProcess[str]:
    """Run a training as a program and send it a signal at the first event of this kind."""
    with subprocess.Popen(
        command(data, out, *words),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if reached(json.loads(line)):
                os.kill(process.pid, with_signal)
                break
        else:
            pytest.fail("the training never came so far")
        process.stdout.read()
        err = process.stderr.read()
        status = process.wait(60)
    return subprocess.CompletedProcess([], status, "".join(lines), err)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """Put a disk of this size at a folder; skips where that is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("only an administrator of Linux can make a small disk")
    if subprocess.run(words, check=False, capture_output=True).returncode:
        pytest.skip("a small disk cannot be made here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def weights_of(run: Path) -> bytes:
    """Return the weights a run ended with."""
    return (run / "bundle" / "weights.safetensors").read_bytes()


KILL, INTERRUPT = signal.SIGKILL, signal.SIGINT
