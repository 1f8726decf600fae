"""What the commands write: text and JSON to stdout, files whole or not at all."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cxrviewer.core import paths
from cxrviewer.core.errors import ExportError


def write(text: str) -> None:
    """Write a line to stdout.

    Raises
    ------
    ExportError
        If it cannot be written (a full disk behind a redirection).
    """
    with _stdout():
        print(text, flush=True)


def write_bytes(content: bytes) -> None:
    """Write bytes to stdout as they are.

    Raises
    ------
    ExportError
        If they cannot be written.
    """
    with _stdout():
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


@contextmanager
def _stdout() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        abandon_stdout()
        raise ExportError(f"The output could not be written: {error.strerror}.") from error


def write_json(value: Any) -> None:
    """Write a value to stdout as one JSON document."""
    write(json.dumps(value, indent=2, allow_nan=False))


def abandon_stdout() -> None:
    """Send what is still buffered nowhere, so that it does not fail again at the end."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):
        return
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, descriptor)
    os.close(null)


@contextmanager
def writing(target: Path) -> Iterator[Path]:
    """Yield the path to write `target` through; the target changes only if all goes well.

    A device or a pipe is written to directly, since it cannot be replaced.

    Raises
    ------
    ExportError
        If the file cannot be written; it is then as it was before.
    """
    try:
        if target.exists() and not target.is_file():
            yield target
        else:
            with paths.replacing(target) as temporary:
                yield temporary
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ExportError(
            f"{target} could not be written ({error.strerror}); check the folder, your rights "
            "and the space left."
        ) from error
