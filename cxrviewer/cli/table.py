"""The table of `cxrviewer predict`: one row a film."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from cxrviewer.cli import output
from cxrviewer.core.analysis import Analysis
from cxrviewer.core.manifest import Manifest

STDOUT = Path("-")
Row = dict[str, Any]


def header(manifest: Manifest) -> list[str]:
    """Return the names of the columns; the labels' follow the bundle's order."""
    labels = [f"p_{label.id}" for label in manifest.labels]
    return ["path", "model", "status", "reason", "label", *labels]


def row(path: Path, analysis: Analysis, manifest: Manifest) -> Row:
    """Return one film's values by column; a film without an answer has no label and no `p_`."""
    answers = {f"p_{score.label}": round(score.probability, 6) for score in analysis.scores}
    values = {
        "path": str(path),
        "model": analysis.model,
        "status": str(analysis.status),
        "reason": analysis.reason,
        "label": analysis.call or None,
        **answers,
    }
    return {name: values.get(name) for name in header(manifest)}


def written(rows: Iterable[Row], target: Path, manifest: Manifest) -> Iterator[Row]:
    """Yield the rows and write each; the file appears when the last one is in it.

    RFC 4180 in UTF-8 without a byte order mark; `-` is stdout.

    Raises
    ------
    ExportError
        If the file cannot be written.
    """
    with _text(target) as stream:
        writer = csv.DictWriter(stream, header(manifest))
        writer.writeheader()
        for values in rows:
            writer.writerow({**values, **_six_decimals(values)})
            yield values


def _six_decimals(values: Row) -> dict[str, str]:
    return {name: f"{value:.6f}" for name, value in values.items() if isinstance(value, float)}


@contextmanager
def _text(target: Path) -> Iterator[TextIO]:
    with _bytes(target) as raw:
        # A file name that is not UTF-8 is written with its bytes escaped.
        stream = io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", newline="")
        yield stream
        stream.flush()
        stream.detach()


@contextmanager
def _bytes(target: Path) -> Iterator[BinaryIO]:
    if target == STDOUT:
        whole = io.BytesIO()
        yield whole
        output.write_bytes(whole.getvalue())
    else:
        with output.writing(target) as temporary, temporary.open("wb") as file:
            yield file
