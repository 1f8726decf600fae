"""What codecs written in C say to nobody in particular."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_STDERR = 2


@contextmanager
def overheard() -> Iterator[list[str]]:
    """Collect the lines that a codec writes to the standard error stream of the process.

    Some codecs report damaged data there and nowhere else. The list is filled when the block
    ends; where the process has no such stream it stays empty.
    """
    lines: list[str] = []
    try:
        saved = os.dup(_STDERR)
    except OSError:
        yield lines
        return
    with tempfile.TemporaryFile() as sink:
        os.dup2(sink.fileno(), _STDERR)
        try:
            yield lines
        finally:
            os.dup2(saved, _STDERR)
            os.close(saved)
            sink.seek(0)
            lines += sink.read().decode("utf-8", "replace").splitlines()
