"""The card that travels with a trained model: for whom it is, what was measured, what it is not."""

from typing import Any

from cxrviewer.core.analysis import HEAT_MEANING, NOTICE
from cxrviewer.core.estimate import Estimate
from cxrviewer.core.manifest import Manifest
from cxrviewer.core.operating_points import (
    SCREENING_SENSITIVITY,
    TOGETHER,
    WRONG_SHARE,
    OperatingPoint,
    UncertainBand,
)
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

## Operating points

Chosen on validation films alone ({fitted_on}): balanced has the greatest sensitivity +
specificity, screening the greatest specificity of those that find at least {finds:.0f} % (and never
calls less than balanced). Measured on the test films, with Wilson's 95 % intervals; films of one
patient count one by one there, the report's intervals draw patients.

| finding | operating point | called from | sensitivity | specificity |
|---|---|---|---|---|
{points}

{decision}

A probability near a balanced point is called uncertain: of the validation films above that band,
and of those below it, at most {wrong:.0f} % were called wrongly (the upper end of its 95 %
interval). Where too few films could tell, or a band would hold half of them, there is none.

{bands}

## Calibration

Temperature {temperature:.3f}{bias}, fitted on {fitted_on}. Expected error on the test
films {expected_error:.3f}.

## Without looking at the lungs

{shortcuts}

Versions: {versions}
"""
_BANDS = """| finding | uncertain from | to below | test films inside | wrong outside |
|---|---|---|---|---|"""


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
        points="\n".join(_point(point, manifest) for point in manifest.points),
        bands=_bands(manifest),
        finds=100 * SCREENING_SENSITIVITY,
        wrong=100 * WRONG_SHARE,
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


def _point(point: OperatingPoint, manifest: Manifest) -> str:
    rates = f"{_rate(point.sensitivity)} | {_rate(point.specificity)}"
    return f"| {_name(point.label, manifest)} | {point.name} | {point.threshold:.3f} | {rates} |"


def _bands(manifest: Manifest) -> str:
    if not manifest.uncertain:
        return "No finding has such a band."
    return "\n".join((_BANDS, *(_band(band, manifest) for band in manifest.uncertain)))


def _band(band: UncertainBand, manifest: Manifest) -> str:
    rates = f"{_rate(band.inside)} | {_rate(band.wrong)}"
    return f"| {_name(band.label, manifest)} | {band.low:.3f} | {band.high:.3f} | {rates} |"


def _rate(found: Estimate | None) -> str:
    return "not measurable" if found is None else found.counted


def _name(label: str, manifest: Manifest) -> str:
    if label != TOGETHER:
        return manifest.label(label).name
    return f"anything but {_negative(manifest)}"


def _negative(manifest: Manifest) -> str:
    return next(label.name for label in manifest.labels if label.negative)


def _decision(manifest: Manifest) -> str:
    if not manifest.points_of(TOGETHER):
        return ""
    return (
        f"The point of anything but {_negative(manifest)} makes the call: from it on a film is "
        "called what is likeliest of the rest."
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
