"""The parent's side: one child process, started when needed and replaced when it dies."""

import atexit
import contextlib
import math
import multiprocessing
import signal
import threading
import time
from collections.abc import Generator, Iterator
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any

from cxrviewer.core import errors
from cxrviewer.core.errors import CxrViewerError, PlanError, ProcessError
from cxrviewer.core.logs import logger
from cxrviewer.processes import serving, wire
from cxrviewer.processes.messages import Done, Failure, Part, Ready
from cxrviewer.processes.reins import Reins

_START_SECONDS = 120.0
_STOP_SECONDS = 10.0
_GLANCE_SECONDS = 0.1


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Keep Ctrl-C from a process that is being started.

    A terminal sends it to every process of the program; ending a child is its parent's
    business, and one that still imports would put a traceback before the person.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # its first start would let the signals through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Child:
    """A child process that answers one request at a time.

    `request` and `stream` belong to one thread; `pause`, `resume`, `stop` and `kill` may be
    called from any.

    Parameters
    ----------
    service
        Key of `cxrviewer.processes.serving.SERVICES`.
    died
        Sentence for a child that died while it worked.
    hung
        Sentence for a child that passed its time limit.
    may_start_children
        True for a service that drives a child of its own. Such a process is no daemon (those
        may not), so it is ended by hand when this one exits.
    patience
        Seconds a stream may take to end once it is told to; then the child is killed.
    """

    def __init__(
        self,
        service: str,
        *,
        died: str,
        hung: str = "",
        may_start_children: bool = False,
        patience: float = _STOP_SECONDS,
    ) -> None:
        self._service = service
        self._died = died
        self._hung = hung or died
        self._daemon = not may_start_children
        self._reins = Reins(patience)
        self._lock = threading.Lock()
        self._process: SpawnProcess | None = None
        self._connection: Connection | None = None
        self._ready = False

    @property
    def pid(self) -> int | None:
        """Process id of the running child, or None."""
        process = self._process
        return process.pid if process is not None else None

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        with self._lock:
            return self._process is not None and self._process.is_alive()

    def start(self) -> None:
        """Start the process if it is not running; returns before it is ready."""
        with self._lock:
            if self._process is not None and self._process.is_alive():
                return
            self._close()
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(
                target=serving.serve,
                args=(serving.SERVICES[self._service], theirs),
                name=f"cxrviewer-{self._service}",
                daemon=self._daemon,
            )
            with _interrupts_held():
                process.start()
            if not self._daemon:
                # Registered after multiprocessing's own exit function, so it runs before that
                # one would wait for the process.
                atexit.register(self.kill)
            theirs.close()
            self._process, self._connection, self._ready = process, ours, False
            logger.info("%s started, pid %s", self._service, process.pid)

    def request(self, message: Any, *, seconds: float | None = None) -> Any:
        """Ask, and wait for the answer.

        Parameters
        ----------
        seconds
            Time limit for the answer (the start of the process is not counted), None for none.

        Raises
        ------
        ProcessError
            If the child died or passed the limit; the next request gets a fresh one.
        CxrViewerError
            The error the child raised.
        """
        self.start()
        connection = self._wait_until_ready()
        self._send(connection, message)
        frame = self._receive(connection, seconds)
        if isinstance(frame, Done):
            return frame.value
        raise self._error(frame)

    def stream(self, message: Any) -> Generator[Any, None, None]:
        """Ask, and yield the events of the answer; closing the generator stops the child's work.

        After `stop` the events end without a word, whatever the child made of it.

        Raises
        ------
        ProcessError
            If the child died.
        CxrViewerError
            The error the child raised.
        """
        self._reins.hold()
        return self._events(message)

    def _events(self, message: Any) -> Generator[Any, None, None]:
        try:
            self.start()
            connection = self._wait_until_ready()
            self._reins.begin(lambda word: self._send(connection, word), message)
            frame = self._receive(connection, None)
            while isinstance(frame, Part):
                if not self._reins.stopping:
                    yield frame.value
                frame = self._receive(connection, None)
        except GeneratorExit:
            self._reins.stop()
            with contextlib.suppress(ProcessError):
                while isinstance(self._receive(connection, None), Part):
                    pass
            raise
        except ProcessError:
            if self._reins.stopping:
                return
            raise
        finally:
            stopped = self._reins.drop()
        if not isinstance(frame, Done) and not stopped:
            raise self._error(frame)

    def pause(self) -> None:
        """Let the running stream rest between two events, without work."""
        self._reins.pause()

    def resume(self) -> None:
        """Let the running stream go on."""
        self._reins.resume()

    def stop(self) -> None:
        """Ask the running stream to end; returns at once."""
        self._reins.stop()

    def kill(self) -> None:
        """End the process at once; a waiting request fails, the next one gets a fresh child."""
        with self._lock:
            if self._process is not None:
                self._process.kill()
                self._process.join(_STOP_SECONDS)

    def close(self) -> None:
        """End the process and release the pipe."""
        self.kill()
        with self._lock:
            self._close()
        atexit.unregister(self.kill)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._process is not None:
            self._process.join(_STOP_SECONDS)
            wire.free_left_by(self._process.pid)
            self._process.close()
        self._process = self._connection = None

    def _wait_until_ready(self) -> Connection:
        connection = self._connection
        if connection is None:
            raise ProcessError(self._died)
        if not self._ready:
            if not isinstance(self._receive(connection, _START_SECONDS), Ready):
                raise ProcessError(self._died)
            self._ready = True
        return connection

    def _send(self, connection: Connection, message: Any) -> None:
        try:
            connection.send_bytes(wire.pack(message))
        except (OSError, ValueError) as error:
            wire.release()
            self.kill()
            raise ProcessError(self._died) from error

    def _receive(self, connection: Connection, seconds: float | None) -> Any:
        until = math.inf if seconds is None else time.monotonic() + seconds
        try:
            while not connection.poll(_GLANCE_SECONDS):
                if time.monotonic() > min(until, self._reins.until):
                    logger.error("%s passed its limit", self._service)
                    wire.release()
                    self.kill()
                    raise ProcessError(self._hung)
            return wire.unpack(connection.recv_bytes())
        except (EOFError, OSError) as error:
            logger.error("%s died", self._service)
            wire.release()
            self.kill()
            raise ProcessError(self._died) from error

    @staticmethod
    def _error(frame: Any) -> CxrViewerError:
        if not isinstance(frame, Failure):
            return ProcessError("A child process sent a damaged answer; try again.")
        if frame.kind == PlanError.__name__:
            return PlanError(frame.sentence, field=frame.field)
        kind = getattr(errors, frame.kind, None)
        if not (isinstance(kind, type) and issubclass(kind, CxrViewerError)):
            kind = CxrViewerError
        return kind(frame.sentence)
