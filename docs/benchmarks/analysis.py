"""Probabilities and Grad-CAM, warm, beside a bare forward and pytorch-grad-cam as it comes."""

import tempfile
from pathlib import Path

import cv2
import torch
from measuring import milliseconds, ratio, record, side_by_side

from cxrviewer.core.bundle import find_bundle
from cxrviewer.imaging.phantom import write_phantom
from cxrviewer.imaging.reader import read_film
from cxrviewer.learning import device, vision  # noqa: F401 - before pytorch_grad_cam
from cxrviewer.learning.classifier import Classifier
from cxrviewer.learning.weights import load_network

_SIDE = 224
_ALLOWED = 1.2


def main() -> None:
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    device.use_threads(0)
    bundle = find_bundle()
    classifier = Classifier.load(bundle, device=device.cpu("benchmark"))
    network = load_network(bundle)
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "phantom.png"
        whole = Path(place) / "phantom.dcm"
        write_phantom(whole)
        from cxrviewer.imaging.display import render

        cv2.imwrite(str(file), cv2.resize(render(read_film(whole)), (_SIDE, _SIDE)))
        film = read_film(file)
    batch = torch.from_numpy(classifier.preprocess.array(film)[None])
    as_it_comes = GradCAM(model=network, target_layers=[network.features[-1]])

    def bare() -> None:
        with torch.inference_mode():
            network(batch)

    def ours() -> None:
        classifier.analyse(film)

    def library() -> None:
        as_it_comes(input_tensor=batch, targets=[ClassifierOutputTarget(1)])

    def library_and_scores() -> None:
        bare()
        library()

    for parameter in network.parameters():
        parameter.requires_grad_(True)
    times = side_by_side([bare, ours, library, library_and_scores], rounds=60, warm=10)
    names = (
        "bare inference-mode forward",
        "cxrviewer: preprocessing, probabilities, Grad-CAM",
        "pytorch-grad-cam as it comes (map only)",
        "forward, then pytorch-grad-cam as it comes",
    )
    record(
        "analysis",
        [
            {
                "what": name,
                "ms": round(milliseconds(own), 2),
                "ratio to bare": round(ratio(own, times[0]), 2),
                "threads": torch.get_num_threads(),
            }
            for name, own in zip(names, times, strict=True)
        ]
        + [{"must reach": _ALLOWED, "reached": ratio(times[1], times[0]) <= _ALLOWED}],
    )


if __name__ == "__main__":
    main()
