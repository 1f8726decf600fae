"""The program run in this process and as a program of its own, and films good and bad."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pydicom
import pytest
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

from cxrviewer.__main__ import main
from cxrviewer.imaging.phantom import phantom_dataset, write_phantom
from tests.learning.conftest import _tiny_weights, one_thread, tiny_bundle, tiny_network

__all__ = ["_tiny_weights", "one_thread", "tiny_bundle", "tiny_network"]

SIDE = 128


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a run of the program left."""

    status: int
    out: str
    err: str

    def is_one_sentence(self) -> bool:
        """Say whether stderr holds one line, of words, and no traceback."""
        return self.err.count("\n") == 1 and self.err.endswith(".\n") and "Trace" not in self.err


Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: object) -> Ran:
        status = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Ran(status=status, out=captured.out, err=captured.err)

    return run


@pytest.fixture
def program(isolated_user_dirs: Path) -> Run:
    """Run the program as a process of its own."""

    def run(*words: object, **options: Any) -> Ran:
        done = subprocess.run(
            [sys.executable, "-m", "cxrviewer", *map(str, words)],
            check=False,
            **{"capture_output": True, "timeout": 120, "env": environment(), **options},
        )
        out, err = ((stream or b"").decode() for stream in (done.stdout, done.stderr))
        return Ran(status=done.returncode, out=out, err=err)

    return run


def environment(**more: str) -> dict[str, str]:
    """Return this environment without a display."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return {**kept, "OMP_NUM_THREADS": "1", **more}


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "phantom.dcm"
    write_phantom(path, rows=SIDE, columns=SIDE)
    return path


def write_noise(path: Path, *, seed: int) -> Path:
    random = np.random.default_rng(seed)
    cv2.imwrite(str(path), random.integers(0, 256, (96, 80), dtype=np.uint8))
    return path


def _truncated(path: Path) -> None:
    write_phantom(path, rows=SIDE, columns=SIDE)
    path.write_bytes(path.read_bytes()[:700])


def _huge_header(path: Path) -> None:
    dataset = phantom_dataset(rows=SIDE, columns=SIDE)
    dataset.Rows = dataset.Columns = 60_000
    _save(dataset, path)


def _no_pixels(path: Path) -> None:
    dataset = phantom_dataset(rows=SIDE, columns=SIDE)
    del dataset.PixelData
    _save(dataset, path)


def _volume(path: Path) -> None:
    dataset = phantom_dataset(rows=SIDE, columns=SIDE)
    dataset.NumberOfFrames = 5
    dataset.PixelData = dataset.PixelData * 5
    _save(dataset, path)


def _colour(path: Path) -> None:
    dataset = phantom_dataset(rows=SIDE, columns=SIDE)
    dataset.SOPClassUID = SecondaryCaptureImageStorage
    dataset.SamplesPerPixel, dataset.PlanarConfiguration = 3, 0
    dataset.PhotometricInterpretation = "RGB"
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit = 7
    random = np.random.default_rng(2)
    dataset.PixelData = random.integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8).tobytes()
    _save(dataset, path)


def _save(dataset: pydicom.Dataset, path: Path) -> None:
    dataset.file_meta = pydicom.dataset.FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    pydicom.dcmwrite(path, dataset, enforce_file_format=True)


# What is no film -> how to make it; each must be refused with a sentence.
UNREADABLE: dict[str, Callable[[Path], object]] = {
    "missing.dcm": lambda path: None,
    "unknown.xyz": lambda path: path.write_bytes(bytes(range(256)) * 40),
    "truncated.dcm": _truncated,
    "empty.dcm": lambda path: path.write_bytes(b""),
    "huge.dcm": _huge_header,
    "text.dcm": lambda path: path.write_text("This is a letter and no film.\n" * 20),
    "no_pixels.dcm": _no_pixels,
}
# What can be seen but is no single grey film -> how to make it; the model is not asked.
NO_FILM = {"volume.dcm": _volume, "colour.dcm": _colour}
