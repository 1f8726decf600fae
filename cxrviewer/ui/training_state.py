"""Where a training stands: a frozen value, and a table of what may follow what."""

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """What the Train tab is doing."""

    EMPTY = "empty"
    SCANNING = "scanning"
    PROBLEM = "problem"
    READY = "ready"
    FINDING = "finding a rate"
    MEASURING = "measuring a model"
    PREPARING = "preparing"
    TRAINING = "training"
    PAUSED = "paused"
    STOPPING = "stopping"
    RESUMABLE = "resumable"
    FAILED = "failed"
    DONE = "done"


class Happening(StrEnum):
    """What brings a training from one stage to the next."""

    CHOSEN = "films were chosen"
    CLEARED = "the scan was given up"
    AUDITED = "the films were audited"
    REFUSED = "the films cannot be used"
    STARTED = "a training was started"
    RATE_ASKED = "the rate finder was started"
    MEASURE_ASKED = "the evaluation of a model was started"
    JOB_DONE = "the rate finder or the evaluation is done, and there is nothing to go on with"
    LEARNING = "the first phase began"
    PAUSED = "pause"
    RESUMED = "go on"
    STOP_ASKED = "stop"
    STOPPED = "nothing runs any more, and a training can go on"
    GIVEN_UP = "it was stopped, and there is nothing to go on with"
    FINISHED = "the training is done"
    FAILED = "the training failed"


_S, _H = Stage, Happening
# Stages in which films are there and nothing runs.
IDLE = frozenset({_S.READY, _S.RESUMABLE, _S.FAILED, _S.DONE})
# Stages in which a short job runs that leaves nothing to go on with.
JOBS = frozenset({_S.FINDING, _S.MEASURING})
# Stages in which a training is under way.
RUNNING = frozenset({_S.PREPARING, _S.TRAINING, _S.PAUSED, _S.STOPPING})

_NEXT: dict[tuple[Stage, Happening], Stage] = {
    **{(stage, _H.CHOSEN): _S.SCANNING for stage in (_S.EMPTY, _S.SCANNING, _S.PROBLEM, *IDLE)},
    (_S.SCANNING, _H.AUDITED): _S.READY,
    (_S.SCANNING, _H.REFUSED): _S.PROBLEM,
    (_S.SCANNING, _H.CLEARED): _S.EMPTY,
    **{(stage, _H.STARTED): _S.PREPARING for stage in (_S.EMPTY, _S.PROBLEM, *IDLE)},
    **{(stage, _H.RATE_ASKED): _S.FINDING for stage in IDLE},
    **{(stage, _H.MEASURE_ASKED): _S.MEASURING for stage in IDLE},
    **{(stage, _H.JOB_DONE): _S.READY for stage in JOBS},
    **{(stage, _H.GIVEN_UP): _S.READY for stage in (*JOBS, *RUNNING)},
    (_S.PREPARING, _H.LEARNING): _S.TRAINING,
    (_S.PREPARING, _H.PAUSED): _S.PAUSED,
    (_S.TRAINING, _H.PAUSED): _S.PAUSED,
    (_S.PAUSED, _H.RESUMED): _S.TRAINING,
    **{(stage, _H.STOP_ASKED): _S.STOPPING for stage in (_S.PREPARING, _S.TRAINING, _S.PAUSED)},
    **{(stage, _H.STOPPED): _S.RESUMABLE for stage in (*JOBS, *RUNNING)},
    **{(stage, _H.FINISHED): _S.DONE for stage in RUNNING},
    **{(stage, _H.FAILED): _S.FAILED for stage in (*JOBS, *RUNNING)},
}


@dataclass(frozen=True, kw_only=True)
class TrainingState:
    """A stage, and why it is there.

    Attributes
    ----------
    sentence
        What went wrong or should be known, empty for nothing.
    field
        Setting that is to be mended, as `PlanError` names it; empty for none.
    """

    stage: Stage = Stage.EMPTY
    sentence: str = ""
    field: str = ""

    def after(
        self, happening: Happening, *, sentence: str = "", field: str = ""
    ) -> "TrainingState":
        """Return the state once something happened; what does not fit changes nothing."""
        stage = _NEXT.get((self.stage, happening))
        if stage is None:
            return self
        return TrainingState(stage=stage, sentence=sentence, field=field)

    @property
    def running(self) -> bool:
        """True while a training is under way, paused ones included."""
        return self.stage in RUNNING

    @property
    def may_choose(self) -> bool:
        """True where other films may be chosen."""
        return (self.stage, Happening.CHOSEN) in _NEXT

    @property
    def may_start(self) -> bool:
        """True where films are there and nothing runs."""
        return self.stage in IDLE
