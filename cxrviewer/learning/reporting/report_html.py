"""Small pieces of a report's page; every text from outside is escaped here."""

import base64
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

NOT_MEASURABLE = "not measurable"

Images = dict[str, bytes]


def paragraph(text: str) -> str:
    """Return a paragraph of plain text."""
    return f"<p>{escape(text)}</p>"


def warning(text: str) -> str:
    """Return a paragraph that stands out."""
    return f'<p class="warning">{escape(text)}</p>'


def items(texts: Iterable[str]) -> str:
    """Return a list of plain texts, nothing where there is none."""
    lines = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f"<ul>{lines}</ul>" if lines else ""


def table(head: Sequence[object], rows: Iterable[Iterable[object]]) -> str:
    """Return a table of plain texts, without a head where it is empty."""

    def line(tag: str, cells: Iterable[object]) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(str(c))}</{tag}>" for c in cells) + "</tr>"

    first = line("th", head) if head else ""
    return "<table>" + first + "".join(line("td", row) for row in rows) + "</table>"


def image(images: Images, name: str) -> str:
    """Return a figure inside the page, nothing where it was not drawn."""
    if name not in images:
        return ""
    data = base64.b64encode(images[name]).decode("ascii")
    words = escape(name.removesuffix(".png").replace("_", " "))
    return f'<figure><img alt="{words}" src="data:image/png;base64,{data}"></figure>'


def estimate(value: dict[str, Any] | None) -> str:
    """Write a measure with its interval and count."""
    if value is None or value["value"] is None:
        return NOT_MEASURABLE
    return f"{value['value']:.3f} ({span(value)}, n {value['n']})"


def span(value: dict[str, Any]) -> str:
    """Write the interval of a measure."""
    if value["low"] is None:
        return "no interval"
    return f"{value['low']:.3f} to {value['high']:.3f}"


def number(value: float | None) -> str:
    """Write a measure without an interval."""
    return NOT_MEASURABLE if value is None else f"{value:.3f}"
