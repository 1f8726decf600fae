"""What is kept, folded, fused and laid out anew changes no loss: a plain loop gives the same."""

from pathlib import Path

import pytest
import torch

from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import EpochDone
from cxrviewer.learning.trainer.training import train
from tests.learning.class_folders import write_films, write_table
from tests.learning.plain_loop import plain_losses

SMALL = {"input_size": "64", "batch_size": "5"}
TWICE = SMALL | {"epochs": "2,2", "learning_rates": "1e-3,1e-5"}
# Adam's first steps have one length, however small a gradient. Where many layers learn, rounding
# alone, such as another layout in memory, makes two plain loops differ by more than is asked here
# unless that length is small. Where the statistics of all of them follow batches this small, no
# length is small enough, so that there the plain loop has the layout of the engine.
WHOLE = TWICE | {"learning_rates": "1e-3,1e-6"}
LEARNING = "whole network with batch norm that learns"
CASES = {
    "two phases": ("p3-chen-kute", TWICE),
    "hidden layers and dropout": ("p3-chen-kute", TWICE | {"hidden": "32,16", "dropout": "0.5"}),
    "rates by stage": ("p3-chen-kute", TWICE | {"layer_decay": "0.5", "unfrozen": "0,60"}),
    "batch norm that learns": (
        "p3-chen-kute",
        TWICE | {"batch_norm": "learning", "unfrozen": "0,20"},
    ),
    LEARNING: (
        "p3-chen-kute",
        WHOLE | {"batch_norm": "learning", "unfrozen": "0,-1"},
    ),
    "robust views": ("robust", TWICE | {"views": "3", "schedule": "constant"}),
    "robust views of another size": (
        "robust",
        TWICE | {"views": "3", "schedule": "constant", "input_size": "48", "view_size": "32"},
    ),
    "balanced copies": ("p0-patadia-2", WHOLE | {"hidden": "16"}),
    "several labels": (
        "p4-chambers-transfer",
        SMALL | {"epochs": "2", "steps": "0", "learning_rates": "1e-4"},
    ),
}


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_films(tmp_path_factory.mktemp("films"), patients=6)


@pytest.fixture(scope="module")
def several(films: Path) -> Path:
    """A table in which every other film shows a second finding."""
    return write_table(films, more=("", "|odd"))


@pytest.mark.parametrize("case", CASES)
def test_losses_are_those_of_a_plain_loop(
    case: str,
    films: Path,
    several: Path,
    settled_weights: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CXRVIEWER_HOME", str(tmp_path / "home"))
    recipe, changes = CASES[case]
    plan = TrainingPlan(
        data=several if case == "several labels" else films,
        out=tmp_path / "out",
        recipe=recipe,
        backbone="mobilenet_v2",
        weights=settled_weights,
        changes=changes,
        seed=3,
    )
    layout = torch.channels_last if case == LEARNING else torch.contiguous_format
    expected = plain_losses(plan, layout=layout)
    epochs = [event for event in train(plan) if isinstance(event, EpochDone)]
    assert len(epochs) == len(expected)
    assert [(epoch.train_loss, epoch.val_loss) for epoch in epochs] == [
        pytest.approx(pair, rel=1e-4) for pair in expected
    ]
    assert expected[0] != pytest.approx(expected[-1], rel=1e-2)
