"""A plain PyTorch loop of the same recipe: the whole network for every film of every epoch."""

import time
from collections.abc import Sequence

import cv2
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from cxrviewer.learning.networks.freezing import freeze
from cxrviewer.learning.networks.network import Network
from cxrviewer.learning.trainer import augment

_HALF = np.float32(0.5)
BATCH = 32


class Films(Dataset[tuple[torch.Tensor, int]]):
    """Decodes a film whenever it is asked for.

    Parameters
    ----------
    scheme
        Augmentation by the program's own functions, a new view each time; empty for none.
    """

    def __init__(
        self, films: Sequence[tuple[str, str]], classes: Sequence[str], *, side: int, scheme: str
    ) -> None:
        cv2.setNumThreads(0)
        self._films, self._classes = films, tuple(classes)
        self._side, self._scheme = side, scheme
        self._view = 0

    def __len__(self) -> int:
        return len(self._films)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        path, label = self._films[index]
        grey = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
        grey = cv2.resize(grey, (self._side, self._side), interpolation=cv2.INTER_AREA)
        if self._scheme:
            self._view += 1
            levels = grey.astype(np.uint16) * np.uint16(257)
            view = augment.Views(scheme=self._scheme, seed=1).of(levels, self._view)
        else:
            view = np.broadcast_to(grey.astype(np.float32) / np.float32(255), (3, *grey.shape))
        return torch.from_numpy((view - _HALF) / _HALF), self._classes.index(label)


class PlainTraining:
    """Epochs of a network, one after another."""

    def __init__(
        self,
        network: Network,
        parts: dict[str, list[tuple[str, str]]],
        classes: Sequence[str],
        *,
        scheme: str = "",
        side: int = 224,
    ) -> None:
        self._network = network
        self._training = Films(parts["training"], classes, side=side, scheme=scheme)
        self._validation = Films(parts["validation"], classes, side=side, scheme="")
        self.workers = 0

    def phase(self, trainable: Sequence[str], rate: float) -> None:
        """Begin a phase: these parameters learn at this rate."""
        freeze(self._network, trainable=trainable)
        learning = [p for p in self._network.parameters() if p.requires_grad]
        self._optimiser = torch.optim.Adam(learning, lr=rate)

    def epoch(self) -> tuple[float, float, float]:
        """Learn from all films once and look at the validation films.

        Returns
        -------
        Seconds, validation loss and validation accuracy.
        """
        begun = time.perf_counter()
        for films, truth in self._loader(self._training, shuffle=True):
            loss = torch.nn.functional.cross_entropy(self._network(films), truth)
            self._optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self._optimiser.step()
        losses, hits = 0.0, 0
        with torch.no_grad():
            for films, truth in self._loader(self._validation):
                logits = self._network(films)
                losses += float(torch.nn.functional.cross_entropy(logits, truth, reduction="sum"))
                hits += int((logits.argmax(1) == truth).sum())
        count = len(self._validation)
        return time.perf_counter() - begun, losses / count, hits / count

    def decoding(self) -> float:
        """Return the seconds an epoch takes without its network."""
        begun = time.perf_counter()
        for films in (self._training, self._validation):
            for _ in self._loader(films):
                pass
        return time.perf_counter() - begun

    def _loader(
        self, films: Films, *, shuffle: bool = False
    ) -> DataLoader[tuple[torch.Tensor, int]]:
        return DataLoader(films, batch_size=BATCH, shuffle=shuffle, num_workers=self.workers)
