"""The events of a training for a person or, as JSON, for a program."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from cxrviewer.cli import output
from cxrviewer.cli.progress_bar import ProgressBar
from cxrviewer.core.progress import (
    BatchDone,
    EpochDone,
    Finished,
    Noted,
    PhaseStarted,
    Prepared,
    RateFound,
    RateTried,
    Watched,
)


def write_json(events: Iterable[Any]) -> None:
    """Write one JSON object a line; heat maps are left out."""
    for event in events:
        values = {key: value for key, value in asdict(event).items() if key != "heat"}
        output.write(json.dumps({"event": type(event).__name__, **values}, allow_nan=False))


def write_words(events: Iterable[Any]) -> None:
    """Write what happened, and draw a line of progress where a person watches."""
    bar = ProgressBar()
    try:
        for event in events:
            if isinstance(event, BatchDone):
                bar.show(event.stage, done=event.done, total=event.total)
            else:
                bar.clear()
                output.write(_WORDS[type(event)](event))
    finally:
        bar.clear()


def _phase(event: PhaseStarted) -> str:
    return (
        f"Phase {event.index + 1}, {event.name}: {event.epochs} epochs, "
        f"{event.trainable:,} of {event.total:,} parameters are trained"
    )


def _watched(event: Watched) -> str:
    flaw = f" (no map: {event.flaw})" if event.flaw else ""
    return f"  watched film: {event.label} {event.probability:.3f}{flaw}"


def _epoch(event: EpochDone) -> str:
    area = "" if event.val_auroc is None else f", AUROC {event.val_auroc:.3f}"
    return (
        f"  epoch {event.epoch}: loss {event.train_loss:.4f}, validation {event.val_loss:.4f}, "
        f"accuracy {event.val_accuracy:.3f}{area}, {event.seconds:.1f} s"
    )


def _prepared(event: Prepared) -> str:
    parts = zip(("training", "validation", "test"), event.films, event.patients, strict=True)
    sizes = ", ".join(f"{name} {n} films of {people} patients" for name, n, people in parts)
    lines = [f"Labels {', '.join(event.classes)}; split by {event.split_by}: {sizes}"]
    lines += [f"  left out: {sentence}" for _, sentence in event.refused]
    return "\n".join([*lines, f"On {event.device}", *([event.note] if event.note else [])])


_WORDS: dict[type, Callable[[Any], str]] = {
    Prepared: _prepared,
    PhaseStarted: _phase,
    EpochDone: _epoch,
    Watched: _watched,
    Noted: lambda event: str(event.sentence),
    Finished: lambda event: f"{event.summary}\nThe model is in {event.bundle}",
    RateTried: lambda event: f"{event.rate:.2e}  loss {event.loss:.4f}",
    RateFound: lambda event: f"Suggested learning rate: {event.suggestion:.2e}",
}
