"""Films as another machine, another viewer or another time might have left them.

Each shift takes and returns 8-bit greys, (rows, columns), 0 black .. 255 white. They are made of
training films, so that what a way of training does to an unknown source can be seen beforehand.
"""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from cxrviewer.core import bundle as bundles
from cxrviewer.core.film import Array
from cxrviewer.core.manifest import Manifest
from cxrviewer.imaging.reader import read_film

Greys = NDArray[np.uint8]


def _rounded(greys: NDArray[np.floating]) -> Greys:
    return np.clip(np.rint(greys), 0, 255).astype(np.uint8)


def _resized(greys: Greys, rows: int, columns: int) -> Greys:
    shrinks = rows * columns < greys.size
    way = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(greys, (columns, rows), interpolation=way), np.uint8)


def _recompressed(greys: Greys) -> Greys:
    _, file = cv2.imencode(".jpg", greys, [cv2.IMWRITE_JPEG_QUALITY, 20])
    return np.asarray(cv2.imdecode(file, cv2.IMREAD_GRAYSCALE), np.uint8)


def _half_resolution(greys: Greys) -> Greys:
    rows, columns = greys.shape
    return _resized(_resized(greys, rows // 2, columns // 2), rows, columns)


def _gamma(power: float) -> Callable[[Greys], Greys]:
    return lambda greys: _rounded(255 * (greys / 255.0) ** power)


def _blurred(greys: Greys) -> Greys:
    return np.asarray(cv2.GaussianBlur(greys, (0, 0), 2.0), np.uint8)


def _sharpened(greys: Greys) -> Greys:
    return _rounded(2.0 * greys - cv2.GaussianBlur(greys.astype(np.float64), (0, 0), 2.0))


def _underexposed(greys: Greys) -> Greys:
    return _rounded((greys - greys.mean()) * 0.6 + greys.mean())


def _overexposed(greys: Greys) -> Greys:
    return _rounded(1.3 * greys)


def _noisy(greys: Greys) -> Greys:
    return _rounded(greys + np.random.default_rng(0).normal(0, 12, greys.shape))


def _cropped(down: float, across: float) -> Callable[[Greys], Greys]:
    def crop(greys: Greys) -> Greys:
        rows, columns = greys.shape
        top, left = int(rows * down), int(columns * across)
        return _resized(greys[top : rows - top, left : columns - left], rows, columns)

    return crop


def _bordered(greys: Greys) -> Greys:
    rows, columns = greys.shape
    inner = _resized(greys, rows * 6 // 7, columns * 6 // 7)
    down, across = rows - inner.shape[0], columns - inner.shape[1]
    around = (down // 2, down - down // 2, across // 2, across - across // 2)
    return np.asarray(cv2.copyMakeBorder(inner, *around, cv2.BORDER_CONSTANT, value=0), np.uint8)


AS_THEY_ARE = "as they are"
SHIFTS: dict[str, Callable[[Greys], Greys]] = {
    AS_THEY_ARE: lambda greys: greys,
    "JPEG, quality 20": _recompressed,
    "half the resolution": _half_resolution,
    "gamma 0.65": _gamma(0.65),
    "gamma 1.5": _gamma(1.5),
    "blur, 2 px": _blurred,
    "sharpened": _sharpened,
    "contrast x 0.6": _underexposed,
    "brightness x 1.3": _overexposed,
    "noise, SD 12": _noisy,
    "a tenth off each side": _cropped(0.1, 0.1),
    "an eighth off top and bottom": _cropped(0.125, 0.0),
    "black border": _bordered,
}


def measured(
    folder: Path, films: list[tuple[Path, str]], *, every: int = 1
) -> dict[str, dict[str, float]]:
    """Return what a bundle's answers are worth under each shift.

    Parameters
    ----------
    films
        Each with the ids of its labels, joined by `|`.
    every
        Only each so-manieth film is asked about changed; as they are, all of them.

    Returns
    -------
    Shift -> measure -> value; the measures of a softmax are those of normal against all else and
    the accuracy of its labels, those of a sigmoid are means over its labels.
    """
    from cxrviewer.learning.calibrate import Reading
    from cxrviewer.learning.classifier import Classifier

    classifier = Classifier.load(bundles.read_bundle(folder))
    manifest = classifier.manifest
    reading = Reading.of(manifest)
    names = [label.id for label in manifest.labels]
    found = {}
    for shift, change in SHIFTS.items():
        some = films if shift == AS_THEY_ARE else films[::every]
        arrays = (
            classifier.preprocess.array(read_film(film))[None] for film in changed(some, change)
        )
        logits = np.concatenate([classifier.logits(array) for array in arrays])
        likely = reading.probabilities(logits)
        called = reading.called(likely)
        shown = np.array([[name in labels.split("|") for name in names] for _, labels in some])
        measures = _of_one_label if manifest.activation == "softmax" else _of_several
        values = measures(likely, called, shown, names.index(_negative(manifest)))
        found[shift] = {"films": len(some), **values}
    return found


def _negative(manifest: Manifest) -> str:
    (negative,) = (label.id for label in manifest.labels if label.negative)
    return negative


def _of_one_label(likely: Array, called: Array, shown: Array, negative: int) -> dict[str, float]:
    ill, answer = ~shown[:, negative], called.argmax(axis=1)
    said = answer != negative
    return {
        "auroc": float(roc_auc_score(ill, 1 - likely[:, negative])),
        "accuracy": float(np.mean(said == ill)),
        "sensitivity": float(np.mean(said[ill])),
        "specificity": float(np.mean(~said[~ill])),
        "three": float(np.mean(answer == shown.argmax(axis=1))),
    }


def _of_several(likely: Array, called: Array, shown: Array, negative: int) -> dict[str, float]:
    hits = np.array([called[own, place].mean() for place, own in enumerate(shown.T)])
    spared = np.array([1 - called[~own, place].mean() for place, own in enumerate(shown.T)])
    return {
        "auroc": float(roc_auc_score(shown, likely, average="macro")),
        "accuracy": float(((hits + spared) / 2).mean()),
        "sensitivity": float(hits.mean()),
        "specificity": float(spared.mean()),
        "negative": float(roc_auc_score(shown[:, negative], likely[:, negative])),
    }


def changed(films: list[tuple[Path, str]], change: Callable[[Greys], Greys]) -> Iterator[Path]:
    """Write each film anew as a change leaves it, one at a time."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "film.png"
        for film, _ in films:
            cv2.imwrite(str(file), change(cv2.imread(str(film), cv2.IMREAD_GRAYSCALE)))
            yield file
