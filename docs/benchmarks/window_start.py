"""How soon the window is on screen, and that torch is not in its process.

Needs a display that outlives a window:
`xvfb-run -a -s "-screen 0 1920x1200x24 -noreset" python docs/benchmarks/window_start.py`.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import record

_BARE = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication(sys.argv)
window = QMainWindow()
window.setWindowTitle("bare - cxrviewer")
window.resize(1280, 800)
window.show()
app.exec()
"""
_LOOK = ["xdotool", "search", "--onlyvisible", "--name", "cxrviewer"]
_PATIENCE = 30.0
_ROUNDS = 9
_LOADED_SECONDS = 6


def _until_mapped(command: list[str], *, environment: dict[str, str]) -> tuple[float, str]:
    """Start a program; return the seconds until its window is mapped, and its memory map later."""
    begun = time.perf_counter()
    program = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        # `--sync` would look only twice a second.
        while subprocess.run(_LOOK, stdout=subprocess.DEVNULL, check=False).returncode:
            if program.poll() is not None or time.perf_counter() - begun > _PATIENCE:
                raise SystemExit("The window did not come.")
        spent = time.perf_counter() - begun
        # Long enough for the engine child to have loaded torch.
        time.sleep(_LOADED_SECONDS)
        maps = Path(f"/proc/{program.pid}/maps").read_text(encoding="utf-8")
    finally:
        program.kill()
        program.wait()
    return spent, maps


def main() -> None:
    ours, bare = [], []
    torch = codecs = False
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "QT_QPA_PLATFORM": "xcb", "CXRVIEWER_HOME": home}
        for _ in range(_ROUNDS):
            spent, maps = _until_mapped(
                [sys.executable, "-m", "cxrviewer"], environment=environment
            )
            ours.append(spent)
            torch = torch or "libtorch" in maps
            codecs = codecs or "gdcm" in maps or "openjpeg" in maps
            bare.append(_until_mapped([sys.executable, "-c", _BARE], environment=environment)[0])
    record(
        "window_start",
        [
            {
                "what": "window on screen after start, xcb",
                "cxrviewer s": round(statistics.median(ours), 3),
                "bare QMainWindow s": round(statistics.median(bare), 3),
                "ratio": round(statistics.median(ours) / statistics.median(bare), 2),
                "must reach s": 0.5,
                "torch in the window's process": torch,
                "codec in the window's process": codecs,
            }
        ],
    )


if __name__ == "__main__":
    main()
