"""What a training came to: calibration, operating points and the test, as values."""

from dataclasses import dataclass
from typing import Any

from cxrviewer.core import metrics
from cxrviewer.core.film import Array
from cxrviewer.core.manifest import Calibration, Label
from cxrviewer.learning import calibrate
from cxrviewer.learning.assess import Answers, assess
from cxrviewer.learning.cache import ReadFilms
from cxrviewer.learning.dataset import NEGATIVE
from cxrviewer.learning.split import Split


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Everything that is fitted or measured after the last epoch.

    Attributes
    ----------
    labels
        With thresholds from the validation films and rates measured on the test films.
    record
        The measures as plain values: `validation`, `test`, `temperature`, `decision`.
    summary
        One sentence with the test result.
    """

    labels: tuple[Label, ...]
    calibration: Calibration
    decision: float | None
    record: dict[str, Any]
    summary: str


def measure(
    logits: Array,
    films: ReadFilms,
    split: Split,
    *,
    names: dict[str, str],
    seed: int,
) -> Outcome:
    """Fit calibration and operating points on validation, then measure on test.

    Parameters
    ----------
    logits
        (films, classes), of all films.
    names
        Label id -> words, in the order of the classes.
    """
    classes = tuple(names)
    validation, test = split.films("validation"), split.films("test")
    negative = calibrate.negative_index([name in NEGATIVE for name in classes])
    temperature = calibrate.fit_temperature(logits[validation], films.truth[validation])
    probabilities = calibrate.softmax(logits / temperature)
    thresholds, decision = calibrate.operating_points(
        probabilities[validation], films.truth[validation], negative=negative
    )

    def answers(part: Array) -> Answers:
        return Answers(
            classes=classes,
            probabilities=probabilities[part],
            called=calibrate.call(probabilities[part], negative=negative, decision=decision),
            truth=films.truth[part],
            patients=tuple(films.patients[i] for i in part),
            negative=negative,
            decision=decision,
        )

    measured = assess(answers(test), seed=seed)
    patients = len({films.patients[i] for i in validation})
    return Outcome(
        labels=tuple(
            Label(
                id=label,
                name=names[label],
                negative=index == negative,
                threshold=thresholds[index],
                **_rates(films.truth[test] == index, probabilities[test, index], thresholds[index]),
            )
            for index, label in enumerate(classes)
        ),
        calibration=Calibration(
            temperature=temperature,
            fitted_on=f"{len(validation)} validation films of {patients} patients",
        ),
        decision=decision,
        record={
            "temperature": temperature,
            "decision": decision,
            "thresholds": dict(zip(classes, thresholds, strict=True)),
            "validation": assess(answers(validation), seed=seed),
            "test": measured,
        },
        summary=summary(measured, by=split.by),
    )


def _rates(positive: Array, probabilities: Array, threshold: float) -> dict[str, Any]:
    """Measure what the operating point of one label does on the test films."""
    return {
        "sensitivity": metrics.sensitivity_at(positive, probabilities, threshold=threshold),
        "specificity": metrics.specificity_at(positive, probabilities, threshold=threshold),
    }


def summary(measured: dict[str, Any], *, by: str) -> str:
    """Return one sentence for a person about a measured set."""
    accuracy = measured["accuracy"]
    warning = (
        " It does not surely beat calling every film the most frequent class."
        if measured["majority_classifier"]
        else ""
    )
    return (
        f"Test accuracy {accuracy['value']:.3f} ({accuracy['low']:.3f} to {accuracy['high']:.3f}, "
        f"95 %) on {measured['films']} films of {measured['patients']} patients, split by {by}; "
        f"the most frequent class alone reaches {measured['majority_share']:.3f}.{warning}"
    )
