"""How every benchmark here measures: side by side, warm, the median of several."""

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import table

_NVIDIA = Path("/proc/driver/nvidia/version")


def shared() -> Path:
    """Folder of the real films; benchmarks that need them stop here without it."""
    named = os.environ.get("CXRVIEWER_SHARED")
    folder = Path(named) if named else Path(__file__).resolve().parents[3] / "shared"
    if not folder.is_dir():
        raise SystemExit("The real films are not here (CXRVIEWER_SHARED or ../shared).")
    return folder


def seconds(act: Callable[[], Any]) -> float:
    """Wall time of one call, in seconds."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def side_by_side(
    acts: Sequence[Callable[[], Any]], *, rounds: int = 15, warm: int = 2
) -> list[list[float]]:
    """Time several acts in turn, round after round, so that a busy machine hits all alike.

    Returns
    -------
    For each act its times in seconds, warm rounds left out.
    """
    times: list[list[float]] = [[] for _ in acts]
    for turn in range(warm + rounds):
        for act, kept in zip(acts, times, strict=True):
            spent = seconds(act)
            if turn >= warm:
                kept.append(spent)
    return times


def ratio(ours: Sequence[float], bare: Sequence[float]) -> float:
    """Median of the ratios of paired rounds."""
    return statistics.median(a / b for a, b in zip(ours, bare, strict=True))


def milliseconds(times: Sequence[float]) -> float:
    """Median, in ms."""
    return statistics.median(times) * 1e3


def machine() -> dict[str, Any]:
    """Return what the figures of this machine depend on."""
    return {
        "cores": os.cpu_count(),
        "system": platform.freedesktop_os_release()["PRETTY_NAME"],
        "graphics card": "NVIDIA GPU" if _NVIDIA.exists() else "no GPU",
        "python": platform.python_version(),
    }


def record(name: str, rows: list[dict[str, Any]]) -> None:
    """Print the rows, keep them under `results/`, and renew the table."""
    table.RESULTS.mkdir(exist_ok=True)
    (table.RESULTS / f"{name}.json").write_text(
        json.dumps({"machine": machine(), "rows": rows}, indent=2) + "\n", encoding="utf-8"
    )
    table.write()
    for row in rows:
        print("  ".join(f"{key}: {value}" for key, value in row.items()))
