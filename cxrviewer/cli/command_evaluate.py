"""`cxrviewer evaluate`: a model on labelled films, as a report."""

import argparse
from typing import Any

from cxrviewer.cli import output
from cxrviewer.cli.caution import tell_caution
from cxrviewer.cli.named_path import named_path
from cxrviewer.cli.progress_bar import value_of
from cxrviewer.core.bundle import DEFAULT_MODEL, find_bundle


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("data", type=named_path, metavar="DATA", help="a folder a class, or a CSV")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="id or folder of the model")
    parser.add_argument(
        "--out", type=named_path, required=True, metavar="DIR", help="folder of the report"
    )
    parser.add_argument("--json", action="store_true", help="the report as JSON on stdout")


def run(arguments: argparse.Namespace) -> int:
    """Measure the model and write `report.html`, `report.json`, `predictions.csv` and figures."""
    bundle = find_bundle(arguments.model)
    tell_caution(bundle)
    from cxrviewer.learning import device
    from cxrviewer.learning.evaluate import evaluate

    device.use_threads(0)
    report = value_of(evaluate(arguments.data, bundle, arguments.out))
    if arguments.json:
        output.write_json(report.values)
    else:
        points = [_point_line(point, report.values) for point in report.values["points"]]
        output.write("\n".join([report.summary, *points, f"The report is in {arguments.out}"]))
    return 0


def _point_line(point: dict[str, Any], values: dict[str, Any]) -> str:
    """Return what an operating point does on these films, with its counts."""
    sides = (
        ("sensitivity", point["true_positive"], point["false_negative"]),
        ("specificity", point["true_negative"], point["false_positive"]),
    )
    rates = ", ".join(
        f"{name} {_rate(point[name])}{right} of {right + wrong} films"
        for name, right, wrong in sides
    )
    label = point["label"] or f"anything but {values['negative']}"
    return f"{label}, {point['name']} (from {point['threshold']:.3f} on): {rates}"


def _rate(found: dict[str, Any] | None) -> str:
    if found is None:
        return "not measurable, "
    return f"{found['value']:.3f} ({found['low']:.3f} to {found['high']:.3f}), "
