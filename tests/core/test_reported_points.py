"""What a report says of operating points, in words that hold for its model."""

from typing import Any

import pytest

from cxrviewer.core.reported_points import ReportedPoints

_RATE = {"value": 0.5, "low": None, "high": None, "n": 4}


def _point(label: str, name: str = "balanced") -> dict[str, Any]:
    counts = {"true_positive": 2, "false_negative": 2, "true_negative": 2, "false_positive": 2}
    rates = {"sensitivity": _RATE, "specificity": _RATE}
    return {"name": name, "label": label, "threshold": 0.5, **rates, **counts}


def _told(activation: str, *points: dict[str, Any], negative: str | None = "normal") -> str:
    values = {
        "activation": activation,
        "classes": ["normal", "bacterial", "viral"],
        "negative": negative,
        "points": points,
        "uncertain": [],
    }
    return "\n".join(ReportedPoints.of(values).sentences)


def test_an_earlier_report_is_told_from_a_model_without_points() -> None:
    assert "before operating points" in ReportedPoints.of({"activation": "softmax"}).sentences[0]
    assert "likeliest label is called" in _told("softmax")
    assert "from a probability of 0.5 on" in _told("sigmoid")


@pytest.mark.parametrize(
    ("activation", "labels", "calls"),
    [
        ("softmax", ["", "viral"], "are those of the balanced point of anything but normal. From"),
        ("softmax", ["viral"], "are the likeliest labels."),
        ("sigmoid", ["viral"], "are those of the balanced points."),
    ],
)
def test_what_made_the_calls_of_the_report_is_said(
    activation: str, labels: list[str], calls: str
) -> None:
    assert calls in _told(activation, *map(_point, labels))


def test_findings_without_a_point_are_named_where_each_is_called_by_itself() -> None:
    assert "0.5 on: bacterial." in _told("sigmoid", _point("viral"))
    assert "0.5 on: normal, bacterial." in _told("sigmoid", _point("viral"), negative=None)
    assert "0.5 on" not in _told("sigmoid", _point("viral"), _point("bacterial"))
    assert "0.5 on" not in _told("softmax", _point("viral"))


def test_a_missing_screening_point_is_said() -> None:
    assert "no screening point" in _told("softmax", _point("viral"))
    assert "no screening point" not in _told("softmax", _point(""), _point("", "screening"))


def test_a_rate_without_an_interval_says_so() -> None:
    values = {"activation": "sigmoid", "classes": ["viral"], "negative": None, "uncertain": []}
    told = ReportedPoints.of({**values, "points": [_point("viral")]})
    assert str(told.points[0][3]) == "0.500 (no interval; 2 of 4 films)"
