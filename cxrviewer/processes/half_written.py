"""What a killed training leaves in the folder of its run, and taking it away."""

import contextlib
import shutil
from pathlib import Path

# Written whole after every epoch, so it is never half of anything.
CHECKPOINT = "checkpoint.safetensors"


def names_in(folder: Path) -> frozenset[str]:
    """Return the names in a folder, none where it does not exist."""
    with contextlib.suppress(OSError):
        return frozenset(entry.name for entry in folder.iterdir())
    return frozenset()


def take_away(folder: Path, *, before: frozenset[str]) -> None:
    """Remove what was not in the folder before, and the folder if nothing is left in it.

    What cannot be removed stays; a later training into the folder says so.
    """
    for name in names_in(folder) - before:
        entry = folder / name
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                entry.unlink()
    with contextlib.suppress(OSError):
        folder.rmdir()
