"""`cxrviewer rate`: which learning rate suits a recipe and films."""

import argparse
from pathlib import Path

from cxrviewer.cli import event_words, plan_arguments


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    plan_arguments.add(parser)
    parser.add_argument("--json", action="store_true", help="one JSON event a line")


def run(arguments: argparse.Namespace) -> int:
    """Try rising learning rates on the first phase and suggest one; nothing is kept."""
    with plan_arguments.naming_words():
        plan = plan_arguments.plan_of(arguments, Path())
        plan_arguments.use_threads(arguments)
        from cxrviewer.learning.trainer import rate_finder

        events = rate_finder.find_rate(plan)
        (event_words.write_json if arguments.json else event_words.write_words)(events)
    return 0
