"""The door of the program: a command runs it, anything else opens the window."""

import multiprocessing
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status.

    Parameters
    ----------
    arguments
        Words after the program's name; those of this process if omitted.

    Returns
    -------
    0 on success, 1 on a named failure, 2 on wrong usage, 130 when interrupted.
    """
    multiprocessing.freeze_support()
    from cxrviewer.cli import parser

    return parser.dispatch(sys.argv[1:] if arguments is None else list(arguments))


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
