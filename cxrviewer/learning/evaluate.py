"""A bundle on labelled films: every film that can be read and may be asked about, measured.

The model answers as it does in use: its gate refuses what it would refuse on screen.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from cxrviewer.core.analysis import Status
from cxrviewer.core.bundle import Bundle
from cxrviewer.core.errors import DataError, ExportError, FilmError
from cxrviewer.core.film import Array
from cxrviewer.core.manifest import Manifest
from cxrviewer.learning import calibrate, gate, report
from cxrviewer.learning.assess import Answers, assess
from cxrviewer.learning.classifier import Classifier
from cxrviewer.learning.dataset import NEGATIVE, Entry, Listing, list_films, with_one_finding
from cxrviewer.learning.preprocess import Preprocess
from cxrviewer.learning.report import Report
from cxrviewer.processes.reader_process import FilmReader

_BATCH = 32
_TWO_CLASSES = (
    "The films name “{other}”, which is none of the model's labels, beside its negative one, so "
    "anything but {negative} is measured against {negative}."
)


def evaluate(data: Path, bundle: Bundle, out: Path) -> Report:
    """Measure a bundle on a labelled folder or CSV and write the report into `out`.

    Raises
    ------
    DataError
        If the films cannot be used or their labels do not match the bundle's.
    BundleError
        If the bundle cannot be loaded.
    ExportError
        If the report cannot be written.
    """
    manifest = bundle.manifest
    if manifest.activation != "softmax":
        raise DataError(
            f"The model {manifest.id} gives several labels a film; this version evaluates models "
            "that give one."
        )
    listing = with_one_finding(list_films(data))
    task = _Task.of(listing.classes, manifest, data=data)
    answered = _Answered(refused=list(listing.refused))
    rows = list(_logits(listing, bundle, answered))
    if not rows:
        cause = answered.refused[0][1] if answered.refused else ""
        raise DataError(f"The model answered none of the films in {data}: {cause}")
    answers = task.answers(np.concatenate(rows), answered, manifest)
    values = {
        "model": manifest.id,
        "version": manifest.version,
        "weights_sha256": manifest.weights_sha256,
        "data": str(data),
        "note": task.note,
        "grouped_by": "patient",
        "refused": [{"film": name, "reason": reason} for name, reason in answered.refused],
        **assess(answers),
    }
    return _write(values, answers, out)


@dataclass(frozen=True, kw_only=True)
class _Task:
    """How the labels of the films meet those of the bundle.

    Attributes
    ----------
    column
        Label id of the films -> index of the class it is measured as.
    classes
        The classes measured.
    note
        A sentence where they are not simply the bundle's labels.
    """

    column: dict[str, int]
    classes: tuple[str, ...]
    note: str = ""

    @classmethod
    def of(cls, found: tuple[str, ...], manifest: Manifest, *, data: Path) -> "_Task":
        """Match the films' labels to the bundle's, or say in one sentence why they do not."""
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
        if len(unknown) == 1 and negative and [same[name] for name in others] == negative:
            return cls(
                column={others[0]: 0, unknown[0]: 1},
                classes=(negative[0], unknown[0]),
                note=_TWO_CLASSES.format(other=unknown[0], negative=negative[0]),
            )
        raise DataError(
            f"The films in {data} name {', '.join(unknown)}, but the model {manifest.id} knows "
            f"{', '.join(known)}; rename the folders or choose another model."
        )

    def answers(self, logits: Array, answered: "_Answered", manifest: Manifest) -> Answers:
        """Turn logits into calls and probabilities of the classes measured."""
        negative = calibrate.negative_index([label.negative for label in manifest.labels])
        calibration = manifest.calibration
        if calibration is not None:
            logits = logits / calibration.temperature
            logits = logits + np.asarray(calibration.bias or 0.0)
        probabilities = calibrate.softmax(logits)
        called = calibrate.call(probabilities, negative=negative, decision=manifest.decision)
        if self.note and negative is not None:
            called = (called != negative).astype(np.int64)
            rest = 1 - probabilities[:, negative]
            probabilities = np.stack([probabilities[:, negative], rest], axis=1)
            negative = 0
        return Answers(
            classes=self.classes,
            probabilities=probabilities,
            called=called,
            truth=np.asarray([self.column[e.findings[0]] for e in answered.films]),
            patients=tuple(answered.patients),
            negative=negative,
            decision=manifest.decision,
        )


@dataclass(kw_only=True)
class _Answered:
    """The films the model answered, and those it did not, each with its sentence."""

    refused: list[tuple[str, str]]
    films: list[Entry] = field(default_factory=list)
    patients: list[str] = field(default_factory=list)


def _logits(listing: Listing, bundle: Bundle, answered: _Answered) -> Iterator[Array]:
    classifier = Classifier.load(bundle)
    waiting: list[Array] = []
    for pixels in _inputs(listing.entries, bundle.manifest, answered):
        waiting.append(pixels)
        if len(waiting) == _BATCH:
            yield classifier.logits(np.stack(waiting))
            waiting = []
    if waiting:
        yield classifier.logits(np.stack(waiting))


def _inputs(entries: Iterable[Entry], manifest: Manifest, answered: _Answered) -> Iterator[Array]:
    preprocess = Preprocess(manifest.input)
    reader = FilmReader()
    try:
        for entry in entries:
            try:
                film = reader.read(entry.path)
            except FilmError as error:
                answered.refused.append((entry.path.name, error.sentence))
                continue
            status, reason = gate.check(film, manifest.gate)
            if status is Status.REFUSED:
                answered.refused.append((entry.path.name, f"{entry.path.name}: {reason}"))
                continue
            answered.films.append(entry)
            answered.patients.append(entry.patient_of(film))
            yield preprocess.array(film)
    finally:
        reader.close()


def _write(values: dict[str, Any], answers: Answers, out: Path) -> Report:
    try:
        out.mkdir(parents=True, exist_ok=True)
        return report.write(values, answers, out)
    except OSError as error:
        raise ExportError(
            f"The report could not be written to {out}; check the space and your rights there."
        ) from error
