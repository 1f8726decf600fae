"""Values from JSON, each checked against the type its field states."""

import math
from dataclasses import is_dataclass
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints


def read_as(kind: Any, raw: Any) -> Any:
    """Make a value of a kind of what JSON gave.

    Parameters
    ----------
    kind
        A dataclass, `str`, `bool`, `int`, `float` (finite), `dict`, a tuple of these, or one of
        them `| None`.

    Raises
    ------
    KeyError, TypeError, ValueError, OverflowError
        If it is of another kind, a field is missing or unknown, or its constructor refuses it.
    """
    inner = get_args(kind)
    if isinstance(kind, UnionType):
        return None if raw is None else read_as(inner[0], raw)
    plain = get_origin(kind) or kind
    if plain is tuple:
        return _items(inner, raw)
    if plain is float:
        return _number(raw)
    if is_dataclass(plain):
        hints = get_type_hints(plain)
        fields = {key: read_as(hints[key], value) for key, value in _of(dict, raw).items()}
        return kind(**fields)
    return _of(plain, raw)


def _items(kinds: tuple[Any, ...], raw: Any) -> tuple[Any, ...]:
    values = _of(list, raw)
    if kinds[-1] is Ellipsis:
        kinds = kinds[:1] * len(values)
    return tuple(read_as(kind, value) for kind, value in zip(kinds, values, strict=True))


def _number(raw: Any) -> float:
    number = float(_of(int | float, raw))
    if not math.isfinite(number):
        raise ValueError("not finite")
    return number


def _of(kind: Any, raw: Any) -> Any:
    # To Python, true and false are integers.
    if not isinstance(raw, kind) or (isinstance(raw, bool) and kind is not bool):
        raise TypeError(f"{type(raw).__name__} for {kind}")
    return raw
