"""`cxrviewer predict`: films and folders to a table of probabilities."""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cxrviewer.cli import output, table
from cxrviewer.cli.caution import tell_caution
from cxrviewer.cli.named_path import named_path
from cxrviewer.cli.operating_point import add_operating_point
from cxrviewer.cli.progress_bar import counted
from cxrviewer.core import paths
from cxrviewer.core.bundle import DEFAULT_MODEL, Bundle, find_bundle
from cxrviewer.core.errors import FilmError
from cxrviewer.core.folders import films_at
from cxrviewer.core.operating_points import BALANCED

_MOST_READERS = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("paths", nargs="+", type=named_path, metavar="PATH", help="film or folder")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="id or folder of the model")
    parser.add_argument(
        "--csv", type=named_path, metavar="OUT", help="file of the table, - for stdout"
    )
    parser.add_argument("--json", action="store_true", help="the rows as JSON on stdout")
    parser.add_argument(
        "--anyway",
        action="store_true",
        help="answer for films that the model refuses, too, with a warning; logged",
    )
    add_operating_point(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write one row a film; a film that cannot be read is a row with its reason."""
    if arguments.csv is None and not arguments.json:
        arguments.wrong_usage("name a table with --csv, or ask for --json")
    if arguments.csv == table.STDOUT and arguments.json:
        arguments.wrong_usage("--csv - and --json cannot both go to stdout")
    films = _films(arguments.paths)
    if arguments.csv is not None:
        paths.spare_films(arguments.csv, films)
    bundle = find_bundle(arguments.model)
    point, anyway = arguments.operating_point, arguments.anyway
    bundle.manifest.check_point(point)
    tell_caution(bundle)
    rows = counted(rows_of(films, bundle, point=point, anyway=anyway), "films", total=len(films))
    if arguments.csv is not None:
        rows = table.written(rows, arguments.csv, bundle.manifest)
    everything = list(rows)
    if arguments.json:
        output.write_json(everything)
    return 0


def _films(paths: list[Path]) -> list[Path]:
    films = films_at(paths)
    names = ", ".join(str(path) for path in paths)
    if not films:
        raise FilmError(f"There is no film in {names}.")
    if not any(os.path.lexists(film) for film in films):
        raise FilmError(f"There is no such file or folder: {names}.")
    return films


def rows_of(
    films: list[Path], bundle: Bundle, *, point: str = BALANCED, anyway: bool = False
) -> Iterator[dict[str, Any]]:
    """Read and analyse films, and yield a row each in their order, called at a point."""
    from cxrviewer.learning.read_ahead import ReadAhead

    readers = min(len(films), _MOST_READERS, max(1, (os.cpu_count() or 1) - 1))
    with ReadAhead(films, bundle.manifest, readers=readers, anyway=anyway) as prepared:
        from cxrviewer.learning import batch, device
        from cxrviewer.learning.classifier import Classifier

        device.use_threads(0)
        classifier = Classifier.load(bundle)
        for path, analysis in batch.analyse(prepared, classifier, anyway=anyway):
            yield table.row(path, analysis.at(point), bundle.manifest)
