"""The page of a report: its sections in order, each empty where there is nothing to say."""

from collections.abc import Callable
from html import escape
from typing import Any

from cxrviewer.core.analysis import HEAT_MEANING, NOTICE
from cxrviewer.learning.reporting import report_measures, report_points, report_training
from cxrviewer.learning.reporting.report_html import Images, image, items, paragraph, warning

_INTERVALS = (
    "Intervals are 95 %, from 2,000 draws of whole patients. What is the same in every draw, as a "
    "rate of exactly 0 or 1 is, carries Wilson's interval over its patients instead; an AUROC, "
    "over as many pairs of a patient who shows the label and one who lacks it as can be made of "
    "different patients; a mean, the mean of its parts' ends; an AUPRC, none. A label that fewer "
    "than 5 patients show or lack is not measurable. These figures hold for films like these and "
    "no others."
)
_MAJORITY = (
    "This model does not surely beat calling every film what is most frequent: it may be no more "
    "than a majority classifier."
)
_MAPS = (
    f"A heat map shows {HEAT_MEANING}. It is scaled from its own least to its greatest value, so "
    "a strong colour is no strong evidence. Films are numbered as the rows of predictions.csv, "
    "patients as in the run's tables; no name is shown."
)
_SEEN = "Research software, not a medical device."


def page(values: dict[str, Any], images: Images, *, style: str) -> str:
    """Return the whole page; it needs no other file and no network.

    Parameters
    ----------
    images
        Name of a figure -> PNG.
    style
        CSS.
    """
    title = escape(f"{values['model']} {values['version']}")
    body = "\n".join(part for section in _SECTIONS if (part := section(values, images)))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{style}</style></head><body>\n{body}\n</body></html>\n"
    )


def _head(values: dict[str, Any], _: Images) -> str:
    what = "trained here" if "training" in values else "on labelled films"
    title = escape(f"{values['model']} {values['version']}")
    return "\n".join(
        (
            f"<h1>{title} {what}</h1>",
            warning(f"{_SEEN} {NOTICE}."),
            warning(values["caution"]) if values.get("caution") else "",
            warning(values["banner"] + ".") if values.get("banner") else "",
            paragraph(values["summary"]),
            paragraph(values["note"]) if values["note"] else "",
            warning(values["overlap"]) if values.get("overlap") else "",
            warning(_MAJORITY) if values["majority_classifier"] else "",
            paragraph(_INTERVALS),
        )
    )


def _errors(_: dict[str, Any], images: Images) -> str:
    drawn = [name for name in ("errors.png", "gradcam.png") if name in images]
    if not drawn:
        return ""
    return "\n".join(
        (
            "<h2>Worst errors, and where the model looked</h2>",
            paragraph(_MAPS),
            *(image(images, name) for name in drawn),
        )
    )


def _refused(values: dict[str, Any], _: Images) -> str:
    refused = values["refused"]
    # No number: many films left out for one reason are one row.
    heading = "Left out" if refused else "Left out: nothing"
    return f"<h2>{heading}</h2>" + items(row["reason"] for row in refused)


_SECTIONS: tuple[Callable[[dict[str, Any], Images], str], ...] = (
    _head,
    report_training.recipe,
    report_training.split,
    report_training.course,
    report_measures.confusion,
    report_measures.classification,
    report_measures.per_class,
    report_points.points,
    report_points.prevalence,
    report_measures.ranking,
    report_measures.calibration,
    _errors,
    report_training.filters,
    report_training.shortcuts,
    _refused,
    report_training.versions,
)
