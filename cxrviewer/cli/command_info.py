"""`cxrviewer info`: what the reader found in a film."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from cxrviewer.cli import output
from cxrviewer.cli.film_reading import read_film
from cxrviewer.cli.named_path import named_path
from cxrviewer.core.film import Film, SpacingTrust, Table, Voi, Window


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("film", type=named_path, metavar="FILM")
    parser.add_argument("--identity", action="store_true", help="add whose film it is")
    parser.add_argument("--json", action="store_true", help="as JSON on stdout")


def run(arguments: argparse.Namespace) -> int:
    """Print the findings; the patient's identity only on request."""
    film = read_film(arguments.film)
    found = _found(arguments.film, film)
    if arguments.identity:
        found["identity"] = asdict(film.identity)
    if arguments.json:
        output.write_json(found)
    else:
        output.write("\n".join(_lines(found)))
    return 0


def _found(path: Path, film: Film) -> dict[str, Any]:
    chain, spacing = film.chain, film.spacing
    return {
        "path": str(path),
        "rows": film.rows,
        "columns": film.columns,
        **asdict(film.facts),
        "stored_type": str(film.stored.dtype),
        "stored_range": [int(film.stored.min()), int(film.stored.max())],
        "window": _voi(chain.voi),
        "stated_windows": [_voi(voi) for voi in chain.stated],
        "inverted": chain.inverted,
        "padding": chain.padding,
        "spacing": {
            "row": spacing.row,
            "column": spacing.column,
            "trust": spacing.trust.name.lower(),
            "unit": spacing.unit,
            "millimetres": spacing.trust is not SpacingTrust.NONE,
            "magnification": spacing.magnification,
        },
        "warnings": list(film.warnings),
    }


def _voi(voi: Voi) -> dict[str, Any]:
    match voi:
        case Window():
            return {
                "centre": voi.centre,
                "width": voi.width,
                "shape": str(voi.shape),
                "explanation": voi.explanation,
            }
        case Table():
            return {
                "first": voi.first,
                "entries": len(voi.entries),
                "top": voi.top,
                "explanation": voi.explanation,
            }


def _lines(found: dict[str, Any]) -> list[str]:
    """Lay the values out one a line; what the film is silent about is left out."""
    lines = []
    for name, value in found.items():
        text = _text(value)
        if text:
            lines.append(f"{name.replace('_', ' ') + ':':<18} {text}")
    return lines


def _text(value: Any) -> str:
    if isinstance(value, dict):
        pairs = [(key, _text(item)) for key, item in value.items()]
        return ", ".join(f"{key.replace('_', ' ')} {text}" for key, text in pairs if text)
    if isinstance(value, list | tuple):
        return "; ".join(_text(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str("" if value is None else value)
