"""A training or an evaluation as files: JSON for programs, one self-contained page for people."""

import json
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cxrviewer.core import paths
from cxrviewer.core.analysis import NOTICE
from cxrviewer.core.progress import BatchDone
from cxrviewer.core.run_files import FIGURES, REPORT_PAGE, REPORT_VALUES
from cxrviewer.learning.reporting import figures, report_page
from cxrviewer.learning.reporting.material import Material

_STYLE = (
    "body{font:15px/1.5 sans-serif;max-width:64em;margin:2em auto;padding:0 1em;color:#222;"
    "background:#fff}h2{margin-top:2em;border-bottom:1px solid #ddd}"
    "table{border-collapse:collapse;margin:1em 0;font-variant-numeric:tabular-nums}"
    "td,th{border:1px solid #bbb;padding:.25em .6em;text-align:left}th{background:#f3f3f3}"
    ".notice,.warning{background:#fde9c8;padding:.6em 1em;border-left:4px solid #c60}"
    "figure{margin:1em 0}img{max-width:100%}figcaption,small{color:#555}"
)


@dataclass(frozen=True, kw_only=True)
class Report:
    """A written report.

    Attributes
    ----------
    values
        What stands in `report.json`.
    json_file, html_file
        The files.
    summary
        One sentence for a person.
    """

    values: dict[str, Any]
    json_file: Path
    html_file: Path
    summary: str


def write(material: Material, folder: Path) -> Generator[BatchDone, None, Report]:
    """Write `report.json`, `report.html` and the figures into an existing folder.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    pictures = folder / FIGURES
    pictures.mkdir(exist_ok=True)
    drawn = yield from figures.draw_all(material, pictures)
    values = {"notice": NOTICE, **material.values, "figures": list(drawn)}
    json_file, html_file = folder / REPORT_VALUES, folder / REPORT_PAGE
    text = json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False)
    _put(json_file, text + "\n")
    images = {name: (pictures / name).read_bytes() for name in drawn}
    _put(html_file, report_page.page(values, images, style=_STYLE))
    return Report(
        values=values, json_file=json_file, html_file=html_file, summary=values["summary"]
    )


def _put(file: Path, text: str) -> None:
    with paths.replacing(file) as temporary:
        temporary.write_text(text, encoding="utf-8")
