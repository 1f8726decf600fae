"""Limits a child process sets on itself."""

import os
import sys
from pathlib import Path

from cxrviewer.core.logs import logger


def limit_memory(megabytes: int) -> None:
    """Let this process take at most so much memory beyond what it has now.

    Works where the system has `RLIMIT_AS` and `/proc` (Linux); elsewhere it does nothing, and
    the time limit of the parent remains.
    """
    if not sys.platform.startswith("linux"):
        return
    import resource

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * os.sysconf("SC_PAGE_SIZE") + megabytes * 2**20
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    logger.debug("memory limit %d MB", limit // 2**20)


def let_waiting_threads_sleep() -> None:
    """Let a thread of torch that waits for another sleep, unless the user says otherwise.

    By default it spins, and on shared cores that can take ten times what the network takes. To
    be called before torch is loaded.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def give_way() -> None:
    """Let every program with the usual priority come before this process and its children.

    To be called before torch is loaded.
    """
    let_waiting_threads_sleep()
    if sys.platform == "win32":
        import ctypes

        below_normal = 0x4000
        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)
    else:
        os.nice(10)
