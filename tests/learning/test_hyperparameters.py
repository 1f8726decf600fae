"""Every hyper-parameter does what its name says, from the words of the command line on."""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import safetensors.torch
from torch import Tensor

from cxrviewer.cli import plan_arguments
from cxrviewer.core.hyperparameters import HYPERPARAMETERS
from cxrviewer.core.progress import BatchDone, EpochDone, Event, PhaseStarted, Prepared
from cxrviewer.core.run_files import CHECKPOINT
from cxrviewer.learning.trainer.training import train
from tests.learning.class_folders import write_films

ONCE = {"input_size": "32", "epochs": "1,0"}
# With a rate of 0 a loss tells of the films, the views and the weights alone.
STILL = ONCE | {"learning_rates": "0,0", "epochs": "2,0"}
FALLING = ONCE | {"schedule": "step", "epochs": "2,0", "learning_rates": "0.5,0.5"}
RATE = 1e-3
TOP = ONCE | {"unfrozen": "3,3", "learning_rates": f"{RATE},{RATE}"}
# What remains of the network above the frozen part when its top three layers learn.
CONVOLUTION, MEAN = "features.0.0.weight", "features.0.1.running_mean"


@dataclass(frozen=True)
class Lesson:
    """What a training told until its last epoch, the weights then and those it began with."""

    events: list[Event]
    state: dict[str, Tensor]
    start: dict[str, Tensor]

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]

    def each(self, name: str) -> list[Any]:
        return [getattr(epoch, name) for epoch in self.of(EpochDone)]

    @property
    def prepared(self) -> Prepared:
        (prepared,) = self.of(Prepared)
        return prepared

    def moved(self, name: str) -> float:
        """Return the largest change of a tensor."""
        before = self.start[name.replace("features.0.", "features.18.")]
        return float((self.state[f"now.{name}"] - before).abs().max())


def trainable(lesson: Lesson) -> list[int]:
    return [phase.trainable for phase in lesson.of(PhaseStarted)]


def steps(lesson: Lesson) -> int:
    return int(lesson.state["adam.0.step"])


def train_losses(lesson: Lesson) -> list[float]:
    return lesson.each("train_loss")


def epochs_differ(lesson: Lesson) -> bool:
    first, second = train_losses(lesson)
    return first != pytest.approx(second, rel=1e-5)


def rates(lesson: Lesson) -> list[float]:
    return lesson.each("learning_rate")


@dataclass(frozen=True)
class Case:
    """One change: what is told after it, or None for anything else than before it."""

    text: str
    told: Callable[[Lesson], Any]
    after: Any = None
    base: dict[str, str] = field(default_factory=lambda: STILL)


VIEWED = STILL | {"augmentation": "turn", "views": "1"}
CASES = {
    "unfrozen": Case("3,14", trainable, [416_003, 1_043_843]),
    "hidden": Case("16,8", trainable, [20_659, 20_659 + 1_040_000]),
    "dropout": Case("0.5", epochs_differ, after=True),
    "learning_rates": Case("0.25,0.5", rates, [0.25, 0.5], STILL | {"epochs": "1,1"}),
    "epochs": Case("1,2", lambda one: one.each("phase"), [0, 1, 1]),
    "batch_size": Case("5", steps, 2, ONCE),
    "steps": Case("2", steps, 2, ONCE | {"batch_size": "2"}),
    "samples": Case("6", lambda one: one.each("films"), [6, 6]),
    "patience": Case("1", lambda one: one.each("epoch"), [1, 2], STILL | {"epochs": "3,0"}),
    "saturation": Case(
        "auto", lambda one: one.each("phase"), [0, 0, 0, 0, 1], STILL | {"epochs": "5,1"}
    ),
    "schedule": Case(
        "cosine", rates, [0.5, pytest.approx(0.25)], FALLING | {"schedule": "plateau"}
    ),
    "step_epochs": Case("1", rates, [0.5, pytest.approx(0.05)], FALLING),
    "step_factor": Case("0.5", rates, [0.5, 0.25], FALLING | {"step_epochs": "1"}),
    # Adam's first step is as long as its rate.
    "layer_decay": Case(
        "0.5", lambda one: one.moved(CONVOLUTION), pytest.approx(RATE / 2, rel=0.01), TOP
    ),
    "batch_norm": Case("learning", lambda one: one.moved(MEAN) > 0, after=True, base=TOP),
    "augmentation": Case("balance", lambda one: one.prepared.learned, (8, 8, 8)),
    "views": Case("2", epochs_differ, after=True, base=VIEWED),
    "view_size": Case("32", train_losses, base=VIEWED | {"input_size": "48"}),
    "flip": Case("yes", train_losses, base=VIEWED),
    "class_weights": Case("balanced", train_losses),
    "input_size": Case("48", train_losses),
    "precision": Case("bfloat16", train_losses),
    "split": Case("0.5,0.25,0.25", lambda one: sum(one.prepared.counts[0]), 8),
}


