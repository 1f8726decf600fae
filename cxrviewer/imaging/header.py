"""Elements of a DICOM header, read without ever failing on a bad value."""

import math
import struct
from collections.abc import MutableSequence
from typing import Any

from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException

# What pydicom raises while it turns the bytes of an element into a value.
UNREADABLE = (
    ValueError,
    TypeError,
    OverflowError,
    AttributeError,
    KeyError,
    IndexError,
    NotImplementedError,
    EOFError,
    struct.error,
    BytesLengthException,
)


def value(dataset: Dataset, keyword: str) -> Any:
    """Return an element's value, or None if it is absent, empty or unreadable."""
    try:
        found = dataset[keyword].value if keyword in dataset else None
    except UNREADABLE:
        return None
    return None if found is None or found == "" else found


def values(dataset: Dataset, keyword: str) -> tuple[Any, ...]:
    """Return the values of an element that may have several; empty if it has none."""
    found = value(dataset, keyword)
    if found is None:
        return ()
    return tuple(found) if isinstance(found, MutableSequence) else (found,)


def numbers(dataset: Dataset, keyword: str) -> tuple[float, ...]:
    """Return the finite numbers of an element, without those that cannot be read."""
    found = []
    for raw in values(dataset, keyword):
        try:
            number = float(raw)
        except UNREADABLE:
            continue
        if math.isfinite(number):
            found.append(number)
    return tuple(found)


def number(dataset: Dataset, keyword: str) -> float | None:
    """Return the first number of an element, or None."""
    found = numbers(dataset, keyword)
    return found[0] if found else None


def integer(dataset: Dataset, keyword: str) -> int | None:
    """Return the first number of an element as an integer, or None."""
    found = number(dataset, keyword)
    return None if found is None else int(found)


def texts(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    """Return the texts of an element, stripped; unreadable ones are left out."""
    found = []
    for raw in values(dataset, keyword):
        try:
            found.append(str(raw).strip(" \0"))
        except UNREADABLE:
            continue
    return tuple(found)


def text(dataset: Dataset, keyword: str) -> str:
    """Return the first text of an element, or an empty one."""
    found = texts(dataset, keyword)
    return found[0] if found else ""


def word(dataset: Dataset, keyword: str) -> str:
    """Return a coded string in upper case, or an empty one."""
    return text(dataset, keyword).upper()


def items(dataset: Dataset, keyword: str) -> tuple[Dataset, ...]:
    """Return the items of a sequence; empty if it has none."""
    return tuple(item for item in values(dataset, keyword) if isinstance(item, Dataset))
