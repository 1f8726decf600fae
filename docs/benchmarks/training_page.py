"""Makes `training.md` beside this script from `results/training_*.json`."""

import json
from typing import Any

import table

PAGE = table.HERE / "training.md"

_HEAD = """# Benchmarks of training

Made by `training_page.py` from `results/training_*.json`, which the scripts beside it write;
`training.py` runs all of them (hours). They need the real films (`CXRVIEWER_SHARED`, or
`../shared`); the table of fastai and Lightning needs both under the Python that `CXRVIEWER_PEERS`
names, the table of the window an X display. `CXRVIEWER_BENCHMARK_FILMS` takes fewer films, evenly
thinned out; each table says how many. Two threads each, on the same machine, films and split, one
after the other.

| table | script |
|---|---|
| P3, robust preset, fastai and Lightning | `training_speed.py` |
| memory | `training_memory.py` |
| the window while training | `training_timer.py` |
| backbones | `training_backbones.py` |

They share `training_material.py` (films, split, weights), `trained_run.py` (a run of the program),
`plain_training.py` (the loop) and `peer_training.py` (fastai and Lightning).

A training of the program is `cxrviewer train` in a process of its own with an empty user's folder,
from its start to the model and its report. The plain
loop is a `DataLoader` (no or two workers, whichever is faster) and the whole network for every
film of every epoch, with the same frozen layers. Of the loop two epochs of each phase are
measured; the recipe's time is **extrapolated** from them, and it tests and reports nothing.
"""


def page() -> str:
    """Make the page of all results there are."""
    parts = [_HEAD]
    for name, part in _PARTS.items():
        file = table.RESULTS / f"training_{name}.json"
        if file.is_file():
            result = json.loads(file.read_text(encoding="utf-8"))
            text = part(result["rows"]).rstrip("\n")
            parts.append(f"{text}\n\n{_machine(result['machine'])}\n")
    return "\n".join(parts)


def write() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def _machine(machine: dict[str, Any]) -> str:
    return (
        f"Machine: {machine['cores']} cores, {machine['system']}, {machine['graphics card']}, "
        f"Python {machine['python']}."
    )


def _table(header: str, rows: list[list[Any]]) -> str:
    columns = header.count("|") + 1
    lines = [f"| {header} |", "|---" * columns + "|"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _reached(row: dict[str, Any]) -> str:
    if "reached" not in row:
        return ""
    return "yes" if row["reached"] else "**no**"


def _beside_plain(title: str, rows: list[dict[str, Any]]) -> str:
    whole = rows[0]
    cells = [
        [
            row["what"],
            f"{row['cxrviewer s']:.0f} s",
            f"{row['plain loop s, extrapolated']:.0f} s",
            f"{row['ratio']:.1f} x",
            f"{row['must reach']:g} x" if "must reach" in row else "",
            _reached(row),
        ]
        for row in rows
    ]
    after = "validation accuracy after 2 + 2 epochs"
    steps = ", ".join(
        f"{step} {seconds:.0f}" for step, seconds in whole["cxrviewer steps s"].items()
    )
    return "\n".join(
        (
            f"## {title}\n",
            _table("what | cxrviewer | plain loop | faster | must reach | reached", cells),
            f"- {whole['films']:,} films. An epoch of the loop: phase 1 "
            f"{whole['plain s an epoch, phase 1']} s, phase 2 "
            f"{whole['plain s an epoch, phase 2']} s, of which {whole['plain s of it decoding']} s "
            f"are decoding; {whole['plain workers']} workers.",
            f"- Seconds of the program by step: {steps}; peak memory {whole['peak MB']} MB.",
            f"- {after.capitalize()}: plain loop {whole['plain ' + after]}, program by seed "
            f"{_listed(whole[after + ' by seed'])} (the first seed has the loop's split); best of "
            f"the whole recipe {whole['best validation accuracy']}.",
        )
    )


def _listed(values: list[float]) -> str:
    return ", ".join(f"{value:.4f}" for value in values)


def _peers(rows: list[dict[str, Any]]) -> str:
    ours, *others = rows
    cells = [[ours["what"], f"{ours['s']:.0f} s", "", "", "", f"{ours['accuracy']:.4f} (best)", ""]]
    cells += [
        [
            row["what"],
            f"{row['s']:.0f} s",
            row["frozen s an epoch"],
            row["unfrozen s an epoch"],
            f"{row['ratio']:.1f} x",
            f"{row['accuracy after 2 + 2 epochs']:.4f} (after 2 + 2 epochs)",
            _reached(row),
        ]
        for row in others
    ]
    header = (
        "what | 10 + 20 epochs | s an epoch, frozen | unfrozen | program faster | accuracy | behind"
    )
    return (
        f"## fastai and Lightning\n\n{ours['films']:,} films. Same films, split, "
        "starting weights, batch and epochs; theirs extrapolated from two epochs of each phase. "
        "Both as they come: they let batch norm learn in the frozen phase too, so gradients pass "
        "through the whole backbone there, and they train all of it in phase 2, "
        "since they offer no other second phase of themselves.\n\n" + _table(header, cells)
    )


def _memory(rows: list[dict[str, Any]]) -> str:
    cells = [
        [
            f"{row['films']:,} {row['what']}",
            f"{row['peak MB']:,} MB",
            f"{row['kept on disk MB']:,} MB",
            f"{row['must reach MB']:,} MB",
            _reached(row),
        ]
        for row in rows
    ]
    header = "films | peak memory, children included | kept on disk | must stay below | reached"
    return f"## Memory of the trainer\n\n{_table(header, cells)}"


def _backbones(rows: list[dict[str, Any]]) -> str:
    cells = [
        [
            row["backbone"],
            f"{row['parameters']:,}",
            row["films a second"],
            f"{row['s an epoch, extrapolated']:,}",
            f"{row['peak MB']:,} MB",
        ]
        for row in rows
    ]
    header = "backbone | parameters | films a second | s an epoch of 4,172 films | peak memory"
    return (
        "## Backbones, recipe p2-pal-paul\n\nThe whole network at 360 px, float32; one epoch of "
        f"{rows[0]['films']} films, extrapolated to the training share of all films.\n\n"
        + _table(header, cells)
    )


def _timer(rows: list[dict[str, Any]]) -> str:
    cells = [
        [
            row["what"],
            f"{row['ms']} ms",
            f"{row['worst round ms']} ms",
            f"{row['idle window ms']} ms",
            "50 ms",
            _reached(row),
        ]
        for row in rows
    ]
    header = "what | longest gap, median of 5 runs | worst run | idle window | must reach | reached"
    return f"## The window while training\n\n{_table(header, cells)}"


_PARTS = {
    "p3": lambda rows: _beside_plain("Recipe P3, whole and phase 1", rows),
    "robust": lambda rows: _beside_plain("Robust preset", rows),
    "peers": _peers,
    "memory": _memory,
    "timer": _timer,
    "backbones": _backbones,
}


if __name__ == "__main__":
    write()
