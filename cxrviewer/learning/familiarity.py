"""What the films a model learned from look like to its network, and how far another film is.

Two questions are asked of features at two depths: which of a few kinds a picture is (a linear
classifier), and how far it lies from the training films (Mahalanobis distance, and distance to the
nearest of some centroids of many films). Only such sums over many films are kept, no film's own.

References
----------
Lee et al. 2018 (Mahalanobis distance of features); Tipping and Bishop 1999 (covariance by leading
axes and an even rest); Sun et al. 2022 (nearest neighbours of normalised features).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import safetensors
import safetensors.numpy

from cxrviewer.core import paths
from cxrviewer.core.bundle import GATE, Bundle, sha256
from cxrviewer.core.errors import BundleError
from cxrviewer.core.film import Array
from cxrviewer.core.manifest import Gate
from cxrviewer.learning.networks.sampling import Depth
from cxrviewer.learning.verdict import PASS, Verdict, refusal, warning, worst

UPRIGHT, OLDER, YOUNGER, TURNED, UPSIDE_DOWN, INVERTED, OTHER = KINDS = (
    "upright",
    "older",
    "younger",
    "turned",
    "upside-down",
    "inverted",
    "other",
)
_REFUSED = {
    TURNED: "This does not look like an upright chest film; it seems turned by 90 degrees. Turn "
    "it upright and open it again.",
    UPSIDE_DOWN: "This does not look like an upright chest film; it seems upside down. Turn it "
    "upright and open it again.",
    INVERTED: "The greys of this film seem inverted: on a chest film the lungs are dark. Save it "
    "with dark lungs and open it again.",
    OTHER: "This does not look like a frontal chest film, and the model knows nothing else; open "
    "a frontal chest film.",
}
_FAR = (
    "To the network this picture looks like none of the films the model learned from; open a film "
    "of the kind it was made for."
)
_UNLIKE = (
    "This film looks unlike those the model learned from, so its answer may be wrong; read the "
    "film without it."
)
# Proper films of patients the model was not made for.
OTHER_AGES = {OLDER: "an older", YOUNGER: "a younger"}
_OTHER_AGE = "This looks like the film of {of} patient{trained}; read it without the model."
_TRAINED = " than the model was trained on ({low:g} to {high:g} years)"


@dataclass(frozen=True, kw_only=True, eq=False)
class Cloud:
    """The training films at one depth; d features.

    Attributes
    ----------
    mean, scale
        float32, (d,).
    axes, spread, rest
        Leading axes, (r, d), of the scaled features, their variances, (r,), and that of all
        other directions, (1,).
    centroids
        (k, d), of length 1, each of many films.
    unit
        Both distances that 99 % of held-out films keep below, (2,).
    """

    mean: Array
    scale: Array
    axes: Array
    spread: Array
    rest: Array
    centroids: Array
    unit: Array

    def distances(self, features: Array) -> Array:
        """Return Mahalanobis and nearest-centroid distance over their unit, (films, 2)."""
        scaled = (features - self.mean) / self.scale
        along = scaled @ self.axes.T
        beside = np.maximum((scaled**2).sum(axis=1) - (along**2).sum(axis=1), 0)
        mahalanobis = np.sqrt((along**2 / self.spread).sum(axis=1) + beside / self.rest)
        length = np.linalg.norm(features, axis=1, keepdims=True)
        alike = (features / np.maximum(length, 1e-12)) @ self.centroids.T
        nearest = np.sqrt(np.maximum(2 - 2 * alike.max(axis=1), 0))
        return np.stack([mahalanobis, nearest], axis=1) / self.unit


@dataclass(frozen=True, kw_only=True, eq=False)
class Familiarity:
    """A bundle's fitted gate.

    Attributes
    ----------
    kinds
        Some of `KINDS`, in the order of the classifier's rows.
    weights, bias
        (kinds, features) and (kinds,), on the scaled features of all depths.
    likely
        Least probability of being a chest film as it should lie.
    near, far
        Mean distances above which a film is warned about, and refused.
    """

    depths: tuple[Depth, ...]
    clouds: tuple[Cloud, ...]
    kinds: tuple[str, ...]
    weights: Array
    bias: Array
    likely: float
    near: float
    far: float

    def probabilities(self, features: Sequence[Array]) -> Array:
        """Return how probable each kind is, (films, kinds), for features of each depth."""
        scaled = [
            (found - cloud.mean) / cloud.scale
            for found, cloud in zip(features, self.clouds, strict=True)
        ]
        logits = np.concatenate(scaled, axis=1) @ self.weights.T + self.bias
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: Array = powers / powers.sum(axis=1, keepdims=True)
        return shares

    def distances(self, features: Sequence[Array]) -> Array:
        """Return how far each film lies from the training films, (films,), about 1 at most."""
        pairs = zip(features, self.clouds, strict=True)
        every = np.concatenate([cloud.distances(found) for found, cloud in pairs], axis=1)
        mean: Array = every.mean(axis=1)
        return mean

    def judge(
        self, features: Sequence[Array], gate: Gate, *, ages_known: Sequence[bool]
    ) -> tuple[Verdict, ...]:
        """Say of each film whether it looks like one for the model.

        Parameters
        ----------
        ages_known
            Films whose age the header tells; the guess from the picture stays out there.
        """
        shares, far = self.probabilities(features), self.distances(features)
        return tuple(
            self._verdict(share, float(distance), gate, age_known=known)
            for share, distance, known in zip(shares, far, ages_known, strict=True)
        )

    def _verdict(self, share: Array, distance: float, gate: Gate, *, age_known: bool) -> Verdict:
        by_kind = dict(zip(self.kinds, map(float, share), strict=True))
        own = by_kind[UPRIGHT]
        ages = {kind: by_kind[kind] for kind in OTHER_AGES if kind in by_kind}
        chest = own + sum(ages.values())
        found = [Verdict(measured={"own": own, "chest": chest, "distance": distance})]
        if chest < self.likely:
            kind = max(_REFUSED, key=lambda name: by_kind.get(name, 0.0))
            found.append(refusal(kind, _REFUSED[kind]))
        elif distance > self.far:
            found.append(refusal("far", _FAR))
        elif ages and max(ages.values()) > own and not age_known:
            kind = max(ages, key=lambda name: ages[name])
            sentence = _OTHER_AGE.format(of=OTHER_AGES[kind], trained=_ages(gate))
            found.append(warning(kind, sentence))
        elif distance > self.near:
            found.append(warning("unlike", _UNLIKE))
        else:
            found.append(PASS)
        return worst(found)

    def write(self, folder: Path) -> str:
        """Write the gate into a bundle's folder and return the SHA-256 of its file."""
        named = {
            f"{place}.{name}": value
            for place, cloud in enumerate(self.clouds)
            for name, value in vars(cloud).items()
        }
        named |= {"weights": self.weights, "bias": self.bias}
        # The format stores memory as it lies, whatever the strides.
        tensors = {
            name: np.ascontiguousarray(value, dtype=_stored(name)) for name, value in named.items()
        }
        words = {
            "kinds": self.kinds,
            "depths": [vars(depth) for depth in self.depths],
            "limits": [self.likely, self.near, self.far],
        }
        with paths.replacing(folder / GATE) as temporary:
            temporary.write_bytes(
                safetensors.numpy.save(tensors, metadata={"gate": json.dumps(words)})
            )
        return sha256(folder / GATE)

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read what `write` wrote; raises OSError, ValueError or KeyError if it is damaged."""
        with safetensors.safe_open(file, framework="numpy") as opened:
            words = json.loads(opened.metadata()["gate"])
        stored = safetensors.numpy.load_file(file)
        tensors = {name: value.astype(np.float32) for name, value in stored.items()}
        depths = tuple(Depth(**raw) for raw in words["depths"])
        fields = Cloud.__dataclass_fields__
        clouds = tuple(
            Cloud(**{name: tensors[f"{place}.{name}"] for name in fields})
            for place in range(len(depths))
        )
        likely, near, far = words["limits"]
        return cls(
            depths=depths,
            clouds=clouds,
            kinds=tuple(words["kinds"]),
            weights=tensors["weights"],
            bias=tensors["bias"],
            likely=likely,
            near=near,
            far=far,
        )


def familiarity_of(bundle: Bundle) -> Familiarity | None:
    """Return a bundle's fitted gate, None where it has none.

    Raises
    ------
    BundleError
        If the file is missing, damaged or not the one the bundle was published with.
    """
    wanted = bundle.manifest.gate.sha256
    if not wanted:
        return None
    file = bundle.folder / GATE
    try:
        if sha256(file) == wanted:
            return Familiarity.read(file)
    except (OSError, ValueError, KeyError, TypeError, safetensors.SafetensorError) as error:
        raise BundleError(_DAMAGED.format(name=bundle.manifest.id)) from error
    raise BundleError(_DAMAGED.format(name=bundle.manifest.id))


_DAMAGED = (
    "The gate of the model {name} is missing or not the one it was published with; install the "
    "model anew."
)


def _stored(name: str) -> type[np.floating]:
    return np.float16 if name.endswith(("axes", "centroids", "weights")) else np.float32


def _ages(gate: Gate) -> str:
    if gate.age_years is None:
        return ""
    low, high = gate.age_years
    return _TRAINED.format(low=low, high=high)
