"""The child's side: answer requests until the parent goes away."""

import importlib
import os
import signal
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from typing import Any

from cxrviewer.core import logs
from cxrviewer.core.errors import CxrViewerError, sentence_for
from cxrviewer.processes import wire
from cxrviewer.processes.messages import Done, Failure, Part, Pause, Ready, Resume, Stop

Handler = Callable[[Any], Any]

# Service name -> module with `start() -> Handler`; imported in the child only.
SERVICES = {
    "reader": "cxrviewer.processes.reader_service",
    "engine": "cxrviewer.processes.engine_service",
    "trainer": "cxrviewer.processes.trainer_service",
}


class _ParentGoneError(Exception):
    """The parent closed the pipe."""


def serve(module: str, connection: Connection) -> None:
    """Run the service of this module in this process; ends when the parent closes the pipe.

    A handler returns the answer, or an iterator whose items are sent one by one; between two
    items it rests when the parent asks for a pause, and is closed when asked to stop.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logs.start()
    try:
        handler: Handler = importlib.import_module(module).start()
        _send(connection, Ready())
        while True:
            request = _receive(connection)
            # Words about a stream may arrive when it has just ended.
            if not isinstance(request, Pause | Resume | Stop):
                _answer(connection, handler, request)
    except _ParentGoneError:
        # The parent is gone; leaving at once keeps no half-finished work alive.
        os._exit(0)


def _answer(connection: Connection, handler: Handler, request: Any) -> None:
    try:
        answer = handler(request)
        if isinstance(answer, Iterator):
            _stream(connection, answer)
            answer = None
        _send(connection, Done(value=answer))
    except _ParentGoneError:
        raise
    except Exception as error:  # noqa: BLE001 - becomes a sentence in the parent
        logs.logger.error("%s failed", type(request).__name__, exc_info=error)
        kind = type(error).__name__ if isinstance(error, CxrViewerError) else "CxrViewerError"
        field = str(getattr(error, "field", ""))
        _send(connection, Failure(kind=kind, sentence=sentence_for(error), field=field))


def _stream(connection: Connection, events: Iterator[Any]) -> None:
    for event in events:
        _send(connection, Part(value=event))
        if not _may_go_on(connection):
            close = getattr(events, "close", None)
            if close is not None:
                close()
            return


def _may_go_on(connection: Connection) -> bool:
    """Wait while the stream is paused; False once it is told to stop."""
    paused = False
    while paused or connection.poll():
        word = _receive(connection)
        if isinstance(word, Stop):
            return False
        paused = isinstance(word, Pause)
    return True


def _receive(connection: Connection) -> Any:
    try:
        message = connection.recv_bytes()
    except (EOFError, OSError) as error:
        raise _ParentGoneError from error
    return wire.unpack(message)


def _send(connection: Connection, value: Any) -> None:
    message = wire.pack(value)
    try:
        connection.send_bytes(message)
    except OSError as error:
        raise _ParentGoneError from error
