"""Everything that `training.md` shows, measured in one run.

python docs/benchmarks/training.py [p3] [robust] [peers] [memory] [timer] [backbones]
"""

import subprocess
import sys
from pathlib import Path

import training_page

_HERE = Path(__file__).resolve().parent
# Part -> script and its words.
_PARTS = {
    "p3": ("training_speed.py", "p3"),
    "robust": ("training_speed.py", "robust"),
    "peers": ("training_speed.py", "peers"),
    "memory": ("training_memory.py",),
    "timer": ("training_timer.py",),
    "backbones": ("training_backbones.py",),
}


def main() -> None:
    for part in sys.argv[1:] or _PARTS:
        script, *words = _PARTS[part]
        subprocess.run([sys.executable, str(_HERE / script), *words], check=True)
        training_page.write()


if __name__ == "__main__":
    main()
