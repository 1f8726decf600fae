"""What may follow what in a training."""

import pytest

from cxrviewer.ui.training_state import IDLE, JOBS, RUNNING, Happening, Stage, TrainingState


def after(*happenings: Happening) -> TrainingState:
    state = TrainingState()
    for happening in happenings:
        state = state.after(happening, sentence=happening.value)
    return state


_READY = (Happening.CHOSEN, Happening.AUDITED)
_LEARNING = (*_READY, Happening.STARTED, Happening.LEARNING)


@pytest.mark.parametrize(
    ("happenings", "stage"),
    [
        ((), Stage.EMPTY),
        ((Happening.CHOSEN,), Stage.SCANNING),
        ((Happening.CHOSEN, Happening.CLEARED), Stage.EMPTY),
        ((Happening.CHOSEN, Happening.REFUSED), Stage.PROBLEM),
        ((Happening.CHOSEN, Happening.REFUSED, Happening.CHOSEN), Stage.SCANNING),
        (_READY, Stage.READY),
        ((*_READY, Happening.STARTED), Stage.PREPARING),
        ((*_READY, Happening.STARTED, Happening.STOP_ASKED, Happening.GIVEN_UP), Stage.READY),
        (_LEARNING, Stage.TRAINING),
        ((*_LEARNING, Happening.PAUSED), Stage.PAUSED),
        ((*_LEARNING, Happening.PAUSED, Happening.RESUMED), Stage.TRAINING),
        ((*_LEARNING, Happening.STOP_ASKED), Stage.STOPPING),
        ((*_LEARNING, Happening.STOP_ASKED, Happening.STOPPED), Stage.RESUMABLE),
        ((*_LEARNING, Happening.STOP_ASKED, Happening.FINISHED), Stage.DONE),
        ((*_LEARNING, Happening.FINISHED), Stage.DONE),
        ((*_LEARNING, Happening.FAILED), Stage.FAILED),
        ((*_LEARNING, Happening.FAILED, Happening.STARTED), Stage.PREPARING),
        ((*_READY, Happening.RATE_ASKED), Stage.FINDING),
        ((*_READY, Happening.MEASURE_ASKED, Happening.JOB_DONE), Stage.READY),
        ((*_READY, Happening.MEASURE_ASKED, Happening.GIVEN_UP), Stage.READY),
        ((*_READY, Happening.MEASURE_ASKED, Happening.FAILED), Stage.FAILED),
        ((*_READY, Happening.RATE_ASKED, Happening.JOB_DONE), Stage.READY),
    ],
)
def test_one_thing_follows_another(happenings: tuple[Happening, ...], stage: Stage) -> None:
    assert after(*happenings).stage is stage


def test_what_comes_too_late_changes_nothing() -> None:
    state = after(*_LEARNING, Happening.FINISHED)
    assert state.after(Happening.PAUSED) is state
    assert state.after(Happening.STOPPED) is state
    assert after(Happening.STARTED).after(Happening.AUDITED).stage is Stage.PREPARING


def test_other_films_may_not_be_chosen_while_it_runs() -> None:
    for stage in Stage:
        state = TrainingState(stage=stage)
        assert state.may_choose is (stage not in RUNNING and stage not in JOBS)
        assert state.may_start is (stage in IDLE)
        assert state.running is (stage in RUNNING)


def test_a_stage_carries_its_sentence() -> None:
    state = TrainingState(stage=Stage.SCANNING).after(
        Happening.REFUSED, sentence="There is no film.", field="data"
    )
    assert (state.sentence, state.field) == ("There is no film.", "data")
    assert state.after(Happening.CHOSEN).sentence == ""
