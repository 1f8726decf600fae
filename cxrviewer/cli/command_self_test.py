"""`cxrviewer self-test`: whether this installation does what it should."""

import argparse

from cxrviewer.cli import output
from cxrviewer.cli.checks import CHECKS, Outcome, carry_out
from cxrviewer.cli.failures import FAILED


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="as JSON on stdout")


def run(arguments: argparse.Namespace) -> int:
    """Carry out every check, also after one has failed."""
    outcomes = []
    for check in CHECKS:
        for outcome in carry_out(check):
            outcomes.append(outcome)
            if not arguments.json:
                output.write(_line(outcome))
    if arguments.json:
        output.write_json(
            [{"name": each.name, "ok": each.ok, "detail": each.detail} for each in outcomes]
        )
    failed = [outcome for outcome in outcomes if not outcome.ok]
    if failed and not arguments.json:
        output.write(f"{len(failed)} of {len(outcomes)} checks failed")
    return FAILED if failed else 0


def _line(outcome: Outcome) -> str:
    return f"{'ok' if outcome.ok else 'FAILED':<6} {outcome.name}: {outcome.detail}"
