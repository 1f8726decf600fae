"""What labelled films and a model can be measured on together."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cxrviewer.core.errors import DataError
from cxrviewer.core.film import Array
from cxrviewer.core.manifest import Manifest
from cxrviewer.core.operating_points import TOGETHER
from cxrviewer.learning.answering import Answered
from cxrviewer.learning.answers import Answers
from cxrviewer.learning.calibrate import Reading
from cxrviewer.learning.data.dataset import NEGATIVE
from cxrviewer.learning.data.labelled import Entry

_TWO_CLASSES = (
    "The films name “{other}”, which is none of the model's labels, beside its negative one, so "
    "anything but {negative} is measured against {negative}."
)


@dataclass(frozen=True, kw_only=True)
class CommonTask:
    """How the labels of films meet those of a model.

    Attributes
    ----------
    column
        Label id of the films -> column it is measured in.
    classes
        The labels measured.
    two
        True where anything but the negative label is measured against it.
    note
        A sentence where they are not simply the model's labels.
    """

    column: dict[str, int]
    classes: tuple[str, ...]
    two: bool = False
    note: str = ""

    @classmethod
    def of(cls, found: tuple[str, ...], manifest: Manifest, *, data: Path) -> "CommonTask":
        """Match the films' labels to the model's.

        Raises
        ------
        DataError
            If they have no task in common.
        """
        known = tuple(label.id for label in manifest.labels)
        negative = [label.id for label in manifest.labels if label.negative]
        same = {
            name: negative[0] if name in NEGATIVE and name not in known and negative else name
            for name in found
        }
        unknown = [name for name in found if same[name] not in known]
        if not unknown:
            return cls(column={n: known.index(same[n]) for n in found}, classes=known)
        others = [name for name in found if name not in unknown]
        two = len(unknown) == 1 and negative and [same[name] for name in others] == negative
        if manifest.activation == "softmax" and two:
            return cls(
                column={others[0]: 0, unknown[0]: 1},
                classes=(negative[0], unknown[0]),
                two=True,
                note=_TWO_CLASSES.format(other=unknown[0], negative=negative[0]),
            )
        if manifest.activation == "sigmoid" and set(unknown) <= NEGATIVE and others:
            # A film of the negative class shows none of the model's findings.
            return cls(column={n: known.index(n) for n in others}, classes=known)
        raise DataError(
            f"The films in {data} name {', '.join(unknown)}, but the model {manifest.id} knows "
            f"{', '.join(known)}; rename the folders or choose another model."
        )

    def answers(self, found: Answered) -> Answers:
        """Turn logits into calls and probabilities of the labels measured."""
        manifest = found.manifest
        reading = Reading.of(manifest)
        probabilities = reading.probabilities(found.logits)
        called, negative = reading.called(probabilities), reading.negative
        if self.two and negative is not None:
            probabilities = _against(probabilities[:, negative])
            called = np.stack([called[:, negative], ~called[:, negative]], axis=1)
            negative = 0
        return Answers(
            classes=self.classes,
            activation=manifest.activation,
            probabilities=probabilities,
            called=called,
            truth=self._truth(found.entries, exclusive=manifest.activation == "softmax"),
            patients=found.patients,
            negative=negative,
            points=tuple(p for p in manifest.points if p.label in self._judged),
            uncertain=tuple(band for band in manifest.uncertain if band.label in self._judged),
        )

    @property
    def _judged(self) -> set[str]:
        """Labels whose operating points can be measured; a class of two stands for all findings."""
        return {TOGETHER} if self.two else {TOGETHER, *self.classes}

    def _truth(self, entries: Sequence[Entry], *, exclusive: bool) -> Array:
        """Return what the films show; a label the data set never names is unknown."""
        truth = np.zeros((len(entries), len(self.classes)), dtype=np.float32)
        if not exclusive:
            named = set(self.column.values())
            truth[:, [i for i in range(len(self.classes)) if i not in named]] = np.nan
        for row, entry in enumerate(entries):
            for labels, value in ((entry.findings, 1), (entry.unknown, np.nan)):
                columns = [self.column[label] for label in labels if label in self.column]
                truth[row, columns] = value
        return truth


def _against(negative: Array) -> Array:
    return np.stack([negative, 1 - negative], axis=1)
