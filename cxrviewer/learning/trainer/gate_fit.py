"""Fit a bundle's gate: what the films it is made for look like to its own network.

The clouds and the classifier are fitted on three quarters of the patients; the units of the
distances and all limits are quantiles of films of the others.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import torch
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression

from cxrviewer.core.film import Array
from cxrviewer.core.manifest import InputRule
from cxrviewer.learning.familiarity import KINDS, OTHER_AGES, UPRIGHT, Cloud, Familiarity
from cxrviewer.learning.networks.folding import folded
from cxrviewer.learning.networks.network import Network
from cxrviewer.learning.networks.sampling import Depth, sampled
from cxrviewer.learning.preprocess import Preprocess, unit
from cxrviewer.learning.trainer.gate_views import elsewhere, wrong

_FITTED = 0.75
_AXES = 24
_CENTROIDS = 24
_LEAST_FILMS = 10
_GRID = 3
# Px of the input to one place of the middle stage: halfway down, and as ImageNet left it where
# only the last blocks were trained.
_MIDDLE = 16
_BATCH = 32
_SEED = 1
_WRONG_VIEWS = 2
_KEPT = 0.99
_REGULARISATION = 3e-4
# So much farther than where warnings begin a film is refused.
_FAR = 1.25


@dataclass(frozen=True, kw_only=True, eq=False)
class _Seen:
    """Features of pictures at each depth, (pictures, d), and the film each was made of."""

    features: tuple[Array, ...]
    films: Array


def fit(
    network: Network,
    rule: InputRule,
    films: Array,
    patients: Sequence[str],
    *,
    ages: Mapping[str, Array] | None = None,
) -> Familiarity:
    """Fit a gate to a network and the films it is made for.

    Parameters
    ----------
    films
        uint16, (films, height, width), as `Preprocess.levels` gives them.
    patients
        Of each film.
    ages
        One of `OTHER_AGES` -> chest films of such patients, as `films`.
    """
    sampler = _Sampler.of(network, rule)
    own = _of_some(patients, _SEED)
    fitted, held = films[own], films[~own]
    mild = sampler.seen(_proper(fitted, _SEED, (0.0, 1.0)))
    others = sampler.seen(_proper(held, _SEED + 1, (0.0, 1.0, 1.0)))
    clouds = tuple(
        _cloud(seen, mild.films, other)
        for seen, other in zip(mild.features, others.features, strict=True)
    )
    taught = [(UPRIGHT, mild), (UPRIGHT, sampler.seen(_proper(fitted, _SEED + 2, (2.0,))))]
    taught += sampler.wrong_kinds(fitted, _SEED + 3)
    for kind, of_age in (ages or {}).items():
        taught.append((kind, sampler.seen(_proper(of_age, _SEED + 4, (0.0, 1.0, 2.0)))))
        taught += sampler.wrong_kinds(of_age, _SEED + 5)
    kinds, weights, bias = _classifier(taught, clouds)
    gate = Familiarity(
        depths=sampler.depths,
        clouds=clouds,
        kinds=kinds,
        weights=weights,
        bias=bias,
        likely=0.0,
        near=0.0,
        far=0.0,
    )
    return _limited(gate, sampler.seen(_proper(held, _SEED + 6, (2.0, 2.0))))


def _of_some(patients: Sequence[str], seed: int) -> Array:
    """Return which films belong to the patients that are fitted on, bool, (films,)."""
    names = sorted(set(patients))
    order = np.random.default_rng(seed).permutation(len(names))
    chosen = {names[place] for place in order[: round(_FITTED * len(names))]}
    return np.array([patient in chosen for patient in patients])


def _proper(films: Array, seed: int, strengths: Sequence[float]) -> Iterator[tuple[int, Array]]:
    """Yield films as other machines would give them, once a strength; 0 leaves them as they are."""
    for place, levels in enumerate(films):
        random = np.random.default_rng((seed, place))
        for strength in strengths:
            grey = unit(levels)
            yield place, elsewhere(grey, random, strength=strength) if strength else grey


@dataclass(frozen=True, kw_only=True, eq=False)
class _Sampler:
    """Runs pictures through a network and keeps their features."""

    network: Network
    preprocess: Preprocess
    depths: tuple[Depth, ...]

    @classmethod
    def of(cls, network: Network, rule: InputRule) -> "_Sampler":
        inference = folded(network)
        depths = (
            Depth(stage=_middle(inference, rule), grid=_GRID),
            Depth(stage=inference.stages[-1], grid=1),
        )
        return cls(network=inference, preprocess=Preprocess(rule), depths=depths)

    def seen(self, pictures: Iterable[tuple[int, Array]]) -> _Seen:
        """Return the features of pictures, each with the number of its film."""
        waiting = iter(pictures)
        rows: list[list[Array]] = []
        films: list[int] = []
        while batch := list(islice(waiting, _BATCH)):
            films += [place for place, _ in batch]
            inputs = self.preprocess.scaled(np.stack([grey for _, grey in batch]))
            placed = torch.from_numpy(inputs).contiguous(memory_format=torch.channels_last)
            with torch.inference_mode(), sampled(self.network, self.depths) as found:
                self.network(placed.to(next(self.network.parameters()).device))
            rows.append(found)
        columns = tuple(np.concatenate(column) for column in zip(*rows, strict=True))
        return _Seen(features=columns, films=np.array(films))

    def wrong_kinds(self, films: Array, seed: int) -> list[tuple[str, _Seen]]:
        """Return pictures that are no proper films, by kind."""
        kinds: list[str] = []

        def made() -> Iterator[tuple[int, Array]]:
            for place, levels in enumerate(films):
                random = np.random.default_rng((seed, place))
                for view in range(_WRONG_VIEWS):
                    which = _WRONG_VIEWS * place + view
                    picture, kind = wrong(unit(levels), random, which)
                    kinds.append(kind)
                    yield place, picture

        seen = self.seen(made())
        chosen = {kind: np.array([name == kind for name in kinds]) for kind in set(kinds)}
        return [
            (kind, _Seen(features=tuple(f[rows] for f in seen.features), films=seen.films[rows]))
            for kind, rows in sorted(chosen.items())
        ]


def _middle(network: Network, rule: InputRule) -> str:
    """Return the last stage whose places are `_MIDDLE` px of the input apart."""
    sides: dict[str, int] = {}
    batch = torch.zeros(1, 3, rule.height, rule.width, device=next(network.parameters()).device)
    with torch.inference_mode():
        for name, stage in zip(network.stages, network.features, strict=True):
            batch = stage(batch)
            sides[name] = batch.shape[2]
    fitting = [name for name, side in sides.items() if side >= rule.height // _MIDDLE]
    return fitting[-1]


def _cloud(seen: Array, films: Array, held: Array) -> Cloud:
    """Describe features by sums over many films; `held` are features of other patients."""
    mean = seen.mean(axis=0)
    scale = seen.std(axis=0) + 1e-3 * seen.std()
    scaled = (seen - mean) / scale
    _, lengths, axes = np.linalg.svd(scaled, full_matrices=False)
    count = min(_AXES, len(axes) - 1)
    spread = lengths[:count] ** 2 / len(scaled)
    left = (lengths[count:] ** 2).sum() / len(scaled)
    cloud = Cloud(
        mean=mean,
        scale=scale,
        axes=axes[:count].astype(np.float16).astype(np.float32),
        spread=spread,
        rest=np.array([left / (scaled.shape[1] - count)], dtype=np.float32),
        centroids=_centroids(seen, films),
        unit=np.ones(2, dtype=np.float32),
    )
    units = np.quantile(cloud.distances(held), _KEPT, axis=0).astype(np.float32)
    return replace(cloud, unit=units)


def _centroids(seen: Array, films: Array) -> Array:
    """Return middles of groups of at least `_LEAST_FILMS` films, of length 1."""
    turned = seen / np.linalg.norm(seen, axis=1, keepdims=True)
    wanted = max(1, min(_CENTROIDS, len(set(films)) // (2 * _LEAST_FILMS)))
    found = KMeans(wanted, n_init=1, random_state=0).fit(turned)
    sizes = [len(set(films[found.labels_ == group])) for group in range(wanted)]
    large = np.array(sizes) >= min(_LEAST_FILMS, max(sizes))
    centres = found.cluster_centers_[large]
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    kept: Array = centres.astype(np.float16).astype(np.float32)
    return kept


def _classifier(
    taught: Sequence[tuple[str, _Seen]], clouds: Sequence[Cloud]
) -> tuple[tuple[str, ...], Array, Array]:
    """Fit the kinds; each counts as much as the others, however many pictures it has."""
    names = [name for name, seen in taught for _ in seen.films]
    kinds = tuple(kind for kind in KINDS if kind in names)
    columns = [
        (np.concatenate([seen.features[place] for _, seen in taught]) - cloud.mean) / cloud.scale
        for place, cloud in enumerate(clouds)
    ]
    fitted = LogisticRegression(C=_REGULARISATION, max_iter=300, class_weight="balanced").fit(
        np.concatenate(columns, axis=1), [kinds.index(name) for name in names]
    )
    weights = fitted.coef_.astype(np.float16).astype(np.float32)
    return kinds, weights, fitted.intercept_.astype(np.float32)


def _limited(gate: Familiarity, held: _Seen) -> Familiarity:
    """Set the limits so that nearly all hard views of other patients' films pass."""
    shares = gate.probabilities(held.features)
    proper = [place for place, kind in enumerate(gate.kinds) if kind in (UPRIGHT, *OTHER_AGES)]
    chest = shares[:, proper].sum(axis=1)
    near = float(np.quantile(gate.distances(held.features), _KEPT))
    likely = min(0.5, float(np.quantile(chest, 1 - _KEPT)))
    return replace(gate, likely=likely, near=near, far=_FAR * near)
