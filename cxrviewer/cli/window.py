"""Opens the window, where there is a display to open it on."""

import argparse
import ctypes
import os
import sys
from importlib import util
from pathlib import Path

from cxrviewer.core.errors import CxrViewerError

_NEEDS_NO_DISPLAY = ("offscreen", "minimal", "vnc", "eglfs", "linuxfb")


def run(arguments: argparse.Namespace) -> int:
    """Open the window on the films, or on the demonstration phantom."""
    if not _has_display():
        raise CxrViewerError(
            "There is no display to open the window on; `cxrviewer --help` lists the commands "
            "that need none."
        )
    _load_torch_before_qt()
    from cxrviewer.ui import app

    return app.run(list(arguments.films), phantom=arguments.phantom)


def _has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    named = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return platform in _NEEDS_NO_DISPLAY or bool(named)


def _load_torch_before_qt() -> None:
    # On Windows torch's c10.dll fails to load in a process that loaded Qt's libraries first.
    if sys.platform != "win32":
        return
    spec = util.find_spec("torch")
    if spec is None or spec.origin is None:
        return
    library = Path(spec.origin).parent / "lib" / "c10.dll"
    if library.is_file():
        ctypes.CDLL(str(library))
