"""The section of a report on operating points, uncertain bands, and what a call is worth."""

from typing import Any

from cxrviewer.core.estimate import Estimate
from cxrviewer.core.operating_points import OperatingPoint
from cxrviewer.core.predictive_values import Span, predictive_values
from cxrviewer.core.reported_points import BAND_HEAD, POINT_HEAD, ReportedPoints, name_of
from cxrviewer.learning.reporting.report_html import Images, paragraph, table

_PREVALENCES = (0.02, 0.05, 0.10, 0.25, 0.50)
_PREVALENCE = (
    "PPV and NPV hang on the share of films that show a finding; those in the table of labels hold "
    "at the share in this set and nowhere else. Here they are computed from sensitivity and "
    "specificity as measured above, at shares that are stated: where a finding is rare most alarms "
    "are false. In brackets what the 95 % intervals of both allow."
)


def points(values: dict[str, Any], _: Images) -> str:
    """Return each operating point with its counts, and the bands around the balanced ones."""
    found = ReportedPoints.of(values)
    return "\n".join(
        (
            "<h2>Operating points</h2>",
            *(paragraph(sentence) for sentence in found.sentences),
            table(POINT_HEAD, found.points) if found.points else "",
            paragraph(found.bands_sentence) if found.bands_sentence else "",
            table(BAND_HEAD, found.bands) if found.bands else "",
        )
    )


def prevalence(values: dict[str, Any], _: Images) -> str:
    """Return what PPV and NPV become at other shares of films that show a finding."""
    rows = [
        (name_of(point, values), point["name"], which, *cells)
        for point in values["points"]
        if point["sensitivity"] and point["specificity"]
        for which, cells in _worth(point).items()
    ]
    if not rows:
        return ""
    head = ("finding", "operating point", "", *(f"at {s:.0%}" for s in _PREVALENCES))
    return "<h3>At other prevalences</h3>" + paragraph(_PREVALENCE) + table(head, rows)


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
