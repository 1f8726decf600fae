"""Many films through one network: asked in batches, answered in their order."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from cxrviewer.core.analysis import Analysis, Score
from cxrviewer.core.film import Array
from cxrviewer.learning import gate, scoring
from cxrviewer.learning.classifier import Classifier
from cxrviewer.learning.read_ahead import Prepared
from cxrviewer.learning.verdict import Verdict

BATCH = 16


def analyse(
    films: Iterable[Prepared], classifier: Classifier, *, batch: int = BATCH, anyway: bool = False
) -> Iterator[tuple[Path, Analysis]]:
    """Ask the network about prepared films and yield an analysis a film, in their order.

    The analyses have no heat map; those of refused and unreadable films have no scores. With
    `anyway`, refusals that a person may set aside are warnings.
    """
    waiting: list[Prepared] = []
    for film in films:
        waiting.append(film)
        if len(waiting) == batch:
            yield from _answers(waiting, classifier, anyway=anyway)
            waiting = []
    yield from _answers(waiting, classifier, anyway=anyway)


def _answers(
    films: list[Prepared], classifier: Classifier, *, anyway: bool
) -> Iterator[tuple[Path, Analysis]]:
    asked = [film for film in films if film.pixels is not None]
    inputs = [film.pixels for film in asked if film.pixels is not None]
    said: Iterator[tuple[Array, Verdict]] = iter(())
    if inputs:
        ages_known = [film.age_known for film in asked]
        said = zip(*classifier.judged(np.stack(inputs), ages_known), strict=True)
    manifest = classifier.manifest
    for film in films:
        verdict = film.verdict
        scores: tuple[Score, ...] = ()
        calls: dict[str, str] = {}
        if film.pixels is not None:
            logits, seen = next(said)
            verdict = gate.decide(verdict, seen, anyway=anyway, film=film.path, manifest=manifest)
            if not verdict.refused:
                scores, calls = classifier.scores(logits)
        yield (
            film.path,
            Analysis(
                model=manifest.id,
                version=manifest.version,
                status=verdict.status,
                reason=verdict.reason,
                code=verdict.code,
                overridable=verdict.refused and not verdict.final,
                scores=scores,
                calls=calls,
                decision=scoring.decision(scores, manifest),
                calibrated=manifest.calibration is not None,
                device=classifier.device.description,
            ),
        )
