"""Rows of words as a table in columns, for a terminal."""

from collections.abc import Sequence

_GAP = "  "


def lines(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return a line a row under the header, each column as wide as its longest word."""
    table = [tuple(header), *(tuple(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        _GAP.join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
