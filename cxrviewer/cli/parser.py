"""Which words start which command; the commands themselves are imported when they run.

Nothing heavy is imported here, so `--help` and `--version` answer at once.
"""

import argparse
import importlib
import os
from collections.abc import Callable
from typing import Protocol, cast

from cxrviewer.cli.named_path import named_path

# Command -> what it does; its module is `cxrviewer.cli.command_<name>`.
COMMANDS = {
    "predict": "probabilities of films or folders as a table",
    "explain": "one film with the heat map of one label",
    "render": "one film as first shown",
    "info": "what the reader found in a film",
    "audit": "what is wrong with labelled films, before a training",
    "train": "train a model on a folder or a CSV",
    "evaluate": "report how a model does on labelled films",
    "rate": "which learning rate suits a recipe and films",
    "runs": "the history of trainings: list, compare, reproduce, export, delete",
    "use": "take the model of a run into use, or go back",
    "models": "the installed models",
    "recipes": "the training recipes",
    "self-test": "check this installation",
}


class Command(Protocol):
    """What a module `command_*` offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do the work and return the exit status."""


def dispatch(words: list[str]) -> int:
    """Run the command the words name, or open the window.

    A command's name always means the command; a film of that name is `./predict`.
    """
    try:
        if words and words[0] in COMMANDS:
            return _command(words[0], words[1:])
        return _window(words)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 1


def _command(name: str, words: list[str]) -> int:
    module = importlib.import_module(f"cxrviewer.cli.command_{name.replace('-', '_')}")
    command = cast("Command", module)
    parser = argparse.ArgumentParser(
        prog=f"cxrviewer {name}", description=f"{COMMANDS[name].capitalize()}.", allow_abbrev=False
    )
    command.add_arguments(parser)
    # For what only the command can judge, e.g. options that exclude each other.
    parser.set_defaults(wrong_usage=parser.error)
    return _guarded(command.run, parser.parse_args(words))


def _window(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="cxrviewer",
        description="Chest films, the probabilities of a local model, and where it looked. "
        "Research use only, not for diagnosis.",
        epilog=_listing(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("films", nargs="*", type=named_path, metavar="FILM", help="film or folder")
    parser.add_argument(
        "--phantom", action="store_true", help="open the window on the demonstration phantom"
    )
    parser.add_argument("--version", action="store_true", help="print the version and leave")
    arguments = parser.parse_args(words)
    if arguments.version:
        return _guarded(_version, arguments)
    if len(words) == 1 and _looks_like_a_command(words[0]):
        parser.error(f"there is no command and no film “{words[0]}”")
    from cxrviewer.cli import window

    return _guarded(window.run, arguments)


def _listing() -> str:
    lines = [f"  {name:<10} {text}" for name, text in COMMANDS.items()]
    close = "cxrviewer COMMAND --help tells more; without a command, the window opens."
    return "\n".join(["commands:", *lines, "", close])


def _looks_like_a_command(word: str) -> bool:
    is_name = word.replace("-", "").isalpha() and not word.startswith("-")
    return is_name and not os.path.lexists(word)


def _version(_: argparse.Namespace) -> int:
    from importlib import metadata

    from cxrviewer.cli import output

    output.write(f"cxrviewer {metadata.version('cxrviewer')}")
    return 0


def _guarded(run: Callable[[argparse.Namespace], int], arguments: argparse.Namespace) -> int:
    from cxrviewer.cli import failures

    return failures.guarded(run, arguments)
