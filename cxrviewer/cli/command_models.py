"""`cxrviewer models`: what is installed."""

import argparse
from dataclasses import asdict
from typing import Any

from cxrviewer.cli import output
from cxrviewer.cli.failures import say
from cxrviewer.core.bundle import DEFAULT_MODEL, Bundle, installed_bundles


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="as JSON on stdout")


def run(arguments: argparse.Namespace) -> int:
    """List the models; one that cannot be read is a sentence on stderr."""
    bundles, errors = installed_bundles()
    if arguments.json:
        output.write_json([_as_json(bundle) for bundle in bundles])
    else:
        for bundle in bundles:
            output.write(_line(bundle))
    for error in errors:
        say(error.sentence)
    if not bundles:
        say("No model is installed.")
    return 0


def _as_json(bundle: Bundle) -> dict[str, Any]:
    manifest = bundle.manifest
    return {
        "name": manifest.id,
        "title": manifest.name,
        "version": manifest.version,
        "architecture": manifest.architecture,
        "activation": manifest.activation,
        "labels": [label.id for label in manifest.labels],
        "calibrated": manifest.calibration is not None,
        "points": [asdict(point) for point in manifest.points],
        "uncertain": [asdict(band) for band in manifest.uncertain],
        "licence": manifest.licence,
        "default": manifest.id == DEFAULT_MODEL,
        "off_by_default": manifest.off_by_default,
        "caution": manifest.caution,
        "folder": str(bundle.folder),
    }


def _line(bundle: Bundle) -> str:
    manifest = bundle.manifest
    labels = ", ".join(label.id for label in manifest.labels)
    off = " (off by default)" if manifest.off_by_default else ""
    mark = " (default)" if manifest.id == DEFAULT_MODEL else off
    points = " and ".join(manifest.point_names) if manifest.points else "none"
    told = f"{manifest.id}{mark}: {manifest.name} {manifest.version}; {labels}"
    caution = f". {manifest.caution}" if manifest.caution else ""
    return f"{told}; operating points: {points}{caution}"
