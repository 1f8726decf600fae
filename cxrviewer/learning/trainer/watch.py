"""One film that is looked at after every epoch: what the network makes of it, and where."""

from pathlib import Path

import cv2
import torch

from cxrviewer.core.manifest import InputRule
from cxrviewer.core.progress import Watched
from cxrviewer.learning import explain
from cxrviewer.learning.data.dataset import NEGATIVE
from cxrviewer.learning.networks.backbones import Network, trunk
from cxrviewer.learning.preprocess import Preprocess
from cxrviewer.processes.reader_process import FilmReader


class Watch:
    """The watched film, read once."""

    def __init__(self, path: Path, *, rule: InputRule, classes: tuple[str, ...]) -> None:
        """Read the film.

        Raises
        ------
        FilmError
            If it cannot be read.
        """
        reader = FilmReader()
        try:
            film = reader.read(path)
        finally:
            reader.close()
        self._input = torch.from_numpy(Preprocess(rule).array(film))[None]
        self._side = (rule.width, rule.height)
        self._classes = classes

    def look(self, network: Network, activation: str, phase: int, epoch: int) -> Watched:
        """Return what the network makes of the film now, with Grad-CAM at its last stage.

        Parameters
        ----------
        network
            In evaluation mode; its gradients are used and left empty.
        """
        device = next(network.parameters()).device
        batch = self._input.to(device).contiguous(memory_format=torch.channels_last)
        stage = network.stages[-1]
        with torch.no_grad():
            activations = trunk(network, stage)(batch)
            logits = network(batch)[0]
        chances = logits.softmax(dim=0) if activation == "softmax" else logits.sigmoid()
        label = max(
            (i for i, name in enumerate(self._classes) if name not in NEGATIVE),
            key=lambda i: float(chances[i]),
        )
        seen = explain.Seen(batch=batch, stage=stage, activations=activations)
        values, flaw = explain.heat(network, seen, method=explain.DEFAULT_METHOD, label=label)
        network.zero_grad(set_to_none=True)
        return Watched(
            phase=phase,
            epoch=epoch,
            label=self._classes[label],
            probability=float(chances[label]),
            heat=None if flaw else cv2.resize(values, self._side, interpolation=cv2.INTER_LINEAR),
            flaw=flaw,
        )
