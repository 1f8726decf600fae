"""What a training came to: calibration, operating points and the test, as values."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from cxrviewer.core.film import Array
from cxrviewer.core.manifest import Calibration, Label
from cxrviewer.core.operating_points import OperatingPoint, UncertainBand
from cxrviewer.learning import calibrate
from cxrviewer.learning.answers import Answers
from cxrviewer.learning.calibrate import Reading
from cxrviewer.learning.data.dataset import NEGATIVE
from cxrviewer.learning.data.split import Split
from cxrviewer.learning.reporting import point_measures
from cxrviewer.learning.reporting.assess import assess, plain

_MAJORITY = " It does not surely beat that: it may be no more than a majority classifier."
_CHANGED = ", each as it is and in {views} views as other machines would give it"
_MEASURES = ("accuracy", "balanced_accuracy", "auroc")


class Labelled(Protocol):
    """Films with their truth, float32 (films, labels) of 1, 0 or NaN, and whose they are."""

    @property
    def paths(self) -> tuple[Path, ...]: ...  # noqa: D102 - the class says it

    @property
    def truth(self) -> Array: ...  # noqa: D102 - the class says it

    @property
    def patients(self) -> tuple[str, ...]: ...  # noqa: D102 - the class says it


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcome:
    """Everything that is fitted or measured after the last epoch.

    Attributes
    ----------
    points, uncertain
        Operating points and bands from the validation films, with rates measured on the test
        films (Wilson's intervals; none where too few test patients show or lack the label).
    answers
        What the model says of the test films.
    record
        The measures as plain values: `validation`, `test`, `temperature`, `bias`, and the points
        and bands as a manifest has them.
    measures
        The few that the history of runs lists.
    summary
        One sentence with the test result.
    """

    labels: tuple[Label, ...]
    calibration: Calibration
    points: tuple[OperatingPoint, ...]
    uncertain: tuple[UncertainBand, ...]
    answers: Answers
    record: dict[str, Any]
    measures: dict[str, float | None]
    summary: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Logits:
    """What a network says of the films of a training.

    Attributes
    ----------
    films
        (films, labels), of all films as they are.
    changed
        (views, validation films, labels), of the validation films as other machines would give
        them; views may be 0.
    """

    films: Array
    changed: Array

    @classmethod
    def unchanged(cls, films: Array, split: Split) -> "Logits":
        """Return those without changed views."""
        shape = (0, len(split.films("validation")), films.shape[1])
        return cls(films=films, changed=np.empty(shape))


def measure(
    logits: Logits,
    films: Labelled,
    split: Split,
    *,
    activation: str,
    names: dict[str, str],
) -> Outcome:
    """Fit calibration and operating points on validation, then measure on test.

    Parameters
    ----------
    logits
        Of the network.
    activation
        `softmax` or `sigmoid`.
    names
        Label id -> words, in the order of the labels.
    """
    classes = tuple(names)
    validation, test = split.films("validation"), split.films("test")
    negative = calibrate.negative_index([name in NEGATIVE for name in classes])
    reading = calibrate.fit(
        np.concatenate((logits.films[None, validation], logits.changed)),
        films.truth[validation],
        classes=classes,
        activation=activation,
        negative=negative,
    )
    answers = {
        part: answers_of(
            logits.films[rows],
            reading,
            truth=films.truth[rows],
            patients=tuple(films.patients[i] for i in rows),
        )
        for part, rows in (("validation", validation), ("test", test))
    }
    measured = {part: assess(said) for part, said in answers.items()}
    points = point_measures.measured_points(answers["test"])
    uncertain = point_measures.measured_bands(answers["test"])
    patients = len({films.patients[i] for i in validation})
    views = len(logits.changed)
    return Outcome(
        labels=tuple(
            Label(id=label, name=name, negative=index == negative)
            for index, (label, name) in enumerate(names.items())
        ),
        calibration=Calibration(
            temperature=reading.temperature,
            bias=reading.bias,
            fitted_on=f"{len(validation)} validation films of {patients} patients"
            + (_CHANGED.format(views=views) if views else ""),
        ),
        points=points,
        uncertain=uncertain,
        answers=answers["test"],
        record={
            "temperature": reading.temperature,
            "bias": list(reading.bias),
            "points": plain([asdict(point) for point in points]),
            "uncertain": plain([asdict(band) for band in uncertain]),
            **measured,
        },
        measures={
            name: found["value"] if (found := measured["test"][name]) else None
            for name in _MEASURES
        },
        summary=f"Test {summary(measured['test'], by=split.by)}",
    )


def answers_of(
    logits: Array,
    reading: Reading,
    *,
    truth: Array,
    patients: tuple[str, ...],
) -> Answers:
    """Turn logits into probabilities and calls, beside the truth."""
    probabilities = reading.probabilities(logits)
    return Answers(
        classes=reading.classes,
        activation=reading.activation,
        probabilities=probabilities,
        called=reading.called(probabilities),
        truth=truth,
        patients=patients,
        negative=reading.negative,
        points=reading.points,
        uncertain=reading.uncertain,
    )


def summary(measured: dict[str, Any], *, by: str = "") -> str:
    """Return one sentence for a person about a measured set."""
    divided = f", split by {by}" if by else ""
    where = f"on {measured['films']} films of {measured['patients']} patients{divided}"
    accuracy, majority = measured["accuracy"], measured["majority_share"]
    if measured["activation"] == "softmax":
        text = (
            f"accuracy {_spanned(accuracy)} {where}; the most frequent class alone reaches "
            f"{majority:.3f}."
        )
    else:
        text = (
            f"mean AUROC {_spanned(measured['auroc'])} and balanced accuracy "
            f"{_spanned(measured['balanced_accuracy'])}{partly(measured)} {where}; giving each "
            "label its more frequent answer has a balanced accuracy of 0.500 (and an accuracy of "
            f"{majority:.3f}, this model {accuracy['value']:.3f})."
        )
    return text + (_MAJORITY if measured["majority_classifier"] else "")


def partly(measured: dict[str, Any]) -> str:
    """Return over which of the labels the means go, where it is not over all."""
    measurable = sum(found["measurable"] for found in measured["per_class"].values())
    labels = len(measured["per_class"])
    if measurable in (0, labels):
        return ""
    return f" over {measurable} of {labels} labels (the others: too few patients)"


def _spanned(found: dict[str, Any] | None) -> str:
    if found is None or found["value"] is None:
        return "not measurable"
    return f"{found['value']:.3f} ({found['low']:.3f} to {found['high']:.3f}, 95 %)"
