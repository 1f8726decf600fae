from functools import reduce

from cxrviewer.core.progress import (
    BatchDone,
    EpochDone,
    Event,
    Finished,
    PhaseStarted,
    Prepared,
    Progress,
)

PREPARED = Prepared(
    activation="softmax",
    learned=(1, 1),
    classes=("a", "b"),
    counts=((8, 8), (1, 1), (1, 1)),
    films=(16, 2, 2),
    patients=(16, 2, 2),
    refused=(),
    split_by="patient",
    device="CPU",
)


def phase(index: int) -> PhaseStarted:
    return PhaseStarted(index=index, name="head", epochs=1, trainable=3, total=9)


def epoch(index: int) -> EpochDone:
    return EpochDone(
        phase=index,
        epoch=1,
        train_loss=0.5,
        train_accuracy=0.8,
        val_loss=0.6,
        val_accuracy=0.7,
        seconds=1.0,
    )


def batch(stage: str) -> BatchDone:
    return BatchDone(stage=stage, done=1, total=2)


def after(*events: Event) -> Progress:
    return reduce(Progress.after, events, Progress())


def test_events_add_up_to_a_picture_of_the_run() -> None:
    done = Finished(bundle="out/bundle", summary="Good.")
    progress = after(
        batch("reading"), PREPARED, phase(0), batch("training"), epoch(0), phase(1), epoch(1), done
    )
    assert progress == Progress(
        prepared=PREPARED,
        phases=(phase(0), phase(1)),
        epochs=(epoch(0), epoch(1)),
        batch=None,
        finished=done,
    )


def test_a_running_step_is_shown_until_the_next_thing_happens() -> None:
    assert after(PREPARED, phase(0), batch("training")).batch == batch("training")
    assert after(PREPARED, phase(0), batch("training"), epoch(0)).batch is None


def test_the_progress_before_an_event_is_unchanged() -> None:
    before = after(PREPARED)
    before.after(phase(0))
    assert before == after(PREPARED)
