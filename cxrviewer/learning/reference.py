"""The network's answer to the demonstration phantom, to compare machines by."""

import tempfile
from pathlib import Path

import torch

from cxrviewer.core.manifest import InputRule
from cxrviewer.imaging import phantom, reader
from cxrviewer.learning.networks.backbones import Network
from cxrviewer.learning.preprocess import Preprocess


def phantom_logits(network: Network, rule: InputRule) -> tuple[float, ...]:
    """Return the network's logits of the phantom as `write_phantom` writes it by default."""
    with tempfile.TemporaryDirectory(prefix="cxrviewer-") as folder:
        file = Path(folder) / "phantom.dcm"
        phantom.write_phantom(file)
        # Read in this process: the file is the program's own.
        film = reader.read_film(file)
    batch = torch.from_numpy(Preprocess(rule).array(film)[None])
    with torch.no_grad():
        logits = network(batch.to(next(network.parameters()).device))[0]
    return tuple(float(value) for value in logits.cpu())
