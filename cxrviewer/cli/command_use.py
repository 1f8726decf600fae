"""`cxrviewer use`: taking the model of a run into use is an act of its own."""

import argparse
from pathlib import Path

from cxrviewer.cli import output
from cxrviewer.cli.progress_bar import value_of
from cxrviewer.core import promotion, settings
from cxrviewer.core.bundle import find_bundle, installed_bundles
from cxrviewer.core.errors import BundleError
from cxrviewer.core.run_history import RunHistory


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("run", nargs="?", metavar="RUN", help="number or folder of a run")
    parser.add_argument("--back", action="store_true", help="go back to the model in use before")
    parser.add_argument(
        "--anyway",
        action="store_true",
        help="also if the paired test finds the model worse, or it is off by default",
    )


def run(arguments: argparse.Namespace) -> int:
    """Compare the run's model with the one in use, say the verdict, and take it into use."""
    if (arguments.run is None) != arguments.back:
        arguments.wrong_usage("name a run, or ask for --back")
    before = settings.load()
    after = promotion.roll_back(before) if arguments.back else _promoted(arguments, before)
    settings.save(after)
    output.write(f"The model in use is {after.model}.")
    return 0


def _promoted(arguments: argparse.Namespace, now: settings.Settings) -> settings.Settings:
    folder = _folder(arguments.run)
    from cxrviewer.learning.reporting import comparing

    comparison = value_of(comparing.compare_with(folder, find_bundle(now.model)))
    output.write(comparison.sentence)
    if comparison.verdict == "worse" and not arguments.anyway:
        raise BundleError(
            f"{now.model} stays in use; give --anyway to take the worse model all the same."
        )
    return promotion.promote(folder, now, comparison=comparison, anyway=arguments.anyway)


def _folder(run: str) -> Path:
    if run.isdecimal():
        return RunHistory().get(int(run)).out
    installed, _ = installed_bundles()
    if run in {bundle.manifest.id for bundle in installed} and not Path(run).exists():
        raise BundleError(
            f"{run} is an installed model and no run; choose it in the window (Ctrl+M), or name it "
            "with --model."
        )
    return Path(run)
