"""One run as a value: what was asked, what became of it, and how to ask it again."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from cxrviewer.core.hyperparameters import as_text
from cxrviewer.core.plan import TrainingPlan

RUNNING, DONE, FAILED, CANCELLED, UNFINISHED = (
    "running",
    "done",
    "failed",
    "cancelled",
    "unfinished",
)


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run as the history knows it.

    Attributes
    ----------
    created
        Time of its start, ISO 8601, UTC.
    status
        `running`, `done`, `failed`, `cancelled`, or `unfinished`: its process is gone without a
        word, and what it kept lets it go on.
    out
        Folder of the run.
    settings
        Hyper-parameter -> text as it was used, so that a recipe changed since does not matter.
    summary
        One sentence with the test result, or what went wrong.
    measures
        Name -> value on the test films; None where not measurable.
    bundle
        Id of the bundle it made, empty before.
    compared_with, verdict
        Model it was last compared with, and the sentence of that comparison.
    """

    id: int
    created: str
    status: str
    plan: TrainingPlan
    out: Path
    settings: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    measures: dict[str, float | None] = field(default_factory=dict)
    bundle: str = ""
    compared_with: str = ""
    verdict: str = ""

    @property
    def resumable(self) -> bool:
        """Whether the run can go on where it stopped."""
        return self.status == UNFINISHED


def reproduce(run: Run) -> TrainingPlan:
    """Return the plan that gives this run's outcome again: same films, seed, settings and split.

    It goes into a folder of its own beside the run's.
    """
    now = run.plan.settings
    drifted = {key: text for key, text in run.settings.items() if as_text(now, key) != text}
    plan = run.plan.changed(drifted)
    return replace(plan, out=_free(run.out), resume=False)


def resume(run: Run) -> TrainingPlan:
    """Return the plan that goes on with a run that did not end."""
    return replace(run.plan, resume=True)


def _free(out: Path) -> Path:
    number = 2
    while (free := out.with_name(f"{out.name}-{number}")).exists():
        number += 1
    return free
