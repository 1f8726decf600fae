"""What a killed training leaves in the folder of its run and in the cache; taking it away."""

import contextlib
import shutil
from pathlib import Path

from cxrviewer.core import paths
from cxrviewer.core.errors import CxrViewerError
from cxrviewer.core.in_use import PART, remove_unused
from cxrviewer.core.run import UNFINISHED
from cxrviewer.core.run_files import CHECKPOINT
from cxrviewer.core.run_history import RunHistory


def names_in(folder: Path) -> frozenset[str]:
    """Return the names in a folder, none where it does not exist."""
    with contextlib.suppress(OSError):
        return frozenset(entry.name for entry in folder.iterdir())
    return frozenset()


def tell_history(out: Path, status: str) -> None:
    """Note in the history what became of the run in a folder, unless it can go on."""
    with contextlib.suppress(CxrViewerError):
        history = RunHistory()
        run = history.find(out)
        if run is not None and run.status == UNFINISHED and not (out / CHECKPOINT).exists():
            history.update(run.id, status=status)


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


def sweep_cache() -> None:
    """Remove what was being written into the cache; what another process still writes stays."""
    for part in paths.cache_dir().glob(f"*{PART}"):
        remove_unused(part)
