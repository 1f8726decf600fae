"""Probabilities and Grad-CAM, warm, beside a bare forward and pytorch-grad-cam as it comes."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import torch
from measuring import milliseconds, ratio, record, side_by_side

from cxrviewer.core.bundle import find_bundle
from cxrviewer.core.film import Film
from cxrviewer.imaging.display import render
from cxrviewer.imaging.phantom import write_phantom
from cxrviewer.imaging.reader import read_film
from cxrviewer.learning import device
from cxrviewer.learning.classifier import Classifier
from cxrviewer.learning.networks.backbones import Network
from cxrviewer.learning.networks.weights import load_network

_SIDE = 224
_ALLOWED = 1.2


_NAMES = (
    "bare inference-mode forward",
    "probabilities and Grad-CAM, warm, 1 film",
    "pytorch-grad-cam as it comes (map only)",
    "forward, then pytorch-grad-cam as it comes",
    "bringing a film of 2048 x 2048 to the network's size",
)


def films() -> tuple[Film, Film]:
    """Return the phantom, whole and at the network's size."""
    with tempfile.TemporaryDirectory() as place:
        whole, small = Path(place) / "phantom.dcm", Path(place) / "phantom.png"
        write_phantom(whole)
        film = read_film(whole)
        cv2.imwrite(str(small), cv2.resize(render(film), (_SIDE, _SIDE)))
        return film, read_film(small)


def acts(classifier: Classifier, network: Network) -> tuple[Callable[[], Any], ...]:
    """Return what is timed, in the order of the names."""
    # Not above: torchvision, which it needs, is set up by the program's own import of it.
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    whole, film = films()
    batch = torch.from_numpy(classifier.preprocess.array(film)[None])
    for parameter in network.parameters():
        parameter.requires_grad_(True)
    as_it_comes = GradCAM(model=network, target_layers=[network.features[-1]])

    def bare() -> None:
        with torch.inference_mode():
            network(batch)

    def library() -> None:
        as_it_comes(input_tensor=batch, targets=[ClassifierOutputTarget(1)])

    def library_and_scores() -> None:
        bare()
        library()

    return (
        bare,
        lambda: classifier.analyse(film),
        library,
        library_and_scores,
        lambda: classifier.preprocess.array(whole),
    )


def main() -> None:
    device.use_threads(0)
    bundle = find_bundle()
    classifier = Classifier.load(bundle, device=device.cpu("benchmark"))
    times = side_by_side(acts(classifier, load_network(bundle)), rounds=60, warm=10)
    rows: list[dict[str, Any]] = [
        {
            "what": name,
            "ms": round(milliseconds(own), 2),
            "ratio to bare": round(ratio(own, times[0]), 2),
            "threads": torch.get_num_threads(),
        }
        for name, own in zip(_NAMES, times, strict=True)
    ]
    bound = {"must reach": _ALLOWED, "reached": ratio(times[1], times[0]) <= _ALLOWED}
    record("analysis", [*rows, bound])


if __name__ == "__main__":
    main()
