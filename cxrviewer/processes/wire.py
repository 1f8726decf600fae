"""Values between processes: frozen dataclasses as JSON, pixels in shared memory.

Only the classes named in `_MODULES` can be made from a message, so a child that a hostile
file has taken over can answer nothing but a wrong value of a known kind.
"""

import base64
import contextlib
import importlib
import json
import os
import secrets
import threading
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from multiprocessing import shared_memory
from pathlib import Path
from typing import Any

import numpy as np

from cxrviewer.core.errors import ProcessError
from cxrviewer.core.film import Array

_MODULES = (
    "cxrviewer.core.film",
    "cxrviewer.core.analysis",
    "cxrviewer.core.operating_points",
    "cxrviewer.core.plan",
    "cxrviewer.core.progress",
    "cxrviewer.core.audit",
    "cxrviewer.core.paired",
    "cxrviewer.processes.messages",
)
_INLINE_BYTES = 65_536
_LISTING = Path("/dev/shm")  # noqa: S108 - where Linux keeps shared memory, nothing is made here


class _Sent(threading.local):
    """Blocks this thread has sent and whose receiver may not have opened them yet.

    Windows frees a block when its last handle closes, so the sender keeps its handle until
    the answer to the message is there.
    """

    def __init__(self) -> None:
        self.blocks: list[shared_memory.SharedMemory] = []


_sent = _Sent()


@cache
def _kinds() -> dict[str, type[Any]]:
    kinds = {}
    for name in _MODULES:
        module = importlib.import_module(name)
        for kind in vars(module).values():
            if isinstance(kind, type) and (is_dataclass(kind) or issubclass(kind, Enum)):
                kinds[kind.__name__] = kind
    return kinds


def pack(value: Any) -> bytes:
    """Turn a value into a message; large arrays go to shared memory.

    That memory lives until the receiver has copied it, at the latest until this thread calls
    `release` or unpacks its next message.

    Raises
    ------
    ProcessError
        If shared memory is full.
    """
    try:
        return json.dumps(_encode(value)).encode()
    except OSError as error:
        release()
        raise ProcessError(
            "There is no shared memory left for this film; close other films."
        ) from error


def unpack(message: bytes) -> Any:
    """Turn a message back into the value; arrays are copied out and their memory is freed.

    Raises
    ------
    ProcessError
        If the message is none that this program writes.
    """
    release()
    try:
        return _decode(json.loads(message))
    except (KeyError, TypeError, ValueError, AttributeError, FileNotFoundError) as error:
        raise ProcessError("A child process sent a damaged answer; try again.") from error


def release() -> None:
    """Free what this thread has sent and nobody took."""
    while _sent.blocks:
        block = _sent.blocks.pop()
        block.close()
        with contextlib.suppress(FileNotFoundError):
            block.unlink()


def free_left_by(pid: int | None) -> None:
    """Free the shared memory of a process that died before its message was taken.

    Only Linux lists shared memory; Windows frees it with the process, elsewhere it is freed
    when this program ends.
    """
    for file in _LISTING.glob(f"cxr-{pid}-*"):
        with contextlib.suppress(FileNotFoundError):
            if not file.stat().st_size:
                # Killed between making the block and giving it a size: it cannot be mapped,
                # and no resource tracker knows of it yet.
                file.unlink()
                continue
            block = shared_memory.SharedMemory(name=file.name)
            block.close()
            block.unlink()


def _encode(value: Any) -> Any:
    if isinstance(value, Enum):
        return {"$enum": type(value).__name__, "value": value.value}
    if isinstance(value, Path):
        return {"$path": str(value)}
    if isinstance(value, np.ndarray):
        return _encode_array(value)
    if isinstance(value, np.generic):
        return value.item()
    if is_dataclass(value) and not isinstance(value, type):
        content = {f.name: _encode(getattr(value, f.name)) for f in fields(value)}
        return {"$": type(value).__name__, **content}
    if isinstance(value, dict):
        # Under a key of its own, so that no content can pass for another kind.
        return {"$dict": {str(key): _encode(item) for key, item in value.items()}}
    if isinstance(value, tuple | list):
        return [_encode(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{type(value).__name__} does not cross a process")


def _encode_array(array: Array) -> dict[str, Any]:
    description: dict[str, Any] = {"$array": str(array.dtype), "shape": list(array.shape)}
    if array.nbytes <= _INLINE_BYTES:
        description["bytes"] = base64.b64encode(array.tobytes()).decode()
        return description
    name = f"cxr-{os.getpid()}-{secrets.token_hex(4)}"
    block = shared_memory.SharedMemory(name=name, create=True, size=array.nbytes)
    _sent.blocks.append(block)
    target: Array = np.ndarray(array.shape, dtype=array.dtype, buffer=block.buf)
    target[...] = array
    description["block"] = block.name
    return description


def _decode(raw: Any) -> Any:
    if isinstance(raw, list):
        return tuple(_decode(item) for item in raw)
    if not isinstance(raw, dict):
        return raw
    if "$dict" in raw:
        return {key: _decode(item) for key, item in raw["$dict"].items()}
    if "$array" in raw:
        return _decode_array(raw)
    if "$path" in raw:
        return Path(raw["$path"])
    if "$enum" in raw:
        return _kinds()[raw["$enum"]](raw["value"])
    kind = _kinds()[raw["$"]]
    return kind(**{key: _decode(item) for key, item in raw.items() if key != "$"})


def _decode_array(raw: dict[str, Any]) -> Array:
    dtype, shape = np.dtype(raw["$array"]), tuple(raw["shape"])
    if "bytes" in raw:
        return np.frombuffer(base64.b64decode(raw["bytes"]), dtype=dtype).reshape(shape)
    block = shared_memory.SharedMemory(name=raw["block"])
    try:
        view: Array = np.ndarray(shape, dtype=dtype, buffer=block.buf)
        array = view.copy()
        del view
    finally:
        block.close()
        block.unlink()
    array.setflags(write=False)
    return array
