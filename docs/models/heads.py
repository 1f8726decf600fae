"""Which labels a published model shows: those that it tells better than chance."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import safetensors.numpy

from cxrviewer.core import bundle as bundles
from cxrviewer.core.estimate import Estimate
from cxrviewer.core.manifest import Manifest

_CHANCE = 0.5
_HEAD = ("classifier.weight", "classifier.bias")


def beating_chance(test: dict[str, Any], among_ill: Mapping[str, Estimate]) -> tuple[str, ...]:
    """Return the labels whose AUROC on the test films surely lies above one half.

    Parameters
    ----------
    test
        Of a run's results; all labels of a softmax belong together and are kept.
    among_ill
        AUROC of findings among the films that show any, which has to lie above one half too.
    """
    if test["activation"] == "softmax":
        return tuple(test["classes"])
    return tuple(
        name
        for name, found in test["per_class"].items()
        if found["auroc"] is not None
        and found["auroc"]["low"] > _CHANCE
        and (name not in among_ill or among_ill[name].low > _CHANCE)
    )


def keep_labels(manifest: Manifest, folder: Path, kept: Sequence[str]) -> Manifest:
    """Cut all other labels out of a bundle's last layer, in its folder; returns its manifest."""
    rows = [place for place, label in enumerate(manifest.labels) if label.id in kept]
    if len(rows) == len(manifest.labels):
        return manifest
    file = folder / bundles.WEIGHTS
    state = safetensors.numpy.load_file(file)
    state |= {name: state[name][rows].copy() for name in _HEAD}
    safetensors.numpy.save_file(state, file, metadata={"format": "pt"})
    calibration = manifest.calibration
    if calibration and calibration.bias:
        bias = tuple(calibration.bias[row] for row in rows)
        calibration = replace(calibration, bias=bias)
    return replace(
        manifest,
        labels=tuple(manifest.labels[row] for row in rows),
        weights_sha256=bundles.sha256(file),
        calibration=calibration,
        points=tuple(point for point in manifest.points if point.label in kept),
        uncertain=tuple(band for band in manifest.uncertain if band.label in kept),
        reference_logits=(),
    )
