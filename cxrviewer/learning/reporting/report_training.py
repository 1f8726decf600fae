"""The sections of a report that say how the model came about; empty for a mere evaluation."""

import re
from pathlib import Path
from typing import Any

from cxrviewer.core.hyperparameters import HYPERPARAMETERS
from cxrviewer.learning.data.shortcuts import WARN_ABOVE
from cxrviewer.learning.data.split import BY_IMAGE, PARTS
from cxrviewer.learning.reporting.report_html import (
    Images,
    image,
    items,
    number,
    paragraph,
    table,
    warning,
)

_SHORTCUT = (
    "What can be known without looking at the lungs ({traits}) already tells some label with an "
    "area above {limit:.2f}: the films of the classes differ in how they were made, a network may "
    "use that, and its figures flatter it."
)


def recipe(values: dict[str, Any], _: Images) -> str:
    """Return what was trained, after whom, with which changes."""
    training = values.get("training")
    if not training:
        return ""
    settings = training["recipe"]
    rows = [
        ("recipe", f"{settings['title']} ({settings['name']})"),
        ("source", settings["source"]),
        ("network", settings["backbone"]),
        ("started from", training["start"]),
        ("films", Path(values["data"]).name),
        ("seed", training["plan"]["seed"]),
        ("on", training["data"]["device"]),
    ]
    changes = training["plan"]["changes"]
    rows += [(f"changed: {HYPERPARAMETERS[key].title}", text) for key, text in changes.items()]
    return "<h2>Recipe</h2>" + table((), rows) + items(training["notes"])


def split(values: dict[str, Any], images: Images) -> str:
    """Return the films and patients of each part and the classes before and after augmentation."""
    training = values.get("training")
    if not training:
        return ""
    data = training["data"]
    rows = [
        (part, sum(counts), patients, *counts)
        for part, counts, patients in zip(PARTS, data["counts"], data["patients"], strict=True)
    ]
    learned = ("learned from in an epoch", sum(data["learned"]), "", *data["learned"])
    # A film of several labels stands in several columns.
    count = "films" if data["activation"] == "softmax" else "labels shown"
    head = ("part", count, "patients", *data["classes"])
    by_patient = paragraph("Split by patient: no patient stands in two parts.")
    return "\n".join(
        (
            "<h2>Split</h2>",
            by_patient if data["split_by"] == "patient" else warning(BY_IMAGE),
            table(head, [*rows, learned]),
            paragraph("Which film was in which part stands in split.csv."),
            image(images, "classes.png"),
        )
    )


def course(values: dict[str, Any], images: Images) -> str:
    """Return curves and the table of the epochs."""
    training = values.get("training")
    if not training or not training["history"]:
        return ""
    names = {phase["index"]: phase["name"] for phase in training["phases"]}
    keys = ("train_loss", "val_loss", "train_accuracy", "val_accuracy", "val_auroc")
    rows = [
        (
            place,
            names.get(epoch["phase"], epoch["phase"] + 1),
            *("-" if epoch[key] is None else f"{epoch[key]:.4f}" for key in keys),
            f"{epoch['learning_rate']:.1e}",
            f"{epoch['seconds']:.1f}",
        )
        for place, epoch in enumerate(training["history"], start=1)
    ]
    head = (
        *("epoch", "phase", "loss", "validation loss", "accuracy", "validation accuracy"),
        *("validation AUROC", "learning rate", "seconds"),
    )
    phases = [
        f"{phase['name']}: {phase['trainable']:,} of {phase['total']:,} parameters trained"
        for phase in training["phases"]
    ]
    return "\n".join(
        ("<h2>Course</h2>", items(phases), image(images, "curves.png"), table(head, rows))
    )


def filters(values: dict[str, Any], images: Images) -> str:
    """Return the first layer's filters."""
    drawn = image(images, "filters.png")
    return f"<h2>First layer</h2>{drawn}" if "training" in values and drawn else ""


def shortcuts(values: dict[str, Any], _: Images) -> str:
    """Return how far one comes without looking at the lungs."""
    found = values.get("training", {}).get("shortcuts")
    if not found:
        return ""
    rows = [(name, number(area)) for name, area in found["auroc"].items()]
    # "maker 1", "maker 2": columns of one trait.
    kinds = (re.sub(r"^(format|maker) .*", r"\1", trait) for trait in found["traits"])
    traits = ", ".join(dict.fromkeys(kinds))
    said = (
        warning(_SHORTCUT.format(traits=traits, limit=WARN_ABOVE))
        if found["warn"]
        else paragraph(f"From {traits} alone, no label is told well.")
    )
    return "<h2>Without looking at the lungs</h2>" + said + table(("label", "AUROC"), rows)


def versions(values: dict[str, Any], _: Images) -> str:
    """Return the versions of what shaped the result."""
    training = values.get("training")
    if not training:
        return ""
    found = ", ".join(f"{name} {version}" for name, version in training["versions"].items())
    return "<h2>Versions</h2>" + paragraph(f"{found}. Finished {training['finished']} (UTC).")
