"""The one place where a command's failure becomes a sentence and an exit status."""

import argparse
import sys
from collections.abc import Callable

from cxrviewer.cli import output
from cxrviewer.core import logs
from cxrviewer.core.errors import CxrViewerError, sentence_for

FAILED = 1
INTERRUPTED = 130


def guarded(run: Callable[[argparse.Namespace], int], arguments: argparse.Namespace) -> int:
    """Run a command; a failure is one sentence on stderr, its details go to the log.

    Returns
    -------
    The command's own status, 1 after a failure, 130 after Ctrl-C.
    """
    logs.start()
    for stream in (sys.stdout, sys.stderr):
        # A file name or a sentence may hold letters that the terminal's encoding lacks.
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")
    try:
        status = run(arguments)
    except BrokenPipeError:
        output.abandon_stdout()
        return FAILED
    except KeyboardInterrupt as interrupt:
        say(sentence_for(interrupt))
        return INTERRUPTED
    except CxrViewerError as error:
        logs.logger.error("%s", type(error).__name__, exc_info=error)
        say(error.sentence)
        return FAILED
    except Exception as error:  # noqa: BLE001 - becomes a sentence here
        logs.logger.error("unforeseen", exc_info=error)
        say(sentence_for(error))
        return FAILED
    finally:
        logs.stop()
    return status


def say(sentence: str) -> None:
    """Write one sentence to stderr."""
    print(f"cxrviewer: {sentence}", file=sys.stderr)
