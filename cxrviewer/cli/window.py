"""Opens the window, where there is a display to open it on."""

import argparse
import ctypes
import os
import re
import socket
import sys
from importlib import util
from pathlib import Path

from cxrviewer.core.errors import CxrViewerError

_NEEDS_NO_DISPLAY = ("offscreen", "minimal", "vnc", "eglfs", "linuxfb")


def run(arguments: argparse.Namespace) -> int:
    """Open the window on the films, or on the demonstration phantom."""
    if not has_display():
        raise CxrViewerError(
            "There is no display to open the window on; `cxrviewer --help` lists the commands "
            "that need none."
        )
    _load_torch_before_qt()
    from cxrviewer.ui import app

    return app.run(list(arguments.films), phantom=arguments.phantom)


def has_display() -> bool:
    """Say whether a display answers; Qt would end the program where none does."""
    if not sys.platform.startswith("linux"):
        return True
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if platform in _NEEDS_NO_DISPLAY:
        return True
    wayland, display = os.environ.get("WAYLAND_DISPLAY"), os.environ.get("DISPLAY", "")
    return (wayland is not None and _wayland_answers(wayland)) or _x_answers(display)


def _wayland_answers(name: str) -> bool:
    return _connects(str(Path(os.environ.get("XDG_RUNTIME_DIR", ""), name)))


def _x_answers(display: str) -> bool:
    local = re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", display)
    if local is None:
        return bool(display)
    file = f"/tmp/.X11-unix/X{local[1]}"  # noqa: S108 - where X listens, nothing is made here
    return any(_connects(address) for address in (file, f"\0{file}"))


def _connects(address: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(address)
        except OSError:
            return False
    return True


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
