"""The engine child: the only process of the window's that holds torch."""

import time
from typing import Any

from cxrviewer.core.errors import ProcessError
from cxrviewer.processes.messages import Analyse, LoadModel, ModelReady
from cxrviewer.processes.serving import Handler


def start() -> Handler:
    """Import the network and return the handler."""
    from cxrviewer.core.bundle import find_bundle
    from cxrviewer.core.operating_points import TOGETHER
    from cxrviewer.learning import device
    from cxrviewer.learning.classifier import Classifier

    loaded: list[Classifier] = []

    def load(request: LoadModel) -> ModelReady:
        begun = time.perf_counter()
        device.use_threads(request.threads)
        classifier = Classifier.load(find_bundle(request.model))
        classifier.warm_up()
        loaded[:] = [classifier]
        manifest = classifier.manifest
        return ModelReady(
            model=manifest.id,
            name=manifest.name,
            version=manifest.version,
            device=classifier.device.description,
            layers=classifier.layers,
            labels=tuple((label.id, label.name) for label in manifest.labels),
            seconds=time.perf_counter() - begun,
            points=manifest.point_names,
            together=bool(manifest.points_of(TOGETHER)),
        )

    def handle(request: Any) -> Any:
        if isinstance(request, LoadModel):
            return load(request)
        if not isinstance(request, Analyse):
            raise TypeError(type(request).__name__)
        if not loaded:
            raise ProcessError("No model is loaded.")
        return loaded[0].analyse(
            request.film,
            label=request.label,
            layer=request.layer,
            method=request.method,
            anyway=request.anyway,
        )

    return handle
