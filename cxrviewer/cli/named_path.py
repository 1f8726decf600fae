"""A path among the words of a command."""

import argparse
from pathlib import Path


def named_path(text: str) -> Path:
    """Return the path a word names; an empty one would mean the current folder unawares.

    Raises
    ------
    argparse.ArgumentTypeError
        If the word is empty.
    """
    if not text.strip():
        raise argparse.ArgumentTypeError("the name is empty; `.` is the current folder")
    return Path(text)
