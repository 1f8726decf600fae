"""Two phases of transfer learning as fastai and Lightning offer them, two epochs of each.

    python peer_training.py fastai|lightning PARTS.json WEIGHTS

PARTS holds film and label of each part of a split. Prints one line of JSON. Both freeze the
backbone first and then train all of it: neither offers the recipe's last 14 layers by itself.
"""

import itertools
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

# Before whatever imports torchvision: its compiled operators may not fit this torch.
from cxrviewer.learning.networks import vision  # isort: skip
import safetensors.torch
import torch

EPOCHS, BATCH, SIDE, THREADS = 2, 32, 224, 2
CLASSES = ("normal", "bacterial", "viral")
Parts = dict[str, list[tuple[str, str]]]


def backbone(weights: str) -> torch.nn.Module:
    network: torch.nn.Module = vision.models.mobilenet_v2()
    state = safetensors.torch.load_file(weights)
    network.load_state_dict(state)
    return network


def fastai(parts: Parts, weights: str, workers: int) -> dict[str, Any]:
    from fastai.vision.all import (
        CategoryBlock,
        ColReader,
        DataBlock,
        ImageBlock,
        IndexSplitter,
        Learner,
        Normalize,
        Resize,
        ResizeMethod,
        accuracy,
        create_head,
        default_split,
    )
    from pandas import DataFrame

    rows = [*parts["training"], *parts["validation"]]
    held_out = list(range(len(parts["training"]), len(rows)))
    data = DataBlock(
        blocks=(ImageBlock, CategoryBlock(vocab=list(CLASSES))),
        get_x=ColReader(0),
        get_y=ColReader(1),
        splitter=IndexSplitter(held_out),
        item_tfms=Resize(SIDE, method=ResizeMethod.Squish),
        batch_tfms=Normalize.from_stats((0.5,) * 3, (0.5,) * 3, cuda=False),
    ).dataloaders(DataFrame(rows), bs=BATCH, num_workers=workers, device=torch.device("cpu"))

    model = torch.nn.Sequential(backbone(weights).features, create_head(1280, len(CLASSES)))
    learner = Learner(data, model, splitter=default_split, metrics=accuracy)
    moments = [time.perf_counter()]
    learner.add_cb(_fastai_clock(moments))
    with learner.no_bar():
        learner.fine_tune(EPOCHS, freeze_epochs=EPOCHS)
    return _told("fastai fine_tune", moments, float(learner.recorder.values[-1][-1]))


def _fastai_clock(moments: list[float]) -> Any:
    from fastai.callback.core import Callback

    class Clock(Callback):
        def after_epoch(self) -> None:
            moments.append(time.perf_counter())

    return Clock()


def lightning(parts: Parts, weights: str, workers: int) -> dict[str, Any]:
    from lightning.pytorch import Callback, LightningModule, Trainer
    from lightning.pytorch.callbacks import BackboneFinetuning
    from plain_training import Films

    class Classifier(LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.backbone = backbone(weights).features
            self.head = torch.nn.Linear(1280, len(CLASSES))
            self.hits = torch.tensor(0)
            self.accuracy = 0.0

        def forward(self, films: torch.Tensor) -> torch.Tensor:
            return self.head(self.backbone(films).mean((2, 3)))

        def training_step(self, batch: Any, _: int) -> torch.Tensor:
            return torch.nn.functional.cross_entropy(self(batch[0]), batch[1])

        def on_validation_epoch_start(self) -> None:
            self.hits = torch.tensor(0)

        def validation_step(self, batch: Any, _: int) -> None:
            self.hits += (self(batch[0]).argmax(1) == batch[1]).sum()
            self.accuracy = float(self.hits) / len(parts["validation"])

        def configure_optimizers(self) -> torch.optim.Optimizer:
            return torch.optim.Adam([p for p in self.parameters() if p.requires_grad], lr=1e-4)

    class Clock(Callback):
        def on_train_epoch_end(self, *_: Any) -> None:
            moments.append(time.perf_counter())

    loaders = [
        torch.utils.data.DataLoader(
            Films(parts[part], CLASSES, side=SIDE, scheme=""),
            batch_size=BATCH,
            shuffle=part == "training",
            num_workers=workers,
        )
        for part in ("training", "validation")
    ]
    network = Classifier()
    moments: list[float] = [time.perf_counter()]
    trainer = Trainer(
        max_epochs=2 * EPOCHS,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        num_sanity_val_steps=0,
        callbacks=[BackboneFinetuning(unfreeze_backbone_at_epoch=EPOCHS), Clock()],
    )
    trainer.fit(network, *loaders)
    return _told("Lightning BackboneFinetuning", moments, network.accuracy)


def _told(what: str, moments: list[float], accuracy: float) -> dict[str, Any]:
    taken = [after - before for before, after in itertools.pairwise(moments)]
    return {
        "what": what,
        "frozen s an epoch": round(statistics.mean(taken[:EPOCHS]), 2),
        "unfrozen s an epoch": round(statistics.mean(taken[EPOCHS:]), 2),
        f"accuracy after {EPOCHS} + {EPOCHS} epochs": round(accuracy, 4),
    }


_PEERS = {"fastai": fastai, "lightning": lightning}


def main() -> None:
    name, parts, weights = sys.argv[1:]
    torch.set_num_threads(THREADS)
    films: Parts = json.loads(Path(parts).read_text(encoding="utf-8"))
    thin = {part: rows[:320] for part, rows in films.items()}
    taken = {}
    for workers in (0, 2):
        taken[workers] = _PEERS[name](thin, weights, workers)["frozen s an epoch"]
    fastest = min(taken, key=lambda workers: taken[workers])
    print(json.dumps({**_PEERS[name](films, weights, fastest), "workers": fastest}))


if __name__ == "__main__":
    main()
