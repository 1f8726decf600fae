"""An evaluation as files: JSON for programs, one self-contained page for people."""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from cxrviewer.core import paths
from cxrviewer.core.analysis import NOTICE
from cxrviewer.learning import figures
from cxrviewer.learning.assess import Answers

_STYLE = (
    "body{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#222}"
    "table{border-collapse:collapse;margin:1em 0}td,th{border:1px solid #bbb;padding:.3em .6em;"
    "text-align:left}.notice{background:#fde9c8;padding:.6em 1em;border-left:4px solid #c60}"
    "img{max-width:31%;min-width:18em}"
)
_MAJORITY = (
    "This model does not surely beat calling every film the most frequent class: a majority "
    "classifier."
)


@dataclass(frozen=True, kw_only=True)
class Report:
    """A written evaluation.

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


def write(values: dict[str, Any], answers: Answers, folder: Path) -> Report:
    """Write `report.json`, `report.html` and the figures into an existing folder.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    drawn = figures.draw_all(answers, values, folder)
    values = {"notice": NOTICE, **values, "figures": list(drawn)}
    summary = _summary(values)
    json_file, html_file = folder / "report.json", folder / "report.html"
    text = json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False)
    _put(json_file, text + "\n")
    _put(html_file, _page(values, summary, [folder / name for name in drawn]))
    return Report(values=values, json_file=json_file, html_file=html_file, summary=summary)


def _put(file: Path, text: str) -> None:
    with paths.replacing(file) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _summary(values: dict[str, Any]) -> str:
    flag = f" {_MAJORITY}" if values["majority_classifier"] else ""
    return (
        f"{values['model']} {values['version']}: accuracy {_estimate(values['accuracy'])} on "
        f"{values['films']} films of {values['patients']} patients ({len(values['refused'])} "
        f"refused); the most frequent class alone reaches {values['majority_share']:.3f}.{flag}"
    )


def _page(values: dict[str, Any], summary: str, images: Iterable[Path]) -> str:
    title = escape(f"{values['model']} {values['version']}")
    body = [
        f"<h1>{title} on labelled films</h1>",
        f'<p class="notice">{escape(NOTICE)}.</p>',
        f"<p>{escape(summary)}</p>",
        f"<p>{escape(values['note'])}</p>" if values["note"] else "",
        "<p>Intervals are 95 %. Accuracy and areas: 2,000 draws of whole patients. Sensitivity "
        "and specificity: Wilson. These figures hold for films like these and no others.</p>",
        *(_image(file) for file in images),
        "<h2>Each label</h2>",
        _per_class(values),
        _positive(values),
        "<h2>Confusion (rows actual, columns called)</h2>",
        _confusion(values),
        "<h2>Calibration</h2>",
        f"<p>Expected error {_number(values['calibration']['expected_error'])} (15 bins of equal "
        f"mass), Brier score {_number(values['calibration']['brier'])}.</p>",
        f"<h2>Films without an answer: {len(values['refused'])}</h2>",
        "<ul>",
        *(f"<li>{escape(item['reason'])}</li>" for item in values["refused"]),
        "</ul>",
    ]
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body>\n" + "\n".join(body) + "\n</body></html>\n"
    )


def _image(file: Path) -> str:
    data = base64.b64encode(file.read_bytes()).decode("ascii")
    return f'<img alt="{file.stem}" src="data:image/png;base64,{data}">'


def _per_class(values: dict[str, Any]) -> str:
    head = ("label", "films", "AUROC", "sensitivity", "specificity", "precision", "F1")
    rows = [
        (
            name,
            found["films"],
            _estimate(found["auroc"]),
            _estimate(found["sensitivity"]),
            _estimate(found["specificity"]),
            _number(found["precision"]),
            _number(found["f1"]),
        )
        for name, found in values["per_class"].items()
    ]
    return _table(head, rows)


def _positive(values: dict[str, Any]) -> str:
    found = values["positive"]
    if found is None:
        return ""
    negative = escape(values["classes"][0])
    point = (
        "the likeliest label decides"
        if found["threshold"] is None
        else f"operating point {found['threshold']:.3f}"
    )
    return (
        f"<p>Anything but {negative} against {negative} ({point}): AUROC "
        f"{_estimate(found['auroc'])}, sensitivity {_estimate(found['sensitivity'])}, specificity "
        f"{_estimate(found['specificity'])}.</p>"
    )


def _confusion(values: dict[str, Any]) -> str:
    rows = [
        (name, *line) for name, line in zip(values["classes"], values["confusion"], strict=True)
    ]
    return _table(("", *values["classes"]), rows)


def _table(head: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    def line(tag: str, cells: Iterable[object]) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(str(c))}</{tag}>" for c in cells) + "</tr>"

    return "<table>" + line("th", head) + "".join(line("td", row) for row in rows) + "</table>"


def _estimate(value: dict[str, Any]) -> str:
    if value["value"] is None:
        return "not measurable"
    return (
        f"{value['value']:.3f} ({_number(value['low'])} to {_number(value['high'])}, "
        f"n {value['n']})"
    )


def _number(value: float | None) -> str:
    return "not measurable" if value is None else f"{value:.3f}"
