"""`cxrviewer predict` on 600 films, beside the bare network loop on decoded tensors.

Both run in turn in this one process, with the same threads and batches. The command's loop is
timed whole: starting its readers, loading the bundle, reading, the network and the rows; only
the start of Python and the import of torch are left out.
"""

import numpy as np
from measuring import milliseconds, ratio, record, shared, side_by_side

_FILMS = 600
_ALLOWED = 0.85


def main() -> None:
    # Not above: the readers that `predict` starts would import torch with this script.
    import torch

    from cxrviewer.cli.command_predict import rows_of
    from cxrviewer.core.bundle import find_bundle
    from cxrviewer.imaging.reader import read_film
    from cxrviewer.learning import batch as batches
    from cxrviewer.learning import device
    from cxrviewer.learning.classifier import Classifier
    from cxrviewer.learning.networks.weights import load_network

    films = sorted((shared() / "data/kermany/train").rglob("*.jpeg"))
    films = films[:: len(films) // _FILMS][:_FILMS]
    device.use_threads(0)
    bundle = find_bundle()
    classifier = Classifier.load(bundle, device=device.cpu("benchmark"))
    network = load_network(bundle)
    tensors = [classifier.preprocess.array(read_film(film)) for film in films]
    size = batches.BATCH

    def bare() -> None:
        with torch.inference_mode():
            for i in range(0, len(tensors), size):
                network(torch.from_numpy(np.stack(tensors[i : i + size])))

    times = side_by_side([bare, lambda: list(rows_of(films, bundle))], rounds=7, warm=1)
    share = 1 / ratio(times[1], times[0])
    record(
        "predict_throughput",
        [
            {
                "films": len(films),
                "bare loop films a second": round(len(films) / milliseconds(times[0]) * 1e3, 1),
                "predict films a second": round(len(films) / milliseconds(times[1]) * 1e3, 1),
                "throughput share": round(share, 3),
                "must reach": _ALLOWED,
                "reached": share >= _ALLOWED,
                "threads": torch.get_num_threads(),
                "batch": size,
            }
        ],
    )


if __name__ == "__main__":
    main()
