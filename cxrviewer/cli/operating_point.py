"""The operating point that a command calls films at."""

import argparse

from cxrviewer.core.operating_points import BALANCED, POINT_NAMES


def add_operating_point(parser: argparse.ArgumentParser) -> None:
    """Declare `--operating-point`."""
    parser.add_argument(
        "--operating-point",
        choices=POINT_NAMES,
        default=BALANCED,
        help="thresholds to call films at: balanced, or screening, which misses fewer",
    )
