"""What a fresh interpreter has loaded after an import: the window and `--help` stay light."""

import subprocess
import sys

import pytest

from tests import house_rules as rules

_NETWORK = {"torch", "torchvision", "timm", "pytorch_grad_cam", "sklearn", "safetensors"}
_CODECS = {"pydicom", "gdcm", "_gdcm", "pylibjpeg", "openjpeg", "jpeg_ls", "PIL"}
_QT = {"PySide6", "shiboken6"}
_PROCESSES = [
    rules.module_name(path)
    for path in sorted((rules.PACKAGE / "processes").glob("*.py"))
    if path.stem != "__init__"
]
_PRINT_LOADED = "import sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"


def _loaded_after(code: str) -> set[str]:
    """Top-level modules in a fresh interpreter that ran `code`."""
    ran = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", f"{code}\n{_PRINT_LOADED}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    return set(ran.stdout.splitlines()[-1].split())


def test_the_door_loads_neither_network_nor_codecs_nor_qt() -> None:
    assert not _loaded_after("import cxrviewer.__main__") & (_NETWORK | _CODECS | _QT | {"cv2"})


@pytest.mark.parametrize("words", [["--help"], ["predict", "--help"], ["train", "--help"]])
def test_help_loads_neither_network_nor_codecs_nor_qt(words: list[str]) -> None:
    code = f"from cxrviewer.__main__ import main\nassert main({words!r}) == 0"
    assert not _loaded_after(code) & (_NETWORK | _CODECS | _QT)


def test_the_window_loads_neither_network_nor_codecs() -> None:
    loaded = _loaded_after("import cxrviewer.ui.main_window, cxrviewer.ui.app")
    assert "PySide6" in loaded
    assert not loaded & (_NETWORK | _CODECS)


@pytest.mark.parametrize("module", _PROCESSES)
def test_the_processes_load_neither_network_nor_qt(module: str) -> None:
    assert not _loaded_after(f"import {module}") & (_NETWORK | _QT)


def test_a_heavy_import_is_seen() -> None:
    assert {"pydicom"} <= _loaded_after("import pydicom") & _CODECS
