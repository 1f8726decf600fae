"""A run's model against another on the run's own test films, or two runs on those they share."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cxrviewer.core.bundle import Bundle, read_bundle
from cxrviewer.core.film import Array
from cxrviewer.core.manifest import Manifest
from cxrviewer.core.paired import Comparison, HeldOut, Said, compare, not_comparable
from cxrviewer.core.progress import BatchDone
from cxrviewer.core.run_files import BUNDLE
from cxrviewer.learning import answering
from cxrviewer.learning.calibrate import Reading
from cxrviewer.learning.classifier import Classifier
from cxrviewer.learning.data import seen_films
from cxrviewer.learning.data.labelled import Entry, Listing
from cxrviewer.learning.reporting import predictions
from cxrviewer.learning.reporting.predictions import Predictions

_ANYTHING = "anything but negative"
_SEEN = (
    " Left out: {films} films of {patients} patients whose films the model in use was fitted on."
)
_UNKNOWN = (
    " Which films the model in use was fitted on is not recorded{named}. Of films it has seen its "
    "figures come out too good: this comparison may flatter it, and the new model be better than "
    "is said here."
)
_SILENT = " The model in use has no answer to {silent} films; they are left out."
_NO_TASK = (
    "The two models have no question in common: one names {new}, the other {used}. They cannot be "
    "compared."
)


def compare_with(run: Path, bundle: Bundle) -> Generator[BatchDone, None, Comparison]:
    """Compare a run's model with another bundle on the run's test films.

    The run's answers are those of its table of predictions; the other model reads the films. Where
    the labels differ, both are asked whether a film shows anything but negative.

    Patients of whom the other model is known to have seen a film are left out.

    Raises
    ------
    DataError
        If the run's table is missing or damaged.
    BundleError
        If a bundle cannot be used.
    """
    ours = predictions.read(run)
    manifest = read_bundle(run / BUNDLE).manifest
    task = _Shared.of(manifest, bundle.manifest)
    if task is None:
        return _no_task(manifest, bundle.manifest)
    listing = Listing(
        entries=tuple(Entry(path=image, findings=()) for image in ours.images), names={}
    )
    found = yield from answering.answer(listing, Classifier.load(bundle), anyway=True)
    rows = _rows_of(found.entries, ours)
    if not rows:
        return not_comparable("The model in use answers none of the test films.")
    unseen, more = _unseen([ours.patients[row] for row in rows], found, bundle)
    reading = Reading.of(bundle.manifest)
    probabilities = reading.probabilities(found.logits[unseen])
    theirs = Said(probabilities=probabilities, called=reading.called(probabilities))
    kept = _taken(ours, [rows[place] for place in unseen])
    comparison = _compared(kept, theirs, task, exclusive=manifest.activation == "softmax")
    silent = len(ours.images) - len(rows)
    more += _SILENT.format(silent=silent) if silent else ""
    return replace(comparison, sentence=comparison.sentence + more)


def compare_runs(new: Path, used: Path) -> Comparison:
    """Compare two runs on the test films that both have; no film is read.

    Raises
    ------
    DataError
        If a run's table is missing or damaged.
    BundleError
        If a run's bundle cannot be read.
    """
    ours, theirs = predictions.read(new), predictions.read(used)
    own, other = (read_bundle(run / BUNDLE).manifest for run in (new, used))
    task = _Shared.of(own, other)
    if task is None:
        return _no_task(own, other)
    places = {image: row for row, image in enumerate(theirs.images)}
    rows = [row for row, image in enumerate(ours.images) if image in places]
    if not rows:
        return not_comparable("The two runs have no test film in common.")
    left = _taken(ours, rows)
    right = _taken(theirs, [places[ours.images[row]] for row in rows])
    said = Said(probabilities=right.probabilities, called=right.called)
    comparison = _compared(left, said, task, exclusive=own.activation == "softmax")
    words = comparison.sentence.replace("the one in use", "the other")
    return replace(comparison, sentence=words.replace("new model", "first model"))


@dataclass(frozen=True, kw_only=True)
class _Shared:
    """What both models are asked: labels, and their columns in each model's answers.

    Where the columns are those of the negative labels, anything else is measured `against` them.
    """

    labels: tuple[str, ...]
    columns: tuple[list[int], list[int]]
    against: bool = False

    @classmethod
    def of(cls, ours: Manifest, theirs: Manifest) -> "_Shared | None":
        """Find the question both answer, or None."""
        own, other = ([label.id for label in m.labels] for m in (ours, theirs))
        negatives = [
            [index for index, label in enumerate(m.labels) if label.negative]
            for m in (ours, theirs)
        ]
        common: list[str] = []
        if ours.activation == theirs.activation == "sigmoid":
            common = [label.id for label in ours.labels if label.id in other and not label.negative]
        elif ours.activation == theirs.activation and set(own) == set(other):
            common = own
        if common:
            columns = [own.index(name) for name in common], [other.index(name) for name in common]
            return cls(labels=tuple(common), columns=columns)
        if all(len(found) == 1 for found in negatives):
            return cls(labels=(_ANYTHING,), columns=(negatives[0], negatives[1]), against=True)
        return None


def _compared(ours: Predictions, theirs: Said, task: "_Shared", *, exclusive: bool) -> Comparison:
    said = Said(probabilities=ours.probabilities, called=ours.called)
    if task.against:
        own, other = task.columns[0][0], task.columns[1][0]
        truth, exclusive = 1 - ours.truth[:, [own]], False
        both = _anything(said, own), _anything(theirs, other)
    else:
        truth = ours.truth[:, task.columns[0]]
        both = _picked(said, task.columns[0]), _picked(theirs, task.columns[1])
    films = HeldOut(truth=truth, patients=ours.patients, labels=task.labels, exclusive=exclusive)
    return compare(*both, films)


def _anything(said: Said, negative: int) -> Said:
    return Said(
        probabilities=1 - said.probabilities[:, [negative]], called=~said.called[:, [negative]]
    )


def _picked(said: Said, columns: list[int]) -> Said:
    return Said(probabilities=said.probabilities[:, columns], called=said.called[:, columns])


def _unseen(
    patients: Sequence[str], found: answering.Answered, bundle: Bundle
) -> tuple[list[int], str]:
    """Return the films of patients the model was not fitted on, and a sentence on the others."""
    known = seen_films.read(bundle.folder)
    if not known:
        data = bundle.manifest.training.get("data")
        named = f"; it learned from: {data}" if data else ""
        return list(range(len(patients))), _UNKNOWN.format(named=named)
    pairs = zip(patients, found.digests, strict=True)
    seen = {patient for patient, digest in pairs if digest in known}
    kept = [place for place, patient in enumerate(patients) if patient not in seen]
    left = len(patients) - len(kept)
    return kept, _SEEN.format(films=left, patients=len(seen)) if seen else ""


def _taken(table: Predictions, rows: Sequence[int]) -> Predictions:
    chosen: Array = np.asarray(rows, dtype=np.int64)
    return replace(
        table,
        images=tuple(table.images[row] for row in rows),
        patients=tuple(table.patients[row] for row in rows),
        probabilities=table.probabilities[chosen],
        called=table.called[chosen],
        truth=table.truth[chosen],
    )


def _rows_of(entries: Sequence[Entry], table: Predictions) -> list[int]:
    places = {image: row for row, image in enumerate(table.images)}
    return [places[entry.path] for entry in entries]


def _no_task(new: Manifest, used: Manifest) -> Comparison:
    words = (", ".join(label.id for label in manifest.labels) for manifest in (new, used))
    return not_comparable(_NO_TASK.format(**dict(zip(("new", "used"), words, strict=True))))
