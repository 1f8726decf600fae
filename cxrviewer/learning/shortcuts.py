"""What a model could use instead of the lungs, and how far it would come with that alone.

If the size of the file or the sharpness of the film tells the classes apart, so will a
network, and its figures flatter it.
"""

import numpy as np

from cxrviewer.core import metrics
from cxrviewer.core.film import Array, Film

TRAITS = ("file size", "mean grey", "spread of greys", "aspect", "sharpness")
WARN_ABOVE = 0.75
_RIDGE = 1e-6


def traits(film: Film, grey: Array) -> Array:
    """Return the traits of a film, float64, in the order of `TRAITS`.

    Parameters
    ----------
    grey
        The film at the input's size, (height, width), on any linear scale.
    """
    laplacian = grey[1:-1, 1:-1] * 4 - grey[:-2, 1:-1] - grey[2:, 1:-1]
    laplacian = laplacian - grey[1:-1, :-2] - grey[1:-1, 2:]
    return np.array(
        [
            np.log1p(film.path.stat().st_size),
            grey.mean(),
            grey.std(),
            np.log(film.columns / film.rows),
            np.log1p(laplacian.std()),
        ],
        dtype=np.float64,
    )


def baseline(values: Array, truth: Array, *, training: Array, test: Array) -> tuple[float, ...]:
    """Return each class's AUROC on the test films from the traits alone.

    Fisher's linear discriminant of the class against the others, fitted on the training films.

    Parameters
    ----------
    values
        (films, traits).
    truth
        Class indices, (films,).
    training, test
        Film indices.
    """
    known = values[training]
    spread = known.std(axis=0)
    scaled = (values - known.mean(axis=0)) / np.where(spread > 0, spread, 1)
    areas = []
    for index in range(int(truth.max()) + 1):
        own = truth == index
        inside, outside = scaled[training][own[training]], scaled[training][~own[training]]
        scatter = np.cov(inside - inside.mean(axis=0), rowvar=False) * len(inside)
        scatter = scatter + np.cov(outside - outside.mean(axis=0), rowvar=False) * len(outside)
        # A trait that never varies within a class would make the matrix singular.
        scatter = scatter + _RIDGE * len(known) * np.eye(scatter.shape[0])
        direction = np.linalg.solve(scatter, inside.mean(axis=0) - outside.mean(axis=0))
        areas.append(metrics.auroc(own[test], scaled[test] @ direction))
    return tuple(areas)
