"""Keeps `None`, `True` and `False` alive under Python 3.11.

PySide6 6.12 is built for interpreters in which these are immortal (Python 3.12 on): each of its
calls that answers one of them gives it back one time too often. Under Python 3.11 the count
reaches zero after some minutes of use, and the interpreter aborts the program.
"""

import ctypes
import sys

_ENOUGH = 1 << 40


def keep_none() -> None:
    """Raise the three reference counts beyond what a session can take from them."""
    if sys.version_info < (3, 12):
        for constant in (None, True, False):
            # The count is the first field of an object of CPython.
            ctypes.c_ssize_t.from_address(id(constant)).value += _ENOUGH
