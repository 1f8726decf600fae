"""The sections of a report that say how good the answers are."""

from typing import Any

from cxrviewer.learning.outcome import partly
from cxrviewer.learning.reporting.report_html import (
    NOT_MEASURABLE,
    Images,
    estimate,
    image,
    number,
    paragraph,
    span,
    table,
)

_RATES = ("sensitivity", "specificity", "ppv", "npv")
_BALANCED = (
    "Operating points balance sensitivity and specificity, which finds rare labels and costs "
    "accuracy; the balanced accuracy below is to be held against 0.5. "
)


def confusion(values: dict[str, Any], images: Images) -> str:
    """Return which label was called of films that show which, and what a majority would reach."""
    classes = values["classes"]
    rows: list[tuple[object, ...]]
    if values["activation"] == "softmax":
        head: tuple[str, ...] = ("actual, called:", *classes)
        rows = [(name, *row) for name, row in zip(classes, values["confusion"], strict=True)]
        most, where = "Calling every film the most frequent class", "of the films"
    else:
        head = ("label", "true positive", "false positive", "false negative", "true negative")
        rows = [
            (name, hit, alarm, missed, passed)
            for name, ((passed, alarm), (missed, hit)) in zip(
                classes, values["confusion"], strict=True
            )
        ]
        most = _BALANCED + "Giving each label its more frequent answer"
        where = "of the films each label is known of, the mean over the labels"
    accuracy = values["accuracy"]
    sentence = (
        f"{most} would be right in {values['majority_share']:.3f} {where}; this model is in "
        f"{accuracy['value']:.3f} ({span(accuracy)})."
    )
    return "\n".join(
        (
            "<h2>Confusion</h2>",
            paragraph(sentence),
            table(head, rows),
            image(images, "confusion.png"),
            image(images, "distribution.png"),
        )
    )


def classification(values: dict[str, Any], _: Images) -> str:
    """Return precision, recall, F1 and support of each label, and their means."""
    names = ("precision", "recall", "f1")
    rows = [
        (label, *(_plain(found[name]) for name in names), found["films"])
        for label, found in values["per_class"].items()
    ]
    total = sum(found["films"] for found in values["per_class"].values())
    rows += [
        (f"{kind} average", *(_plain(average[name]) for name in names), total)
        for kind, average in values["averages"].items()
    ]
    return (
        "<h2>Classification report</h2>"
        + table(("", "precision", "recall", "F1", "films"), rows)
        + paragraph(
            f"Balanced accuracy {estimate(values['balanced_accuracy'])}; mean AUROC "
            f"{estimate(values['auroc'])}{partly(values)}. "
            "A label that was never called counts as 0 in the means."
        )
    )


def per_class(values: dict[str, Any], _: Images) -> str:
    """Return each label's rates with their intervals."""
    head = ("label", "films", "patients", "AUROC", "AUPRC", "sensitivity", "specificity")
    rows = [
        (
            label,
            found["films"],
            found["patients"],
            *(estimate(found[name]) for name in ("auroc", "average_precision", *_RATES)),
            _verdict(found),
        )
        for label, found in values["per_class"].items()
    ]
    return (
        "<h2>Each label against its absence</h2>"
        + table((*head, "PPV", "NPV", "beats the majority"), rows)
        + _positive(values)
    )


def ranking(_: dict[str, Any], images: Images) -> str:
    """Return the curves."""
    drawn = image(images, "roc.png") + image(images, "precision_recall.png")
    return f"<h2>ROC and precision-recall curves</h2>{drawn}" if drawn else ""


def calibration(values: dict[str, Any], images: Images) -> str:
    """Return how far stated probabilities are from what is so."""
    found = values["calibration"]
    text = (
        f"Expected error {number(found['expected_error'])} (15 bins of equal mass), Brier score "
        f"{number(found['brier'])}. A well calibrated model follows the grey line."
    )
    return "<h2>Calibration</h2>" + paragraph(text) + image(images, "reliability.png")


def _positive(values: dict[str, Any]) -> str:
    found = values["positive"]
    if found is None:
        return ""
    negative = values["negative"]
    point = (
        "the likeliest label decides"
        if found["threshold"] is None
        else f"operating point {found['threshold']:.3f}"
    )
    return paragraph(
        f"Anything but {negative} against {negative} ({point}): AUROC "
        f"{estimate(found['auroc'])}, sensitivity {estimate(found['sensitivity'])}, specificity "
        f"{estimate(found['specificity'])}."
    )


def _plain(value: float | None) -> str:
    return "not defined" if value is None else f"{value:.3f}"


def _verdict(found: dict[str, Any]) -> str:
    if not found["measurable"]:
        return NOT_MEASURABLE
    return "yes" if found["beats_majority"] else "not surely"
