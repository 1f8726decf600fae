"""Makes `README.md` beside this script from `results/*.json`; each benchmark renews it."""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
PAGE = HERE / "README.md"

_HEAD = """# Benchmarks

Each row is one run of a script here that does the work of the program and a bare equivalent in
turn, round after round, so that a busy machine slows both alike; given are medians. The scripts
write `results/*.json`, and this page is made from those files by `table.py`.

`make benchmarks` runs all six (some minutes). They need an X display, for which the
package `xvfb` will do, and `xdotool`; `predict_throughput.py` also needs the real films
(`CXRVIEWER_SHARED`, or `../shared`). What trainings take stands in [training.md](training.md).

| what | script | measured | beside it | ratio | must reach | reached |
|---|---|---|---|---|---|---|
"""
_NOTES = """
What stands beside it:

- *bare forward*, *bare loop*: the same network as it is stored, in inference mode, on the
  prepared input. The program runs it with the batch normalisations folded into the convolutions,
  which is why it can be faster than the bare network.
- *probabilities and Grad-CAM*: of a film that has the network's size already. Bringing the
  phantom of 2048 x 2048 down to it is the row of its own.
- *bare decode*: pydicom's pixels and one lookup for the window, in one process, nothing painted.
- *bare lookup*: one lookup of as many pixels as the film covers in the view, nothing painted.
- *bare window*: an empty `QMainWindow`, started or left idle.
"""


def write() -> None:
    """Make the page of all results there are."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """Return the page as text."""
    found = {name: json.loads(_file(name).read_text(encoding="utf-8")) for name in _ROWS}
    machines = sorted({_machine(result["machine"]) for result in found.values()})
    lines = [
        f"| {what} | `{name}.py` | {' | '.join(cells)} |\n"
        for name, rows_of in _ROWS.items()
        for what, *cells in rows_of(found[name]["rows"])
    ]
    return f"{_HEAD}{''.join(lines)}\nMachine: {'; '.join(machines)}.\n{_NOTES}"


def _file(name: str) -> Path:
    return RESULTS / f"{name}.json"


def _machine(machine: dict[str, Any]) -> str:
    gpu = machine["graphics card"]
    return f"{machine['cores']} cores, {machine['system']}, {gpu}, Python {machine['python']}"


def _yes(row: dict[str, Any]) -> str:
    return "yes" if row["reached"] else "**no**"


def _window_start(rows: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    [row] = rows
    lean = not (row["torch in the window's process"] or row["codec in the window's process"])
    return [
        (
            "window on screen after start, xcb; torch and codecs in its process",
            f"{row['cxrviewer s']:.2f} s; {'none' if lean else 'loaded'}",
            f"bare window {row['bare QMainWindow s']:.2f} s",
            f"{row['ratio']:.2f}",
            f"{row['must reach s']} s; none",
            "yes" if lean and row["cxrviewer s"] <= row["must reach s"] else "**no**",
        )
    ]


def _film_painted(rows: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    return [
        (
            f"drop to film painted, {row['film']}",
            f"{row['drop to paint ms']:.0f} ms",
            f"bare decode {row['bare ms']:.0f} ms",
            f"{row['ratio']:.2f}",
            f"{row['must reach ms']:.0f} ms (1.3 x bare + 30 ms)",
            _yes(row),
        )
        for row in rows
    ]


def _analysis(rows: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    bare, ours, *others, bound = rows
    beside = f"bare forward {bare['ms']:.1f} ms"

    def cells(row: dict[str, Any], *end: str) -> tuple[str, ...]:
        return row["what"], f"{row['ms']:.1f} ms", beside, f"{row['ratio to bare']:.2f}", *end

    return [
        cells(ours, f"{bound['must reach']} x bare", _yes(bound)),
        *(cells(row, "", "") for row in others),
    ]


def _paint_steps(rows: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    return [
        (
            f"{row['step']} step, 3000 x 3000, 16 bit, view of 1600 x 1200",
            f"{row['ms']:.1f} ms",
            f"bare lookup {row['bare lookup of the pixels ms']:.1f} ms",
            f"{row['ratio']:.1f}",
            f"{row['must reach ms']:.0f} ms",
            _yes(row),
        )
        for row in rows
    ]


def _timer_gap(rows: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    return [
        (
            row["what"],
            f"{row['ms']:.0f} ms (worst round {row['worst round ms']:.0f})",
            f"bare window {row['idle window ms']:.0f} ms",
            f"{row['ratio']:.2f}",
            f"{row['must reach ms']:.0f} ms",
            _yes(row),
        )
        for row in rows
    ]


def _predict_throughput(rows: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    return [
        (
            f"`predict` on {row['films']} films, threads: {row['threads']}",
            f"{row['predict films a second']:.0f} films/s",
            f"bare loop {row['bare loop films a second']:.0f} films/s",
            f"{row['throughput share']:.2f}",
            f"{row['must reach']:.2f} of bare",
            _yes(row),
        )
        for row in rows
    ]


# In the order of the page.
_ROWS = {
    "window_start": _window_start,
    "film_painted": _film_painted,
    "analysis": _analysis,
    "paint_steps": _paint_steps,
    "timer_gap": _timer_gap,
    "predict_throughput": _predict_throughput,
}


if __name__ == "__main__":
    write()
