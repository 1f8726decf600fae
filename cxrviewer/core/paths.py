"""Where things lie: what ships with the program and what belongs to the user."""

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import platformdirs

from cxrviewer.core.errors import ExportError

_APP = "cxrviewer"


def _shipped() -> Path:
    """Root of what ships: the project folder, or the unpacked folder of the frozen program."""
    return Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parents[2]))


def resources_dir() -> Path:
    """Folder of icons, style sheet and texts that ship with the program."""
    return _shipped() / "resources"


def bundled_models_dir() -> Path:
    """Folder of the model bundles that ship with the program."""
    return _shipped() / "models"


def user_dir() -> Path:
    """Folder for settings, user models and logs; `CXRVIEWER_HOME` overrides it."""
    override = os.environ.get("CXRVIEWER_HOME")
    return Path(override) if override else Path(platformdirs.user_data_dir(_APP, appauthor=False))


def user_models_dir() -> Path:
    """Folder of the bundles trained or added by the user."""
    return user_dir() / "models"


def runs_dir() -> Path:
    """Folder of the runs started in the window."""
    return user_dir() / "runs"


def run_history_file() -> Path:
    """Database of the runs."""
    return user_dir() / "runs.sqlite"


def cache_dir() -> Path:
    """Folder of what can be computed anew: activations of films."""
    return user_dir() / "cache"


def settings_file() -> Path:
    """File of the settings."""
    return user_dir() / "settings.json"


def logs_dir() -> Path:
    """Folder of the log files."""
    return user_dir() / "logs"


def spare_films(target: Path, films: Iterable[Path]) -> None:
    """Refuse to write a result over one of the films it comes from.

    Raises
    ------
    ExportError
        If `target` is one of them, by whatever name.
    """
    try:
        there = target.stat()
    except OSError:
        return
    for film in films:
        with suppress(OSError):
            if os.path.samestat(film.stat(), there):
                raise ExportError(
                    f"{target.name} is the film itself and was left as it is; give the result "
                    "another name."
                )


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield a temporary path beside `target` that takes its place only if the block succeeds.

    Parameters
    ----------
    target
        The file to write. Its folder must exist.

    Raises
    ------
    OSError
        If the file cannot be written; `target` is then as it was before.
    """
    handle, name = tempfile.mkstemp(
        dir=target.parent, prefix=f".{target.stem}-", suffix=target.suffix
    )
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
