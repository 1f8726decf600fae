"""The operating points of a report in words: the same on its page and in the window."""

from dataclasses import dataclass
from typing import Any, Self

from cxrviewer.core.operating_points import SCREENING, SCREENING_SENSITIVITY, TOGETHER

POINT_HEAD = ("finding", "operating point", "called from", "sensitivity", "specificity")
BAND_HEAD = ("finding", "uncertain", "films inside", "called wrongly outside")

_EARLIER = "This report was written before operating points were a part of it."
_CHOSEN = (
    "Both points were chosen on validation films: balanced has the greatest sensitivity + "
    f"specificity, screening the greatest specificity of those that find at least "
    f"{100 * SCREENING_SENSITIVITY:.0f} %, and never calls less than balanced. What stands here "
    "was measured on the films of this report. "
)
_ONLY_BALANCED = "This model has no screening point."
_NONE = {
    "softmax": "This model has no operating points: the likeliest label is called.",
    "sigmoid": (
        "This model has no operating points: a finding is called from a probability of 0.5 on."
    ),
}
_CALLS = "The calls in the report's other sections are those of the {point}."
_LIKELIEST = "The calls in the report's other sections are the likeliest labels."
_DECIDES = " From it on a film is called what is likeliest of the rest."
_WITHOUT = "Without a point, called from a probability of 0.5 on: {labels}."
_BANDS = (
    "A probability near a balanced point is called uncertain: of the validation films above the "
    "band, and of those below it, at most {share:.0f} % were called wrongly (the upper end of its "
    "95 % interval). A finding that is not named has no such band: its calls are wrong too often, "
    "or too few films could tell."
)
_NO_BANDS = (
    "No finding has a band of uncertain probabilities: validation could not tell one, or was not "
    "asked when the model was made."
)
_NOT_MEASURABLE = "not measurable"


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A rate as it is told: the number, its 95 % interval, and the films it counts."""

    value: str
    interval: str = ""
    counts: str = ""

    def __str__(self) -> str:
        rest = "; ".join(filter(None, (self.interval, self.counts)))
        return f"{self.value} ({rest})" if rest else self.value


@dataclass(frozen=True, kw_only=True)
class ReportedPoints:
    """What a report tells of a model's operating points.

    Attributes
    ----------
    sentences
        What the points were chosen and measured on, or why there are none.
    points
        A row a point, in the columns of `POINT_HEAD`.
    bands_sentence
        What the bands are, empty where there are no points.
    bands
        A row a band, in the columns of `BAND_HEAD`.
    """

    sentences: tuple[str, ...] = (_EARLIER,)
    points: tuple[tuple[str | Rate, ...], ...] = ()
    bands_sentence: str = ""
    bands: tuple[tuple[str | Rate, ...], ...] = ()

    @classmethod
    def of(cls, values: dict[str, Any]) -> Self:
        """Tell the values of a report; an earlier report may hold no points.

        Raises
        ------
        KeyError, TypeError, ValueError
            If they are not what a report holds.
        """
        if "points" not in values:
            return cls()
        points = values["points"]
        if not points:
            return cls(sentences=(_NONE[values["activation"]],))
        bands = values["uncertain"]
        return cls(
            sentences=_sentences(points, values),
            points=tuple(_point(point, values) for point in points),
            bands_sentence=(
                _BANDS.format(share=100 * bands[0]["wrong_share"]) if bands else _NO_BANDS
            ),
            bands=tuple(_band(band, values) for band in bands),
        )


def name_of(one: dict[str, Any], values: dict[str, Any]) -> str:
    """Return what a point or a band of a report is of."""
    label = str(one["label"])
    return f"anything but {values['negative']}" if label == TOGETHER else label


def _sentences(points: list[dict[str, Any]], values: dict[str, Any]) -> tuple[str, ...]:
    told = [_CHOSEN + _calls(points, values)]
    if values["activation"] == "sigmoid":
        having = {point["label"] for point in points} | {values["negative"]}
        without = [name for name in values["classes"] if name not in having]
        if without:
            told.append(_WITHOUT.format(labels=", ".join(without)))
    if all(point["name"] != SCREENING for point in points):
        told.append(_ONLY_BALANCED)
    return tuple(told)


def _calls(points: list[dict[str, Any]], values: dict[str, Any]) -> str:
    if values["activation"] == "sigmoid":
        return _CALLS.format(point="balanced points")
    together = next((point for point in points if point["label"] == TOGETHER), None)
    if together is None:
        return _LIKELIEST
    return _CALLS.format(point=f"balanced point of {name_of(together, values)}") + _DECIDES


def _point(point: dict[str, Any], values: dict[str, Any]) -> tuple[str | Rate, ...]:
    return (
        name_of(point, values),
        str(point["name"]),
        f"{point['threshold']:.3f}",
        _rate(point["sensitivity"], point["true_positive"], point["false_negative"]),
        _rate(point["specificity"], point["true_negative"], point["false_positive"]),
    )


def _band(band: dict[str, Any], values: dict[str, Any]) -> tuple[str | Rate, ...]:
    return (
        name_of(band, values),
        f"{band['low']:.3f} to {band['high']:.3f}",
        _share(band["inside"]),
        _share(band["wrong"]),
    )


def _rate(found: dict[str, Any] | None, right: int, wrong: int) -> Rate:
    counts = f"{right} of {right + wrong} films"
    if found is None or found["value"] is None:
        return Rate(value=_NOT_MEASURABLE, counts=counts)
    return Rate(value=f"{found['value']:.3f}", interval=_interval(found), counts=counts)


def _share(found: dict[str, Any] | None) -> Rate:
    if found is None or found["value"] is None:
        return Rate(value=_NOT_MEASURABLE)
    hits = round(found["value"] * found["n"])
    return _rate(found, hits, found["n"] - hits)


def _interval(found: dict[str, Any]) -> str:
    if found["low"] is None or found["high"] is None:
        return "no interval"
    return f"{found['low']:.3f} to {found['high']:.3f}"
