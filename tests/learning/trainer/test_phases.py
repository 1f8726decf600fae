"""What happens on the way through the phases: batches, ends, halts, want of memory, a look."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import Tensor

from cxrviewer.core.errors import ProcessError
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import (
    BatchDone,
    EpochDone,
    Event,
    Finished,
    Noted,
    PhaseStarted,
    Prepared,
    Watched,
)
from cxrviewer.core.run_files import CHECKPOINT
from cxrviewer.core.run_history import RunHistory
from cxrviewer.learning.trainer.losses import Criterion
from cxrviewer.learning.trainer.training import train
from tests.learning.class_folders import write_films, write_table

SMALL = {"input_size": "64", "epochs": "2,2", "learning_rates": "0.1,1e-3"}
RICH = SMALL | {
    "dropout": "0.5",
    "hidden": "16",
    "layer_decay": "0.7",
    "patience": "1",
    "schedule": "plateau",
    "step_epochs": "1",
    "views": "2",
    "batch_size": "5",
    "class_weights": "balanced",
}
HALVED = RICH | {"batch_size": "12", "patience": "0"}
FULL = "DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes."


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_films(tmp_path_factory.mktemp("films"), patients=6)


@pytest.fixture(scope="module")
def several(films: Path) -> Path:
    """A table in which every third film shows a second finding, or leaves it open."""
    return write_table(films, more=("", "|odd", "|?odd"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("home"))


@pytest.fixture
def plan(
    films: Path, settled_weights: str, tmp_path: Path, home: str, monkeypatch: pytest.MonkeyPatch
) -> TrainingPlan:
    """A plan of two phases; its films are read by the first test and kept for the others."""
    monkeypatch.setenv("CXRVIEWER_HOME", home)
    return TrainingPlan(data=films, out=tmp_path / "out", weights=settled_weights, changes=SMALL)


def of(kind: type, events: list[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def weights(plan: TrainingPlan) -> dict[str, Tensor]:
    return safetensors.torch.load_file(plan.out / "bundle" / "weights.safetensors")


def halted(plan: TrainingPlan, *, after: int) -> list[Event]:
    """Run a plan and end it from outside after so many epochs, as Ctrl-C does."""
    told = []
    events = train(plan)
    for event in events:
        told.append(event)
        after -= isinstance(event, EpochDone)
        if not after or _measures(event):
            break
    with pytest.raises(KeyboardInterrupt):
        events.throw(KeyboardInterrupt())
    return told


def learned(plan: TrainingPlan) -> list[Event]:
    """Run a plan to the end of its last phase, and no report."""
    return halted(plan, after=10_000)


def _measures(event: Event) -> bool:
    return isinstance(event, BatchDone) and event.stage == "measuring"


def state(plan: TrainingPlan) -> dict[str, Tensor]:
    """Return the weights, the best weights and Adam's moments that were kept last."""
    return safetensors.torch.load_file(plan.out / CHECKPOINT)