@pytest.fixture(scope="module")
def learned(
    tmp_path_factory: pytest.TempPathFactory, settled_weights: str
) -> Iterator[Callable[[dict[str, str]], Lesson]]:
    """Return what trains with settings as words, each set of them once."""
    films = write_films(tmp_path_factory.mktemp("films"), patients=6)
    for rare in sorted(films.glob("viral/*"))[:2]:
        rare.unlink()
    home, start = tmp_path_factory.mktemp("home"), safetensors.torch.load_file(settled_weights)
    known: dict[tuple[tuple[str, str], ...], Lesson] = {}
    parser = argparse.ArgumentParser()
    plan_arguments.add(parser)

    def learn(settings: dict[str, str]) -> Lesson:
        key = tuple(sorted(settings.items()))
        if key not in known:
            words = [word for name, text in key for word in ("--set", f"{name}={text}")]
            arguments = parser.parse_args(
                [str(films), "--recipe", "p3-chen-kute", "--weights", settled_weights, *words]
            )
            plan = plan_arguments.plan_of(arguments, home / "out")
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("CXRVIEWER_HOME", str(home))
                known[key] = Lesson(*_epochs_of(plan), start)
        return known[key]

    yield learn


def _epochs_of(plan: Any) -> tuple[list[Event], dict[str, Tensor]]:
    """Run a plan until its last epoch is over, and leave nothing."""
    told = []
    events = train(plan)
    for event in events:
        if isinstance(event, BatchDone) and event.stage == "measuring":
            break
        told.append(event)
    state = safetensors.torch.load_file(plan.out / CHECKPOINT)
    events.close()
    return told, state


def test_there_is_a_case_for_every_hyperparameter() -> None:
    assert set(CASES) == set(HYPERPARAMETERS)


@pytest.mark.parametrize("key", CASES)
def test_it_reaches_the_training(key: str, learned: Callable[[dict[str, str]], Lesson]) -> None:
    case = CASES[key]
    before = case.told(learned(case.base))
    after = case.told(learned(case.base | {key: case.text}))
    if case.after is None:
        assert after != pytest.approx(before, rel=1e-6)
    else:
        assert before != case.after
        assert after == case.after


@pytest.mark.parametrize(("key", "words"), [("views", "number of"), ("view_size", "size of")])
@pytest.mark.parametrize(("scheme", "told"), [("balance", 1), ("none", 1), ("turn", 0)])
def test_views_that_no_epoch_turns_to_are_told(
    scheme: str, told: int, key: str, words: str, learned: Callable[[dict[str, str]], Lesson]
) -> None:
    without = learned(STILL | {"augmentation": scheme})
    assert "views" not in without.prepared.note
    given = learned(STILL | {"augmentation": scheme, key: "2" if key == "views" else "32"})
    assert given.prepared.note.count(f"The {words} views has no effect") == told
