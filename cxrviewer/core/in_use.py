"""Files that several processes share: which of them one is using, told by a lock on it."""

import contextlib
import sys
from pathlib import Path

# Ending of a file that its writer has not finished.
PART = ".part"


def hold(descriptor: int) -> None:
    """Mark an open file as in use, until it is closed or its process ends."""
    if sys.platform != "win32":
        import fcntl

        with contextlib.suppress(OSError):  # a network disk may know no locks
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)


def remove_unused(file: Path) -> bool:
    """Remove a file that nobody holds; returns whether it is gone."""
    try:
        if sys.platform != "win32":
            import fcntl

            with file.open("rb") as stream:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                file.unlink()
        else:
            file.unlink()  # Windows itself refuses while the file is open
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