@pytest.fixture
def little_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Let no step be taken with more films than the one number in the list says."""
    limit = [3]
    whole = Criterion.loss

    def loss(self: Criterion, logits: Tensor, truth: Tensor) -> Tensor:
        if logits.requires_grad and len(logits) > limit[0]:
            raise RuntimeError(FULL)
        return whole(self, logits, truth)

    monkeypatch.setattr(Criterion, "loss", loss)
    yield limit


@pytest.mark.parametrize("after", [1, 3])
@pytest.mark.parametrize("case", ["views and ends", "several labels", "halved batches"])
def test_a_halted_training_ends_like_one_that_was_not(
    case: str,
    after: int,
    plan: TrainingPlan,
    several: Path,
    request: pytest.FixtureRequest,
) -> None:
    if case == "several labels":
        changes = {"epochs": "4", "input_size": "64", "steps": "3", "dropout": "0.5"}
        plan = replace(plan, data=several, recipe="p4-chambers-transfer", changes=changes)
        plan = replace(plan, backbone="mobilenet_v2")
    elif case == "views and ends":
        plan = replace(plan, recipe="robust", changes=RICH | {"patience": "0"})
    else:
        request.getfixturevalue("little_memory")
        plan = replace(plan, changes=HALVED)
    whole = of(EpochDone, learned(plan))
    again = replace(plan, out=plan.out.with_name("again"))
    halted(again, after=after)
    resumed = learned(replace(again, resume=True))
    assert [replace(e, seconds=0.0) for e in of(EpochDone, resumed)] == [
        replace(e, seconds=0.0) for e in whole
    ]
    expected, found = state(plan), state(again)
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in expected)


def test_want_of_memory_halves_the_batch_and_loses_no_film(
    plan: TrainingPlan, little_memory: list[int]
) -> None:
    events = learned(replace(plan, changes=SMALL | {"batch_size": "12"}))
    assert [note.sentence for note in of(Noted, events)] == [
        "The memory does not suffice for 12 films a step; it goes on with 6.",
        "The memory does not suffice for 6 films a step; it goes on with 3.",
    ]
    assert {epoch.films for epoch in of(EpochDone, events)} == {12}
    assert len(of(EpochDone, events)) == 4


def test_want_of_memory_for_a_single_film_is_one_sentence(
    plan: TrainingPlan, little_memory: list[int]
) -> None:
    little_memory[0] = 0
    with pytest.raises(ProcessError, match="from a single film"):
        list(train(plan))
    assert not plan.out.exists()
    assert RunHistory().list()[0].status == "failed"


def test_want_of_memory_leaves_two_films_for_batch_norms_that_learn(
    plan: TrainingPlan, little_memory: list[int]
) -> None:
    little_memory[0] = 2
    changes = SMALL | {"batch_size": "3", "batch_norm": "learning"}
    events = learned(replace(plan, changes=changes))
    assert [note.sentence for note in of(Noted, events)] == [
        "The memory does not suffice for 3 films a step; it goes on with 2."
    ]
    little_memory[0] = 1
    with pytest.raises(ProcessError, match="from two films"):
        list(train(replace(plan, out=plan.out.with_name("less"), changes=changes)))


def test_a_phase_without_a_lower_loss_ends_and_says_so(plan: TrainingPlan) -> None:
    changes = SMALL | {"epochs": "9,9", "learning_rates": "3,1e-9", "patience": "2"}
    events = learned(replace(plan, changes=changes))
    epochs = of(EpochDone, events)
    losses = [epoch.val_loss for epoch in epochs if epoch.phase == 0]
    assert len(losses) == int(np.argmin(losses)) + 3 < 9
    assert f"“head” ended after {len(losses)} of 9" in of(Noted, events)[0].sentence
    assert "has not fallen for 2 epochs" in of(Noted, events)[0].sentence


def test_a_phase_starts_from_the_best_weights_of_the_one_before(plan: TrainingPlan) -> None:
    changes = SMALL | {"epochs": "5,1", "learning_rates": "3,1e-12"}
    epochs = of(EpochDone, learned(replace(plan, changes=changes)))
    losses = [epoch.val_loss for epoch in epochs]
    assert min(losses[:5]) < losses[4]
    assert losses[5] == pytest.approx(min(losses[:5]), rel=1e-4)


@pytest.mark.parametrize(
    ("changes", "films_an_epoch"),
    [
        ({}, 12),
        ({"samples": "6"}, 6),
        # Gone through again, or left early.
        ({"steps": "4", "batch_size": "5"}, 20),
        ({"steps": "1", "batch_size": "5"}, 5),
        # The last film would be alone.
        ({"batch_norm": "learning", "batch_size": "11"}, 11),
    ],
)
def test_as_many_films_are_learned_from_as_was_told(
    plan: TrainingPlan, changes: dict[str, str], films_an_epoch: int
) -> None:
    events = learned(replace(plan, changes=SMALL | changes))
    (prepared,) = of(Prepared, events)
    assert sum(prepared.learned) == films_an_epoch
    assert {epoch.films for epoch in of(EpochDone, events)} == {films_an_epoch}


def test_a_film_of_several_labels_is_one_film(plan: TrainingPlan, several: Path) -> None:
    changes = {"input_size": "64"}
    plan = replace(plan, data=several, recipe="p4-chambers-transfer", changes=changes)
    with contextlib.closing(train(replace(plan, backbone="mobilenet_v2"))) as events:
        prepared = next(event for event in events if isinstance(event, Prepared))
    assert sum(prepared.films) == 18
    assert sum(map(sum, prepared.counts)) == 24


def test_rates_are_told_and_follow_the_schedule(plan: TrainingPlan) -> None:
    events = learned(replace(plan, changes=SMALL | {"schedule": "cosine"}))
    rates = [epoch.learning_rate for epoch in of(EpochDone, events)]
    assert rates == pytest.approx([0.1, 0.05, 1e-3, 5e-4])


def test_the_watched_film_is_looked_at_before_and_after_every_epoch(
    plan: TrainingPlan, films: Path
) -> None:
    film = next(films.glob("viral/*.png"))
    seen = learned(replace(plan, watch=film))
    looks = of(Watched, seen)
    assert [(look.phase, look.epoch) for look in looks] == [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2)]
    for look in looks:
        assert look.label in ("bacterial", "viral")
        assert 0 <= look.probability <= 1
        assert (look.heat is None) == bool(look.flaw)
    heat = next(look.heat for look in looks if look.heat is not None)
    assert heat.shape == (64, 64)
    assert (heat.min(), heat.max()) == (0, 1)
    assert len({look.probability for look in looks}) == len(looks)


def test_looking_changes_no_weight(plan: TrainingPlan, films: Path) -> None:
    changes = SMALL | {"dropout": "0.5"}
    alone = replace(plan, changes=changes)
    watched = replace(
        alone, watch=next(films.glob("viral/*.png")), out=plan.out.with_name("watched")
    )
    for one in (alone, watched):
        learned(one)
    expected, found = state(alone), state(watched)
    assert all(torch.equal(found[name], expected[name]) for name in expected)


def test_a_film_that_cannot_be_watched_stops_nothing(plan: TrainingPlan, tmp_path: Path) -> None:
    events = learned(replace(plan, watch=tmp_path / "none.png"))
    assert "cannot be shown" in of(Noted, events)[0].sentence
    assert not of(Watched, events)
    assert len(of(EpochDone, events)) == 4


def test_bfloat16_learns_and_the_bundle_answers_in_float32(plan: TrainingPlan) -> None:
    events = list(train(replace(plan, changes=SMALL | {"precision": "bfloat16"})))
    losses = [epoch.train_loss for epoch in of(EpochDone, events)]
    assert losses[-1] < losses[0]
    (prepared,) = of(Prepared, events)
    assert prepared.device.endswith(", bfloat16")
    assert {tensor.dtype for tensor in weights(plan).values()} <= {torch.float32, torch.int64}


def test_the_history_knows_what_became_of_a_run(plan: TrainingPlan) -> None:
    events = train(plan)
    finished = next(event for event in events if isinstance(event, Finished))
    events.close()
    run = RunHistory().list()[0]
    assert (run.status, run.summary, run.bundle) == ("done", finished.summary, "my-model")
    events = train(replace(plan, out=plan.out.with_name("other")))
    next(event for event in events if isinstance(event, PhaseStarted))
    events.close()
    assert RunHistory().list()[0].status == "cancelled"


def test_a_run_that_left_a_checkpoint_can_go_on(
    plan: TrainingPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cxrviewer.learning.networks import weights as weight_files

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(weight_files, "save", full)
    with pytest.raises(Exception, match="could not be written"):
        list(train(plan))
    assert [path.name for path in plan.out.iterdir()] == [CHECKPOINT]
    assert RunHistory().list()[0].resumable
