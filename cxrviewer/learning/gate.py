"""The one gate before every model: header, greys, and what the network makes of the picture."""

from dataclasses import dataclass, replace
from pathlib import Path

from cxrviewer.core.analysis import Status
from cxrviewer.core.film import Array, Film
from cxrviewer.core.logs import film_alias, logger
from cxrviewer.core.manifest import Gate, Manifest
from cxrviewer.learning.gate_rules import by_header, by_looks
from cxrviewer.learning.preprocess import Preprocess
from cxrviewer.learning.verdict import Verdict, cautioned, worst

_SET_ASIDE = "Analysed although the gate refused it; do not rely on the answer. {reason}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Admitted:
    """A film at the gate, before the network has seen it.

    Attributes
    ----------
    levels
        As `Preprocess.levels` gives them, or None where the network is not to see the film.
    age_known
        Whether the header tells the patient's age.
    """

    verdict: Verdict
    levels: Array | None = None
    age_known: bool = False


def check(film: Film, gate: Gate) -> Verdict:
    """Say what the header alone, and the plainest facts of the pixels, mean for a model."""
    return worst(by_header(film, gate))


def admit(film: Film, gate: Gate, preprocess: Preprocess, *, anyway: bool = False) -> Admitted:
    """Decide whether the network may see a film.

    Parameters
    ----------
    anyway
        A person wants the answer although the film may be refused.
    """
    verdict = check(film, gate)
    if _stops(verdict, anyway=anyway):
        return Admitted(verdict=verdict)
    levels = preprocess.levels(film)
    # A model without a fitted gate may be of anything; how its films should look is not known.
    if gate.sha256:
        verdict = worst((verdict, *by_looks(film, levels)))
    if _stops(verdict, anyway=anyway):
        return Admitted(verdict=verdict)
    known = film.facts.age_years is not None
    return Admitted(verdict=verdict, levels=levels, age_known=known)


def decide(
    before: Verdict, seen: Verdict, *, anyway: bool, film: Path, manifest: Manifest
) -> Verdict:
    """Return the last word on a film that the network has seen.

    A refusal that a person sets aside becomes a warning that stays beside the answer, and is
    logged under the film's alias. The model's caution goes with every answer.
    """
    verdict = worst((before, seen))
    if verdict.refused and not _stops(verdict, anyway=anyway):
        numbers = ", ".join(f"{name} {value:.3f}" for name, value in verdict.measured.items())
        logger.warning(
            "gate set aside: %s, model %s, %s, %s",
            *(film_alias(film), manifest.id, verdict.code, numbers),
        )
        told = _SET_ASIDE.format(reason=verdict.reason)
        verdict = replace(verdict, status=Status.WARN, reason=told)
    return cautioned(verdict, manifest.caution)


def _stops(verdict: Verdict, *, anyway: bool) -> bool:
    return verdict.refused and (verdict.final or not anyway)
