"""`cxrviewer train`: a recipe on a folder or a CSV, told event by event."""

import argparse
import contextlib
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

from cxrviewer.cli import event_words, plan_arguments
from cxrviewer.cli.failures import INTERRUPTED, say
from cxrviewer.cli.film_reading import read_film
from cxrviewer.cli.named_path import named_path
from cxrviewer.core.errors import FilmError, PlanError
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.run_files import BUNDLE, CHECKPOINT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    plan_arguments.add(parser)
    parser.add_argument(
        "--out", type=named_path, required=True, metavar="DIR", help="folder of the run"
    )
    parser.add_argument(
        "--watch",
        type=named_path,
        metavar="FILM",
        help="film whose heat map is told after every epoch",
    )
    parser.add_argument("--resume", action="store_true", help="go on with the run begun in DIR")
    parser.add_argument("--json", action="store_true", help="one JSON event a line")


def run(arguments: argparse.Namespace) -> int:
    """Train and leave the run in `DIR`, its model in `DIR/bundle`."""
    with plan_arguments.naming_words():
        return carry_out(_plan(arguments), arguments)


def carry_out(plan: TrainingPlan, arguments: argparse.Namespace) -> int:
    """Run a plan and tell its events; the status is 130 after Ctrl-C with a checkpoint kept."""
    plan_arguments.use_threads(arguments)
    from cxrviewer.learning.trainer import training

    events = training.train(plan)
    try:
        (event_words.write_json if arguments.json else event_words.write_words)(events)
    except KeyboardInterrupt as interrupt:
        return _stopped(plan, events, interrupt)
    return 0


def _plan(arguments: argparse.Namespace) -> TrainingPlan:
    plan = plan_arguments.plan_of(arguments, arguments.out)
    if (plan.out / BUNDLE).exists() and not arguments.resume:
        raise PlanError(
            f"{plan.out} already holds a trained model; name another folder.", field="out"
        )
    return replace(plan, watch=_watched(arguments.watch), resume=arguments.resume)


def _watched(film: Path | None) -> Path | None:
    """Return the film to watch if it can be read: better known now than after a night."""
    try:
        if film:
            read_film(film)
    except FilmError as error:
        raise PlanError(error.sentence, field="watch") from error
    return film


def _stopped(
    plan: TrainingPlan, events: Generator[Any, None, None], interrupt: KeyboardInterrupt
) -> int:
    # Between two events the training is told of Ctrl-C too, or it would count as given up and
    # its checkpoint would go.
    with contextlib.suppress(KeyboardInterrupt):
        events.throw(interrupt)
    if not (plan.out / CHECKPOINT).exists():
        raise interrupt
    say("Stopped; the same command with --resume goes on after the last epoch.")
    return INTERRUPTED
