"""The log: what the program did and where it failed, never whose film it was.

File names and exception messages can hold a patient's name, so neither is written: a film
is named by a digest of its path, an exception by its type and the lines it passed through.
"""

import contextlib
import hashlib
import logging
import traceback
from logging.handlers import RotatingFileHandler
from os import PathLike
from pathlib import Path
from types import TracebackType

from cxrviewer.core import paths

logger = logging.getLogger("cxrviewer")

_MAX_BYTES = 1_000_000
_BACKUPS = 3


def film_alias(path: str | PathLike[str]) -> str:
    """Name a file in the log without naming the patient its path may hold."""
    return "film " + hashlib.sha256(str(path).encode("utf-8", "surrogatepass")).hexdigest()[:10]


class _FramesOnly(logging.Formatter):
    """Writes an exception as type and frames, without its message."""

    def formatException(  # noqa: N802 - the name is logging's
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        lines = []
        error = ei[1]
        while error is not None:
            frames = traceback.format_list(traceback.extract_tb(error.__traceback__))
            lines.append("".join(frames) + type(error).__qualname__)
            error = error.__cause__ or error.__context__
        return "\ncaused by\n".join(lines)


def start(*, directory: Path | None = None, level: int = logging.INFO) -> Path | None:
    """Send the log of this process to a rotating file.

    Parameters
    ----------
    directory
        Folder of the log; the user's own if omitted.
    level
        Least level that is written.

    Returns
    -------
    The log file, or None where none can be written (the program works without).
    """
    folder = directory or paths.logs_dir()
    file = folder / "cxrviewer.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            file, maxBytes=_MAX_BYTES, backupCount=_BACKUPS, encoding="utf-8", delay=False
        )
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(_FramesOnly("%(asctime)s %(process)d %(levelname)s %(message)s"))
    stop()
    logger.addHandler(handler)
    logger.setLevel(level)
    logger.propagate = False
    # A full disk must not put the traceback of the log itself before the person.
    logging.raiseExceptions = False
    return file if isinstance(handler, RotatingFileHandler) else None


def stop() -> None:
    """Close the log of this process."""
    for handler in tuple(logger.handlers):
        logger.removeHandler(handler)
        with contextlib.suppress(OSError):  # a full disk: what is left cannot be written
            handler.close()
