"""The words that make a training plan, shared by the commands that take one."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cxrviewer.cli.named_path import named_path
from cxrviewer.core.errors import PlanError
from cxrviewer.core.hyperparameters import HYPERPARAMETERS
from cxrviewer.core.plan import PATIENTS_FROM, SPLIT_BY, TrainingPlan
from cxrviewer.processes import limits

# Field of a plan -> the word of the command line it comes from; all others come from `--set`.
_WORDS = {
    "data": "DATA",
    "out": "--out",
    "recipe": "--recipe",
    "backbone": "--backbone",
    "weights": "--weights",
    "left_out": "--left-out",
    "watch": "--watch",
    "split_by": "--split-by",
    "patients_from": "--patients-from",
    "resume": "--resume",
}
_SETTINGS = ", ".join((*HYPERPARAMETERS, "seed", "bundle_id"))


def add(parser: argparse.ArgumentParser) -> None:
    """Declare what a plan is made of, save for its folder."""
    parser.add_argument("data", type=named_path, metavar="DATA", help="a folder a class, or a CSV")
    parser.add_argument("--recipe", required=True, metavar="R", help="one of `cxrviewer recipes`")
    parser.add_argument("--backbone", metavar="B", help="the recipe's own if omitted")
    parser.add_argument(
        "--weights",
        metavar="W",
        help="ImageNet weights: a file, a folder that holds the backbone's, or `download`; "
        "from scratch if omitted",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        type=_setting,
        metavar="KEY=VALUE",
        dest="settings",
        help=f"change one setting of the recipe, e.g. epochs=2,3; there are {_SETTINGS}",
    )
    parser.add_argument(
        "--left-out",
        type=named_path,
        metavar="FILE",
        help="films not to use, one a line, relative to DATA",
    )
    parser.add_argument("--split-by", choices=SPLIT_BY, help="patient if omitted")
    parser.add_argument(
        "--patients-from",
        choices=PATIENTS_FROM,
        help="where it is read from whose a film is; auto if omitted",
    )
    add_threads(parser)


def add_threads(parser: argparse.ArgumentParser) -> None:
    """Declare how much of the processor a training may use."""
    parser.add_argument(
        "--threads", type=int, default=0, metavar="N", help="all cores of this computer if omitted"
    )


def plan_of(arguments: argparse.Namespace, out: Path) -> TrainingPlan:
    """Return the plan the words name, for a run in this folder.

    Raises
    ------
    PlanError
        If a word names nothing that can be done.
    """
    return TrainingPlan(
        data=arguments.data,
        out=out,
        recipe=arguments.recipe,
        backbone=arguments.backbone or "",
        weights=arguments.weights,
        split_by=arguments.split_by or "patient",
        patients_from=arguments.patients_from or "auto",
        left_out=_left_out(arguments.left_out) if arguments.left_out else (),
    ).changed(dict(arguments.settings))


@contextmanager
def naming_words() -> Iterator[None]:
    """Put the word of the command line before the sentence of a plan that cannot be run."""
    try:
        yield
    except PlanError as error:
        if not error.field:
            raise
        word = _WORDS.get(error.field, f"--set {error.field}")
        raise PlanError(f"{word}: {error.sentence}", field=error.field) from error


def use_threads(arguments: argparse.Namespace) -> None:
    """Let torch use the threads that were asked for."""
    limits.let_waiting_threads_sleep()
    from cxrviewer.learning import device

    device.use_threads(arguments.threads or device.usable_cores())


def _setting(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError("a setting is KEY=VALUE")
    return key, value


def _left_out(file: Path) -> tuple[str, ...]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(
            f"{file} cannot be read as a list of films, one a line.", field="left_out"
        ) from error
    return tuple(line.strip() for line in lines if line.strip())
