"""How long a run still takes, in seconds and in words."""

import pytest

from cxrviewer.core import eta
from cxrviewer.core.progress import BatchDone, EpochDone, Event, Finished, PhaseStarted, Progress


def phase(index: int = 0, *, epochs: int = 10) -> PhaseStarted:
    return PhaseStarted(index=index, name=f"p{index}", epochs=epochs, trainable=1, total=2)


def epoch(number: int, *, seconds: float, index: int = 0) -> EpochDone:
    return EpochDone(
        phase=index,
        epoch=number,
        train_loss=1.0,
        train_accuracy=0.5,
        val_loss=1.0,
        val_accuracy=0.5,
        seconds=seconds,
    )


def after(*events: Event) -> Progress:
    progress = Progress()
    for event in events:
        progress = progress.after(event)
    return progress


def test_nothing_is_known_before_anything_was_measured() -> None:
    assert eta.seconds_left(Progress()) is None
    assert eta.sentence(Progress()) == ""
    assert eta.seconds_left(after(phase())) is None
    assert eta.seconds_left(after(BatchDone(stage="listing", done=3, total=0, rate=5))) is None


def test_a_step_is_told_by_its_rate() -> None:
    progress = after(BatchDone(stage="reading", done=100, total=700, rate=10.0))
    assert eta.seconds_left(progress) == 60
    assert eta.sentence(progress) == "about 1 minute left of this step"


def test_the_first_epoch_warms_up_and_counts_only_alone() -> None:
    assert eta.seconds_left(after(phase(), epoch(1, seconds=100))) == 900
    slow_start = after(phase(), epoch(1, seconds=100), epoch(2, seconds=10), epoch(3, seconds=12))
    assert eta.seconds_left(slow_start) == 7 * 11


def test_the_time_since_the_last_epoch_is_taken_off_but_never_more_than_an_epoch() -> None:
    progress = after(phase(), epoch(1, seconds=10))
    assert eta.seconds_left(progress, since_epoch=4) == 86
    assert eta.seconds_left(progress, since_epoch=400) == 80


def test_another_phase_is_measured_anew() -> None:
    progress = after(phase(), epoch(1, seconds=10), phase(1, epochs=20))
    assert eta.seconds_left(progress) is None
    progress = progress.after(epoch(1, seconds=30, index=1))
    assert eta.seconds_left(progress) == 570


def test_the_sentence_says_what_comes_after_the_phase() -> None:
    progress = after(phase(), epoch(1, seconds=10))
    assert (
        eta.sentence(progress, planned=(10, 20))
        == "about 2 minutes left in this phase, then up to 20 epochs more"
    )
    assert eta.sentence(progress, planned=(10,)) == "about 2 minutes left"


def test_a_finished_run_has_nothing_left() -> None:
    progress = after(phase(), epoch(1, seconds=10), Finished(bundle="b", summary="s"))
    assert eta.sentence(progress) == ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (0, "a few seconds left"),
        (22, "about 20 seconds left"),
        (58, "about 1 minute left"),
        (250, "about 4 minutes left"),
        (5_400, "about 1.5 hours left"),
        (7_300, "about 2 hours left"),
    ],
)
def test_times_in_words(seconds: float | None, words: str) -> None:
    assert eta.in_words(seconds) == words
