"""Pictures out."""

import signal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cxrviewer.core.analysis import NOTICE
from cxrviewer.core.errors import ExportError
from cxrviewer.core.film import Array
from cxrviewer.imaging.pictures import write_picture


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
def test_16_bits_come_back_as_written(tmp_path: Path, ramp: Array, name: str) -> None:
    write_picture(ramp, tmp_path / name)

    assert np.array_equal(np.array(Image.open(tmp_path / name)), ramp)


def test_colour_comes_back_as_written(tmp_path: Path) -> None:
    colour = np.arange(192, dtype=np.uint8).reshape(8, 8, 3)

    write_picture(colour, tmp_path / "a.png")

    assert np.array_equal(np.array(Image.open(tmp_path / "a.png")), colour)


def test_the_notice_is_inside(tmp_path: Path) -> None:
    grey = np.zeros((8, 8), dtype=np.uint8)
    words = {"Model": "Größe 1"}
    for name in ("a.png", "a.jpg", "a.tif"):
        write_picture(grey, tmp_path / name, text=words)

    with Image.open(tmp_path / "a.png") as picture:
        assert picture.info["Notice"] == NOTICE
        assert picture.info["Model"] == "Größe 1"
    assert NOTICE.encode() in (tmp_path / "a.jpg").read_bytes()
    assert NOTICE.encode() in (tmp_path / "a.tif").read_bytes()


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"before")

    with pytest.raises(ExportError, match=r"^a\.jpeg: "):
        write_picture(np.zeros((8, 8), dtype=np.uint16), tmp_path / "a.jpeg")
    with pytest.raises(ExportError, match=r"^b\.png: .* could not be written"):
        write_picture(np.zeros((8, 8), dtype=np.uint8), tmp_path / "none" / "b.png")
    with pytest.raises(ExportError, match=r"\.png, \.jpg or \.tif"):
        write_picture(np.zeros((8, 8), dtype=np.uint8), tmp_path / "a.gif")

    assert path.read_bytes() == b"before"
    assert list(tmp_path.glob(".a*")) == []


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="file size limits are a Unix matter")
    path = tmp_path / "a.tif"
    path.write_bytes(b"before")
    noise = np.random.default_rng(1).integers(0, 256, (400, 400), dtype=np.uint8)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(ExportError, match="check the space"):
            write_picture(noise, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)

    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]
