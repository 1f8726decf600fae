"""The reader child: files to films, with a limit of memory."""

import os
from typing import Any

from cxrviewer.processes.limits import limit_memory
from cxrviewer.processes.messages import ReadFilm
from cxrviewer.processes.serving import Handler

_MEGABYTES = 2048
_STDERR = 2


def start() -> Handler:
    """Import the codecs, set the limit and return the handler."""
    # OpenJPEG reads this when it decodes; by itself it would use one core.
    os.environ.setdefault("OPJ_NUM_THREADS", "ALL_CPUS")
    from cxrviewer.imaging import reader

    _hush()
    limit_memory(_MEGABYTES)

    def handle(request: Any) -> Any:
        if not isinstance(request, ReadFilm):
            raise TypeError(type(request).__name__)
        return reader.read_film(request.path)

    return handle


def _hush() -> None:
    """Keep what codecs say about damaged files from the person's terminal."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, _STDERR)
    os.close(null)
