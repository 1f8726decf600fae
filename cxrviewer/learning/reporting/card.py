"""The card that travels with a trained model: for whom it is, what was measured, what it is not."""

from typing import Any

from cxrviewer.core.analysis import HEAT_MEANING, NOTICE
from cxrviewer.core.manifest import Estimate, Label, Manifest
from cxrviewer.core.promotion import BANNER
from cxrviewer.learning.data.split import BY_IMAGE, PARTS

_CARD = """# {name}

**{banner}.** Research software, not a medical device. {notice}.

## Use

For research and teaching on films like those it learned from. Not for decisions about a person,
not as a rule-out, not for films of another age group, view or machine without a test of its own:
films of another time, place, device or age are answered worse, and nothing here tells by how
much. A heat map shows {heat}.

## Training

- Recipe: {recipe} ({source})
- Network: {network}, started from {start}, input {height} x {width} px
- Films: {films}
- Labels: {labels}
- Split by {split_by}, seed {seed}. {by_image}
- Left out: {refused}

## Result

{summary}

| label | operating point | sensitivity | specificity |
|---|---|---|---|
{points}

Sensitivity and specificity at the operating point on the test films, with Wilson's 95 %
intervals; films of one patient count one by one there, the report's intervals draw patients.
{decision}

Calibration: temperature {temperature:.3f}{bias}, fitted on {fitted_on}. Expected error on the test
films {expected_error:.3f}.

## Without looking at the lungs

{shortcuts}

Versions: {versions}
"""


def text(manifest: Manifest, record: dict[str, Any]) -> str:
    """Return the card of a trained model.

    Parameters
    ----------
    record
        As in `run.json`.
    """
    data, results = record["data"], record["results"]
    calibration = manifest.calibration
    assert calibration is not None
    by_image = "" if data["split_by"] == "patient" else BY_IMAGE
    return _CARD.format(
        name=manifest.name,
        banner=BANNER,
        notice=NOTICE,
        heat=HEAT_MEANING,
        recipe=record["recipe"]["title"],
        source=record["recipe"]["source"],
        network=manifest.architecture,
        start=record["start"],
        height=manifest.input.height,
        width=manifest.input.width,
        films=_films(data),
        labels=", ".join(label.name for label in manifest.labels),
        split_by=data["split_by"],
        seed=record["plan"]["seed"],
        by_image=by_image,
        refused="what the run's report names" if data["refused"] else "nothing",
        summary=record["summary"],
        points="\n".join(_point(label) for label in manifest.labels),
        decision=_decision(manifest),
        temperature=calibration.temperature,
        bias=", a shift for each label" if calibration.bias else "",
        fitted_on=calibration.fitted_on,
        expected_error=results["test"]["calibration"]["expected_error"],
        shortcuts=_shortcuts(results["shortcuts"]),
        versions=", ".join(f"{name} {value}" for name, value in record["versions"].items()),
    )


def _films(data: dict[str, Any]) -> str:
    parts = zip(PARTS, data["counts"], data["patients"], strict=True)
    return "; ".join(
        f"{part} "
        + ", ".join(f"{n} {name}" for name, n in zip(data["classes"], counts, strict=True))
        + f" of {patients} patients"
        for part, counts, patients in parts
    )


def _point(label: Label) -> str:
    point = "none" if label.threshold is None else f"{label.threshold:.3f}"
    rates = (_rate(label.sensitivity), _rate(label.specificity))
    return f"| {label.name} | {point} | {rates[0]} | {rates[1]} |"


def _rate(found: Estimate | None) -> str:
    return "not measurable" if found is None else str(found)


def _decision(manifest: Manifest) -> str:
    if manifest.decision is None:
        return ""
    negative = next(label.name for label in manifest.labels if label.negative)
    return (
        f"A film is called other than {negative} from a probability of {manifest.decision:.3f} of "
        "anything else on, and then what is likeliest."
    )


def _shortcuts(found: dict[str, Any]) -> str:
    areas = ", ".join(
        f"{name} {'not measurable' if area is None else f'{area:.2f}'}"
        for name, area in found["auroc"].items()
    )
    warned = (
        "**The films of the classes differ in how they were made, and the model may use that.** "
        if found["warn"]
        else ""
    )
    return f"{warned}AUROC from size, greys, format and maker alone: {areas}."
