"""Keeps `None` alive under Python 3.11.

PySide6 6.12 is built for interpreters whose `None` is immortal (Python 3.12 on): each of its
calls that answers nothing gives `None` back one time too often. Under Python 3.11 the count
reaches zero after some minutes of use, and the interpreter aborts the program.
"""

import ctypes
import sys

_ENOUGH = 1 << 40


def keep_none() -> None:
    """Raise the reference count of `None` beyond what a session can take from it."""
    if sys.version_info < (3, 12):
        # The count is the first field of an object of CPython.
        ctypes.c_ssize_t.from_address(id(None)).value += _ENOUGH
