"""What a model could use instead of the lungs, and how far it would come with that alone.

If the size of the file or the maker of the machine tells the classes apart, so will a network,
and its figures flatter it.
"""

import math
import warnings
import zlib
from collections.abc import Sequence

import numpy as np

from cxrviewer.core import metrics
from cxrviewer.core.film import Array, Film
from cxrviewer.learning.reporting.label_measures import enough

_MEASURED = ("file size", "pixels", "aspect", "mean grey", "spread of greys", "sharpness")
_FORMATS = ("DICOM", "PNG", "JPEG", "TIFF")
# Makers are spread over this many columns by a checksum: one film cannot know of the others'.
_MAKERS = 8
TRAITS = (
    *_MEASURED,
    *(f"format {name}" for name in _FORMATS),
    *(f"maker {number}" for number in range(1, _MAKERS + 1)),
)
WARN_ABOVE = 0.75
_RIDGE = 1e-6
_FOLDS = 5


def traits(film: Film, grey: Array) -> Array:
    """Return the traits of a film, float64, in the order of `TRAITS`.

    Parameters
    ----------
    grey
        The film at the input's size, (height, width), on any linear scale.
    """
    grey = grey.astype(np.float64)
    laplacian = grey[1:-1, 1:-1] * 4 - grey[:-2, 1:-1] - grey[2:, 1:-1]
    laplacian = laplacian - grey[1:-1, :-2] - grey[1:-1, 2:]
    maker = film.facts.manufacturer.strip().upper()
    column = zlib.crc32(maker.encode()) % _MAKERS if maker else -1
    return np.array(
        [
            np.log1p(film.path.stat().st_size),
            np.log(film.columns * film.rows),
            np.log(film.columns / film.rows),
            grey.mean(),
            grey.std(),
            np.log1p(laplacian.std()),
            *(film.facts.file_format == name for name in _FORMATS),
            *(column == number for number in range(_MAKERS)),
        ],
        dtype=np.float64,
    )


def baseline(
    values: Array, truth: Array, patients: Sequence[str], *, training: Array, test: Array
) -> tuple[float, ...]:
    """Return each label's AUROC on the test films from the traits alone.

    Fisher's linear discriminant of the label against the others, fitted on the training films;
    NaN where too few patients of the test show the label or lack it, as for any other measure.

    Parameters
    ----------
    values
        (films, traits).
    truth
        (films, labels): 1 shown, 0 not shown, NaN not known.
    training, test
        Film indices.
    """
    areas = _areas(values, truth, training=training, test=test)
    return _measurable(areas, truth[test], np.asarray(patients)[test])


def _areas(values: Array, truth: Array, *, training: Array, test: Array) -> list[float]:
    areas = []
    for label in truth.T:
        known = ~np.isnan(label)
        fitted, asked = training[known[training]], test[known[test]]
        own = label > 0
        if own[fitted].all() or not own[fitted].any():
            areas.append(float("nan"))
            continue
        scores = _discriminant(values[fitted], own[fitted], values[asked])
        areas.append(metrics.auroc(own[asked], scores))
    return areas


def _measurable(areas: Sequence[float], truth: Array, owners: Array) -> tuple[float, ...]:
    columns = zip(areas, truth.T, strict=True)
    return tuple(
        float(area) if enough(label == 1, label == 0, owners) else math.nan
        for area, label in columns
    )


def cross_validated(
    values: Array, truth: Array, patients: Sequence[str], *, seed: int = 1
) -> tuple[float, ...]:
    """Return each label's AUROC from the traits alone, the mean of five folds by patient.

    NaN where too few patients show the label or lack it.

    Parameters
    ----------
    values, truth
        As in `baseline`.
    """
    _, group = np.unique(np.asarray(patients), return_inverse=True)
    fold = np.random.default_rng(seed).permutation(group.max() + 1)[group] % _FOLDS
    areas = [
        _areas(
            values,
            truth,
            training=np.flatnonzero(fold != number),
            test=np.flatnonzero(fold == number),
        )
        for number in range(_FOLDS)
    ]
    with warnings.catch_warnings():
        # A label that no fold could measure is NaN, as it should be.
        warnings.simplefilter("ignore", RuntimeWarning)
        means = np.nanmean(np.array(areas), axis=0)
    return _measurable(means.tolist(), truth, np.asarray(patients))


def _discriminant(fitted: Array, own: Array, asked: Array) -> Array:
    """Return what Fisher's discriminant of `own` against the others makes of the films asked."""
    spread = fitted.std(axis=0)
    centre, scale = fitted.mean(axis=0), np.where(spread > 0, spread, 1)
    scaled = (fitted - centre) / scale
    inside, outside = scaled[own], scaled[~own]
    scatter = _scatter(inside) + _scatter(outside)
    # A trait that never varies within a class would make the matrix singular.
    scatter = scatter + _RIDGE * len(fitted) * np.eye(scatter.shape[0])
    direction = np.linalg.solve(scatter, inside.mean(axis=0) - outside.mean(axis=0))
    scores: Array = (asked - centre) / scale @ direction
    return scores


def _scatter(rows: Array) -> Array:
    centred = rows - rows.mean(axis=0)
    scatter: Array = centred.T @ centred
    return scatter
