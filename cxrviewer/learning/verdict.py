"""What the gate says of a film: pass, warn or refuse, with a sentence and a code for the log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cxrviewer.core.analysis import CAUTION, Status


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether a model may be asked about a film.

    Attributes
    ----------
    reason
        What is wrong and what to do, in one or more sentences; empty where the film passes.
    code
        The rules that spoke, joined by `+`, for the log.
    final
        True for a refusal that no person may set aside: there is nothing to analyse.
    measured
        Numbers behind the verdict by name, for the log.
    """

    status: Status = Status.OK
    reason: str = ""
    code: str = ""
    final: bool = False
    measured: Mapping[str, float] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        """Whether the model is not to be asked."""
        return self.status is Status.REFUSED


PASS = Verdict()


def refusal(code: str, reason: str, *, final: bool = False) -> Verdict:
    """Return a verdict that keeps a film from the model."""
    return Verdict(status=Status.REFUSED, reason=reason, code=code, final=final)


def warning(code: str, reason: str) -> Verdict:
    """Return a verdict that lets a film pass with a sentence beside the result."""
    return Verdict(status=Status.WARN, reason=reason, code=code)


def cautioned(verdict: Verdict, caution: str) -> Verdict:
    """Return the verdict on a film with its model's caution, which goes with every answer.

    A refusal stays as it is: it goes with no answer.
    """
    return worst((warning(CAUTION, caution), verdict)) if caution else verdict


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of several verdicts, with the sentences of all that are as bad."""
    found = tuple(verdicts)
    measured = {name: value for each in found for name, value in each.measured.items()}
    for status in (Status.REFUSED, Status.WARN):
        chosen = [verdict for verdict in found if verdict.status is status]
        if chosen:
            return Verdict(
                status=status,
                reason=" ".join(verdict.reason for verdict in chosen),
                code="+".join(verdict.code for verdict in chosen),
                final=any(verdict.final for verdict in chosen),
                measured=measured,
            )
    return Verdict(measured=measured)
