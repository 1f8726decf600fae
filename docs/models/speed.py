"""How long a bundle takes for one film on two cores, with and without its heat map."""

import os
import platform
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from tables import table

from cxrviewer.core.bundle import Bundle
from cxrviewer.imaging import phantom
from cxrviewer.imaging.reader import read_film

_REPEATS, _THREADS = 7, 2


def measured(bundle: Bundle) -> dict[str, Any]:
    """Return medians in seconds, warm; the film is the program's own phantom."""
    from cxrviewer.learning import device
    from cxrviewer.learning.classifier import Classifier

    device.use_threads(_THREADS)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "phantom.dcm"
        phantom.write_phantom(file)
        film = read_film(file)
        begun = perf_counter()
        classifier = Classifier.load(bundle)
        loaded = perf_counter() - begun
        label = bundle.manifest.labels[-1].id
        array = classifier.preprocess.array(film)[None]
        seconds = {
            "loading": loaded,
            "network alone": _median(lambda: classifier.logits(array)),
            "film to probabilities and heat map": _median(lambda: classifier.analyse(film, label)),
        }
        return {
            "seconds": seconds,
            "film": f"{film.columns} x {film.rows} px",
            "machine": platform.machine(),
            "cores": os.cpu_count(),
        }


def words(found: dict[str, Any]) -> str:
    """Return the times as a table."""
    rows = [(name, f"{1000 * value:.0f}") for name, value in found["seconds"].items()]
    return table(("step", "ms"), rows)


def _median(act: Callable[[], object]) -> float:
    act()
    times = []
    for _ in range(_REPEATS):
        begun = perf_counter()
        act()
        times.append(perf_counter() - begun)
    return median(times)
