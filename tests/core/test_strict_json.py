from dataclasses import dataclass
from typing import Any

import pytest

from cxrviewer.core.strict_json import read_as


@dataclass(frozen=True, kw_only=True)
class Inner:
    number: float


@dataclass(frozen=True, kw_only=True)
class Outer:
    inner: Inner
    pair: tuple[int, str]
    many: tuple[Inner, ...] = ()
    perhaps: Inner | None = None
    free: dict[str, Any]


RAW = {"inner": {"number": 1}, "pair": [1, "a"], "many": [{"number": 0.5}], "free": {"x": [1]}}


def test_a_value_is_made_with_what_it_holds() -> None:
    assert read_as(Outer, RAW) == Outer(
        inner=Inner(number=1.0), pair=(1, "a"), many=(Inner(number=0.5),), free={"x": [1]}
    )
    assert isinstance(read_as(Outer, RAW).inner.number, float)
    assert read_as(Outer, {**RAW, "perhaps": {"number": 2}}).perhaps == Inner(number=2.0)


@pytest.mark.parametrize(
    "changes",
    [
        {"inner": None},
        {"inner": {}},
        {"inner": {"number": float("nan")}},
        {"inner": {"number": True}},
        {"inner": {"number": 1, "other": 2}},
        {"pair": [1]},
        {"pair": [1, "a", 2]},
        {"pair": [True, "a"]},
        {"many": {"number": 1}},
        {"many": [None]},
        {"perhaps": 0},
        {"free": []},
    ],
)
def test_what_is_of_another_type_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError, KeyError)):
        read_as(Outer, {**RAW, **changes})
