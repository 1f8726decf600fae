"""What a phase freezes is the same bits after it, batch norms' statistics too: every backbone."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.recipe import BATCH_NORMS
from cxrviewer.learning.networks.backbones import BACKBONES, Network
from cxrviewer.learning.trainer.fitting import Fit
from tests.learning.class_folders import write_films
from tests.learning.plain_loop import drained, ready_for


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_films(tmp_path_factory.mktemp("films"), patients=3, classes=2)


def copied(network: Network) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


def may_change(network: Network, names: set[str]) -> set[str]:
    """Return these parameters and the statistics of the batch norms among them."""
    statistics = {
        f"{path}.{name}"
        for path, module in network.named_modules()
        if isinstance(module, nn.BatchNorm2d) and f"{path}.weight" in names
        for name, _ in module.named_buffers()
    }
    return names | statistics


@pytest.mark.slow
@pytest.mark.parametrize("batch_norm", BATCH_NORMS)
@pytest.mark.parametrize("name", BACKBONES)
def test_an_epoch_of_each_phase_changes_nothing_that_is_frozen(
    name: str, batch_norm: str, films: Path, tmp_path: Path
) -> None:
    changes = {
        "input_size": str(BACKBONES[name].smallest),
        "unfrozen": "0,6",
        "epochs": "1,1",
        "batch_size": "2",
        "steps": "2",
        "batch_norm": batch_norm,
    }
    plan = TrainingPlan(data=films, out=tmp_path / "out", backbone=name, changes=changes)
    network, ready = ready_for(plan)
    fit = Fit(ready.task)
    for index, phase in enumerate(plan.settings.phases):
        before = copied(network)
        fit.begin(index)
        names = {each for each, one in network.named_parameters() if one.requires_grad}
        wanted = ready.task.backbone.unfrozen_parameters(network, phase.unfrozen)
        assert names == set(wanted)
        drained(fit.prepare())
        drained(fit.epoch(1, overall=index + 1, rate=1e-4))
        after = network.state_dict()
        changed = {each for each in before if not torch.equal(before[each], after[each])}
        assert "classifier.weight" in changed
        assert changed <= (names if batch_norm == "frozen" else may_change(network, names))
        fit.restore_best()
