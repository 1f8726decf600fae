"""`cxrviewer train`: a recipe on a folder or a CSV, told event by event."""

import argparse
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from cxrviewer.cli import output
from cxrviewer.cli.progress_bar import ProgressBar
from cxrviewer.core.errors import PlanError
from cxrviewer.core.plan import SPLIT_BY, TrainingPlan
from cxrviewer.core.progress import (
    BatchDone,
    EpochDone,
    Event,
    Finished,
    Noted,
    PhaseStarted,
    Prepared,
    Watched,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("data", type=Path, metavar="DATA", help="a folder a class, or a CSV")
    parser.add_argument("--recipe", required=True, help="one of `cxrviewer recipes`")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of the run")
    parser.add_argument("--backbone", help="the recipe's own if omitted")
    parser.add_argument(
        "--weights", metavar="FILE", help="ImageNet weights, or `download`; scratch if omitted"
    )
    parser.add_argument("--split-by", choices=SPLIT_BY, help="patient if omitted")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        type=_setting,
        metavar="KEY=VALUE",
        dest="settings",
        help="change one setting of the plan, e.g. epochs=2,3",
    )
    parser.add_argument("--resume", action="store_true", help="go on with the run begun in DIR")
    parser.add_argument("--json", action="store_true", help="one JSON event a line")


def _setting(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError("a setting is KEY=VALUE")
    return key, value


def run(arguments: argparse.Namespace) -> int:
    """Train and leave the bundle in `DIR/bundle`; an unfinished training leaves none."""
    plan = _plan(arguments)
    from cxrviewer.learning import device, training

    device.use_threads(0)
    tell = _tell_json if arguments.json else _tell
    events = training.train(plan)
    try:
        tell(events)
    except KeyboardInterrupt as interrupt:
        # Ctrl-C between two events: the training is told too, or it would count as given up
        # and its checkpoint would go.
        events.throw(interrupt)
    return 0


def _plan(arguments: argparse.Namespace) -> TrainingPlan:
    plan = TrainingPlan(
        data=arguments.data,
        out=arguments.out,
        recipe=arguments.recipe,
        backbone=arguments.backbone or "",
        weights=arguments.weights,
        split_by=arguments.split_by or "patient",
        resume=arguments.resume,
    ).changed(dict(arguments.settings))
    if (plan.out / "bundle").exists():
        raise PlanError(
            f"{plan.out} already holds a trained model; name another folder.", field="out"
        )
    return plan


def _tell_json(events: Iterable[Event]) -> None:
    for event in events:
        output.write(json.dumps({"event": type(event).__name__, **asdict(event)}))


def _tell(events: Iterable[Event]) -> None:
    bar = ProgressBar()
    for event in events:
        if isinstance(event, BatchDone):
            bar.show(event.stage, done=event.done, total=event.total)
        else:
            bar.clear()
            output.write(_words(event))


def _words(event: Event) -> str:
    match event:
        case Prepared():
            return _prepared(event)
        case PhaseStarted():
            return (
                f"Phase {event.index + 1}, {event.name}: {event.epochs} epochs, "
                f"{event.trainable:,} of {event.total:,} parameters are trained"
            )
        case EpochDone():
            return (
                f"  epoch {event.epoch}: loss {event.train_loss:.4f}, validation "
                f"{event.val_loss:.4f}, accuracy {event.val_accuracy:.3f}, {event.seconds:.0f} s"
            )
        case Finished():
            return f"{event.summary}\nThe model is in {event.bundle}"
        case Noted():
            return event.sentence
        case Watched():
            return f"  watched film: {event.label} {event.probability:.3f}"
        case BatchDone():
            return f"{event.stage} {event.done}/{event.total}"


def _prepared(event: Prepared) -> str:
    parts = zip(("training", "validation", "test"), event.counts, event.patients, strict=True)
    sizes = ", ".join(f"{name} {sum(n)} ({people} patients)" for name, n, people in parts)
    lines = [f"Labels {', '.join(event.classes)}; split by {event.split_by}: {sizes}"]
    lines += [f"  left out: {sentence}" for _, sentence in event.refused]
    return "\n".join([*lines, f"On {event.device}", *([event.note] if event.note else [])])
