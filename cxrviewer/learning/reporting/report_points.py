"""The section of a report on operating points, uncertain bands, and what a call is worth."""

from typing import Any

from cxrviewer.core.estimate import Estimate
from cxrviewer.core.operating_points import TOGETHER, OperatingPoint
from cxrviewer.core.predictive_values import Span, predictive_values
from cxrviewer.learning.reporting.report_html import (
    NOT_MEASURABLE,
    Images,
    paragraph,
    span,
    table,
)

_PREVALENCES = (0.02, 0.05, 0.10, 0.25, 0.50)
_POINTS = (
    "Both points were chosen on validation films: balanced has the greatest sensitivity + "
    "specificity, screening the greatest specificity of those that find at least 97 %, and never "
    "calls less than balanced. What stands here was measured on the films of this report. The "
    "calls in its other sections are those of the balanced point."
)
_ONLY_BALANCED = "This model has no screening point."
_NONE = "This model has no operating points: the likeliest label is called."
_BANDS = (
    "A probability near a balanced point is called uncertain: of the validation films above the "
    "band, and of those below it, at most {share:.0%} were called wrongly (the upper end of its "
    "95 % interval). A finding that is not named has no such band: its calls are wrong too often, "
    "or too few films could tell."
)
_NO_BANDS = (
    "No finding has a band of uncertain probabilities: validation could not tell one, or was not "
    "asked when the model was made."
)
_PREVALENCE = (
    "PPV and NPV hang on the share of films that show a finding; those in the table of labels hold "
    "at the share in this set and nowhere else. Here they are computed from sensitivity and "
    "specificity as measured above, at shares that are stated: where a finding is rare most alarms "
    "are false. In brackets what the 95 % intervals of both allow."
)


def points(values: dict[str, Any], _: Images) -> str:
    """Return each operating point with its counts, and the bands around the balanced ones."""
    found = values["points"]
    if not found:
        return "<h2>Operating points</h2>" + paragraph(_NONE)
    rows = [
        (
            _name(point, values),
            point["name"],
            f"{point['threshold']:.3f}",
            _rate(point["sensitivity"], point["true_positive"], point["false_negative"]),
            _rate(point["specificity"], point["true_negative"], point["false_positive"]),
        )
        for point in found
    ]
    head = ("finding", "operating point", "called from", "sensitivity", "specificity")
    alone = "" if any(point["name"] != "balanced" for point in found) else _ONLY_BALANCED
    return "\n".join(
        (
            "<h2>Operating points</h2>",
            paragraph(_POINTS),
            paragraph(alone) if alone else "",
            table(head, rows),
            _bands(values),
        )
    )


def prevalence(values: dict[str, Any], _: Images) -> str:
    """Return what PPV and NPV become at other shares of films that show a finding."""
    rows = [
        (_name(point, values), point["name"], which, *cells)
        for point in values["points"]
        if point["sensitivity"] and point["specificity"]
        for which, cells in _worth(point).items()
    ]
    if not rows:
        return ""
    head = ("finding", "operating point", "", *(f"at {s:.0%}" for s in _PREVALENCES))
    return "<h3>At other prevalences</h3>" + paragraph(_PREVALENCE) + table(head, rows)


def _bands(values: dict[str, Any]) -> str:
    found = values["uncertain"]
    if not found:
        return paragraph(_NO_BANDS)
    rows = [
        (
            _name(band, values),
            f"{band['low']:.3f} to {band['high']:.3f}",
            _measured(band["inside"]),
            _measured(band["wrong"]),
        )
        for band in found
    ]
    head = ("finding", "uncertain", "films inside", "called wrongly outside")
    return paragraph(_BANDS.format(share=found[0]["wrong_share"])) + table(head, rows)


def _name(one: dict[str, Any], values: dict[str, Any]) -> str:
    if one["label"] != TOGETHER:
        return str(one["label"])
    return f"anything but {values['negative']}"


def _rate(found: dict[str, Any] | None, right: int, wrong: int) -> str:
    counts = f"{right} of {right + wrong} films"
    if found is None:
        return f"{NOT_MEASURABLE} ({counts})"
    return f"{found['value']:.3f} ({span(found)}; {counts})"


def _measured(found: dict[str, Any] | None) -> str:
    if found is None or found["value"] is None:
        return NOT_MEASURABLE
    hits = round(found["value"] * found["n"])
    return f"{found['value']:.3f} ({span(found)}; {hits} of {found['n']} films)"


def _worth(point: dict[str, Any]) -> dict[str, list[str]]:
    """Return PPV and NPV at every share, with the ends that both intervals allow."""
    measured = OperatingPoint(
        name=point["name"],
        label=point["label"],
        threshold=point["threshold"],
        sensitivity=Estimate(**point["sensitivity"]),
        specificity=Estimate(**point["specificity"]),
    )
    found = [predictive_values(measured, share) for share in _PREVALENCES]
    return {
        "PPV": [_span(worth.ppv) for worth in found if worth],
        "NPV": [_span(worth.npv) for worth in found if worth],
    }


def _span(found: Span | None) -> str:
    return "-" if found is None else str(found)
