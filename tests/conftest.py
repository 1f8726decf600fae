"""Fixtures of general use."""

import gc
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    generate_uid,
)

from cxrviewer.core import logs
from cxrviewer.core.film import Array, DisplayChain, Facts, Film, Rescale, Window


@pytest.fixture(scope="module")
def collected_here() -> Iterator[None]:
    """Collect what is left of windows on this thread, as the program does (ui/garbage.py)."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def isolated_user_dirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep settings, models and logs of every test in a folder of its own."""
    home = tmp_path / "home"
    monkeypatch.setenv("CXRVIEWER_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def no_leftover_threads() -> Iterator[None]:
    """Fail a test that leaves a thread of its own running."""
    before = set(threading.enumerate())
    yield
    logs.stop()
    left = [
        thread
        for thread in threading.enumerate()
        if thread not in before and not thread.daemon and thread.is_alive()
    ]
    for thread in left:
        thread.join(5)
    assert not [thread for thread in left if thread.is_alive()]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the real films, DICOM files and weights; skips where there is none."""
    named = os.environ.get("CXRVIEWER_SHARED")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the real films are not here (CXRVIEWER_SHARED or ../shared)")
    return folder


@pytest.fixture
def ramp() -> Array:
    """12-bit values, (48, 64), that take every grey from 0 to 4095 or nearly so."""
    return np.linspace(0, 4095, 48 * 64).round().astype(np.uint16).reshape(48, 64)


@pytest.fixture
def make_film() -> Callable[..., Film]:
    """Make a film in memory from its stored values; names as in `DisplayChain` and `Facts`."""

    def make(stored: Array | None = None, *, path: Path = Path("film.dcm"), **named: Any) -> Film:
        values = np.arange(4096, dtype=np.uint16).reshape(64, 64) if stored is None else stored
        whole = Window(centre=2048, width=4096)
        chain = {"modality": Rescale(), "voi": whole, "auto": whole, "full": whole}
        of_chain = {k: v for k, v in named.items() if k in DisplayChain.__dataclass_fields__}
        of_facts = {
            k: v for k, v in named.items() if k in Facts.__dataclass_fields__ and k not in of_chain
        }
        rest = {k: v for k, v in named.items() if k not in of_chain and k not in of_facts}
        return Film(
            path=path,
            stored=values.copy(),
            chain=DisplayChain(**{**chain, **of_chain}),
            facts=Facts(**{"file_format": "DICOM", **of_facts}),
            **rest,
        )

    return make


@pytest.fixture
def make_dataset(ramp: Array) -> Callable[..., Dataset]:
    """Make a DX data set; further elements by keyword, None leaves one out."""

    def make(
        values: Array | None = None,
        *,
        photometric: str = "MONOCHROME2",
        bits: int = 12,
        window: tuple[float, float] | None = None,
        transfer_syntax: str = ExplicitVRLittleEndian,
        **elements: Any,
    ) -> Dataset:
        pixels = ramp if values is None else values
        dataset = Dataset()
        dataset.file_meta = FileMetaDataset()
        dataset.file_meta.TransferSyntaxUID = transfer_syntax
        dataset.SOPClassUID = DigitalXRayImageStorageForPresentation
        dataset.SOPInstanceUID = generate_uid()
        dataset.Modality = "DX"
        dataset.Rows, dataset.Columns = pixels.shape[:2]
        dataset.SamplesPerPixel = pixels.shape[2] if pixels.ndim == 3 else 1
        if pixels.ndim == 3:
            dataset.PlanarConfiguration = 0
        dataset.PhotometricInterpretation = photometric
        dataset.BitsAllocated = pixels.itemsize * 8
        dataset.BitsStored = bits
        dataset.HighBit = bits - 1
        dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
        if window is not None:
            dataset.WindowCenter, dataset.WindowWidth = window
        dataset.PixelData = pixels.tobytes()
        dataset["PixelData"].VR = "OW"
        for keyword, value in elements.items():
            if value is None:
                del dataset[keyword]
            else:
                setattr(dataset, keyword, value)
        return dataset

    return make


@pytest.fixture
def make_dicom(tmp_path: Path, make_dataset: Callable[..., Dataset]) -> Callable[..., Path]:
    """Write a DX DICOM file; arguments as `make_dataset`, and the file's name."""

    def make(values: Array | None = None, *, name: str = "film.dcm", **named: Any) -> Path:
        dataset = make_dataset(values, **named)
        syntax = dataset.file_meta.TransferSyntaxUID
        path = tmp_path / name
        if syntax.is_compressed and not syntax.is_deflated:
            dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
            dataset.compress(syntax, generate_instance_uid=False)
        dataset.save_as(
            path,
            enforce_file_format=True,
            implicit_vr=syntax == ImplicitVRLittleEndian,
            little_endian=True,
        )
        return path

    return make
