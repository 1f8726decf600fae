"""A bundle on labelled films: every film that can be read and may be asked about, measured.

The model answers as it does in use: its gate refuses what it would refuse on screen.
"""

import contextlib
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from cxrviewer.core.bundle import Bundle
from cxrviewer.core.errors import DataError, ExportError
from cxrviewer.core.progress import BatchDone
from cxrviewer.core.run_files import keep_apart
from cxrviewer.learning import answering
from cxrviewer.learning.answering import Answered
from cxrviewer.learning.answers import Answers
from cxrviewer.learning.classifier import Classifier
from cxrviewer.learning.data import seen_films
from cxrviewer.learning.data.dataset import list_films, with_one_finding
from cxrviewer.learning.outcome import summary
from cxrviewer.learning.reporting import looks, predictions, report
from cxrviewer.learning.reporting.assess import assess
from cxrviewer.learning.reporting.common_task import CommonTask
from cxrviewer.learning.reporting.looks import See, Sight
from cxrviewer.learning.reporting.material import Material
from cxrviewer.learning.reporting.report import Report
from cxrviewer.learning.staging import staged
from cxrviewer.processes.reader_process import FilmReader

_OVERLAP = (
    "{seen} of the {films} films are among those the model was fitted on, so these figures come "
    "out too good; evaluate on other films."
)
_UNKNOWN = (
    "Which films the model was fitted on is not recorded with it; figures on those would come out "
    "too good."
)


def evaluate(data: Path, bundle: Bundle, out: Path) -> Generator[BatchDone, None, Report]:
    """Measure a bundle on a labelled folder or CSV and write the report into `out`.

    Raises
    ------
    DataError
        If the films cannot be used or their labels do not match the bundle's.
    BundleError
        If the bundle cannot be loaded.
    ExportError
        If the report cannot be written.
    PlanError
        If `out` lies among the films.
    """
    keep_apart(out, data)
    manifest = bundle.manifest
    listing = list_films(data)
    if manifest.activation == "softmax":
        listing = with_one_finding(listing)
    task = CommonTask.of(listing.classes, manifest, data=data)
    classifier = Classifier.load(bundle)
    found = yield from answering.answer(listing, classifier)
    if not found.entries:
        cause = found.refused[0][1] if found.refused else ""
        raise DataError(f"The model answered none of the films in {data}: {cause}")
    silent = len(listing.entries) - len(found.entries)
    answers = task.answers(found)
    measured = assess(answers)
    numbers = predictions.numbered(found.patients)
    reader = FilmReader()
    try:
        see = _see(classifier, found, answers, reader)
        examples, errors = yield from looks.look_at(answers, see, numbers)
    finally:
        reader.close()
    values = {
        "model": manifest.id,
        "version": manifest.version,
        "bundle": str(bundle.folder.absolute()),
        "banner": manifest.training.get("banner", ""),
        "caution": manifest.caution,
        "weights_sha256": manifest.weights_sha256,
        "summary": _summary(f"{manifest.id} {manifest.version}", measured, silent),
        "data": str(data),
        "note": task.note,
        "overlap": _overlap(found, bundle),
        "grouped_by": "patient",
        "refused": [{"film": name, "reason": reason} for name, reason in found.refused],
        **measured,
    }
    material = Material(values=values, answers=answers, examples=examples, errors=errors)
    images = [entry.path.absolute() for entry in found.entries]
    try:
        with _folder_for(out) as folder:
            predictions.write(answers, images, folder, numbers=numbers)
            written = yield from report.write(material, folder)
    except OSError as error:
        raise ExportError(
            f"The report could not be written to {out}; check the space and your rights there."
        ) from error
    return replace(
        written,
        json_file=out / written.json_file.name,
        html_file=out / written.html_file.name,
    )


@contextlib.contextmanager
def _folder_for(out: Path) -> Iterator[Path]:
    """Yield where the report is made; it goes to `out` whole, which goes if it stays empty."""
    out.mkdir(parents=True, exist_ok=True)
    try:
        with staged(out) as folder:
            yield folder
    finally:
        with contextlib.suppress(OSError):
            out.rmdir()


def _summary(model: str, measured: dict[str, Any], silent: int) -> str:
    unanswered = f" Without an answer: {silent:,}." if silent else ""
    return f"{model}: {summary(measured)}{unanswered}"


def _overlap(found: Answered, bundle: Bundle) -> str:
    known = seen_films.read(bundle.folder)
    if not known:
        return _UNKNOWN
    seen = sum(digest in known for digest in found.digests)
    return _OVERLAP.format(seen=seen, films=len(found.digests)) if seen else ""


def _see(classifier: Classifier, found: Answered, answers: Answers, reader: FilmReader) -> See:
    """Look at films with the labels as the model has them; each is read anew."""
    own = [label.id for label in classifier.manifest.labels]

    def see(film: int, label: int) -> Sight:
        shown = reader.read(found.entries[film].path)
        name = answers.classes[label]
        heat = classifier.analyse(shown, name if name in own else "").heat_map
        assert heat is not None
        grey = looks.shade(classifier.preprocess.levels(shown))
        return Sight(grey=grey, heat=heat.values, flaw=heat.flaw)

    return see
