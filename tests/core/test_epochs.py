"""Epochs counted through all phases."""

import math

from cxrviewer.core.epochs import PhaseSpan, best, spans
from cxrviewer.core.progress import EpochDone, Finished, PhaseStarted, Progress


def epoch(number: int, loss: float, *, phase: int = 0) -> EpochDone:
    return EpochDone(
        phase=phase,
        epoch=number,
        train_loss=1.0,
        train_accuracy=0.5,
        val_loss=loss,
        val_accuracy=0.5,
        seconds=1.0,
    )


def test_the_best_epoch_has_the_lowest_validation_loss_and_is_the_first_of_equals() -> None:
    assert best([]) is None
    assert best([epoch(1, 0.9), epoch(2, 0.4), epoch(3, 0.4)]) == 1


def test_a_loss_that_is_no_number_is_never_the_best() -> None:
    assert best([epoch(1, math.nan), epoch(2, 3.0)]) == 1
    assert best([epoch(1, math.nan)]) is None


def test_phases_stand_one_after_the_other_and_an_early_end_is_told() -> None:
    head = PhaseStarted(index=0, name="head", epochs=3, trainable=1, total=9)
    top = PhaseStarted(index=1, name="top", epochs=5, trainable=5, total=9)
    progress = Progress(phases=(head,), epochs=(epoch(1, 1.0), epoch(2, 0.9)))
    assert spans(progress) == (PhaseSpan(name="head", first=1, done=2, early=False),)
    progress = progress.after(top).after(epoch(1, 0.8, phase=1))
    assert spans(progress) == (
        PhaseSpan(name="head", first=1, done=2, early=True),
        PhaseSpan(name="top", first=3, done=1, early=False),
    )
    ended = progress.after(Finished(bundle="b", summary="s"))
    assert spans(ended)[1].early
