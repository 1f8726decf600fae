"""What is measured of a bundle's heat maps, each with its films, patients and interval."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import numpy as np
from honesty import Explained, Removal, enlarged, forgetful, likeness, share_inside, top, untied
from lungs import SIDE, lungs
from map_films import Boxed, Called

from cxrviewer.core.film import Array
from cxrviewer.core.metrics import wilson
from cxrviewer.core.resampling import Resampling, ratio
from cxrviewer.learning.networks.folding import folded
from cxrviewer.learning.networks.weights import load_network

Measured = dict[str, Any]

# Stages that forget besides the head.
FORGOTTEN = {"head": 0, "last 2": 2, "last 6": 6}
DIFFERS = 0.5
RANDOM_MAPS = 5
# That of the authors of the pointing game, 15 px of a film of 512 px here.
TOLERANCE = 15 / 512
_POINTS = 64


def randomisation(explained: Explained, films: Sequence[Called], *, seeds: int = 3) -> Measured:
    """Compare each map with those of networks that forgot, and with the next patient's map."""
    maps = [explained.map(film.greys, film.labels[0]) for film in films]
    owners = [film.owner for film in films]
    found: Measured = {}
    # Not the folded network: its convolutions have taken in what the batch norms learned.
    network = load_network(explained.bundle)
    for name, stages in FORGOTTEN.items():
        kept = np.zeros((seeds, len(films)))
        for seed in range(seeds):
            lost = folded(forgetful(network, stages, seed=seed))
            for place, film in enumerate(films):
                other = explained.map(film.greys, film.labels[0], network=lost)
                kept[seed, place] = likeness(maps[place], other)
        found[name] = mean_of(kept.mean(axis=0), owners)
    # Films come in random order; two of one patient in a row are left out.
    pairs = [
        (likeness(maps[one], maps[other]), owners[one])
        for one, other in pairwise(range(len(films)))
        if owners[one] != owners[other]
    ]
    values, of = zip(*pairs, strict=True)
    return {"networks": seeds, "kept": found, "between_films": mean_of(np.array(values), of)}


def flip(explained: Explained, films: Sequence[Called]) -> Measured:
    """Compare the map of the called finding with that of the next likely one and of no finding."""
    labels = explained.manifest.labels
    negative = [index for index, label in enumerate(labels) if label.negative]
    owners = [film.owner for film in films]
    alike: dict[str, list[float]] = {"next": [], "negative": []}
    for film in films:
        first, *others = film.labels
        own = explained.map(film.greys, first)
        chosen = {
            "next": [index for index in others if index not in negative],
            "negative": negative,
        }
        for name, among in chosen.items():
            other = explained.map(film.greys, among[0]) if among else None
            alike[name].append(np.nan if other is None else likeness(own, other))
    return {
        name: {
            "likeness": mean_of(np.array(values), owners),
            "differs": mean_of(
                np.where(np.isnan(values), np.nan, np.array(values) < DIFFERS), owners
            ),
        }
        for name, values in alike.items()
        if not np.isnan(values).all()
    }


def removal(
    explained: Explained,
    films: Sequence[Called],
    *,
    way: Removal | None = None,
    randoms: int = RANDOM_MAPS,
    kinds: Mapping[str, Mapping[str, Any]] | None = None,
) -> Measured:
    """Compare insertion and deletion by maps with those by the map turned over and random maps.

    Parameters
    ----------
    randoms
        Random coarse maps of the map's grid a film, drawn as the map is.
    kinds
        Name -> how the map is made, see `Explained.map`; the program's own where omitted.

    Returns
    -------
    Under each kind's name `insertion` and `deletion`, and what the hidden and the whole film give.
    """
    way, kinds = way or Removal(), kinds or {"map": {}}
    areas, ends = [], []
    for place, film in enumerate(films):
        label = film.labels[0]
        made = [explained.map(film.greys, label, **kind) for kind in kinds.values()]
        generator = np.random.default_rng((9, place))
        grid = explained.map(film.greys, label).shape
        drawn = [generator.random(grid, dtype=np.float32) for _ in range(randoms)]
        orders = [untied(one, generator) for one in (*made, made[0][::-1, ::-1])] + drawn
        areas.append(
            np.stack(way.courses(explained, (film.greys, film.quiet), orders, label=label))
        )
        ends.append(explained.probabilities(_both(way, film))[:, label])
    owners = [film.owner for film in films]
    found: Measured = {"protocol": asdict(way), "random_maps": randoms}
    area = np.stack(areas)
    for index, name in enumerate(kinds):
        found[name] = _against(area, index, len(kinds), owners)
    for name, column in zip(("hidden", "whole"), np.array(ends).T, strict=True):
        found[name] = mean_of(column, owners)
    return found


def _against(area: Array, index: int, kinds: int, owners: Sequence[str]) -> Measured:
    """Return the areas of one kind of map, and its gain over what it is compared with.

    Parameters
    ----------
    area
        (films, 2, orders): insertion and deletion; the kinds of map, the first turned, random ones.
    """
    by = {"map": area[..., index], "turned": area[..., kinds]}
    by["random"] = area[..., kinds + 1 :].mean(axis=-1)
    # At deletion less is better.
    gains = {f"over_{other}": (by["map"] - by[other]) * (1, -1) for other in ("random", "turned")}
    found: Measured = {
        course: {key: mean_of(values[:, at], owners) for key, values in (by | gains).items()}
        for at, course in enumerate(("insertion", "deletion"))
    }
    found["together"] = {key: mean_of(gain.sum(axis=1), owners) for key, gain in gains.items()}
    return found


def _both(way: Removal, film: Called) -> Array:
    return np.stack([way.hidden(film.greys, film.quiet), film.greys]).astype(np.float32)


def in_lungs(explained: Explained, films: Sequence[Called]) -> Measured:
    """Compare the share of the heat inside the lungs with the share of the film that they are."""
    rows, owners = [], []
    for film in films:
        found = lungs(film.greys)
        if found is None:
            continue
        heat = enlarged(explained.map(film.greys, film.labels[0]), (SIDE, SIDE))
        if heat.max() <= 0:
            continue
        owners.append(film.owner)
        rows.append([share(mask) for mask in (found.both, found.chest) for share in _shares(heat)])
    values = np.array(rows)
    keys = ("heat", "area", "chest_heat", "chest_area")
    found_of = {key: mean_of(values[:, column], owners) for column, key in enumerate(keys)}
    found_of["gain"] = mean_of(values[:, 0] - values[:, 1], owners)
    found_of["chest_gain"] = mean_of(values[:, 2] - values[:, 3], owners)
    return {"asked": len(films), **found_of}


def _shares(heat: Array) -> tuple[Any, Any]:
    return (lambda mask: share_inside(heat, mask)), (lambda mask: float(mask.mean()))


def pointing(explained: Explained, films: Sequence[Boxed]) -> Measured:
    """Count how often the hottest point lies in the box, and how much of the heat."""
    owners = [film.owner for film in films]
    maps = [explained.map(film.greys, film.label) for film in films]
    masks = [_mask(film) for film in films]
    centre = _centre_box(films)
    hits = np.array([_hit(film, top(heat)) for film, heat in zip(films, maps, strict=True)])
    drawn = np.array([heat.max() > 0 for heat in maps])
    hits &= drawn
    at_centre = np.array([_hit(film, (0.5, 0.5)) for film in films])
    by_chance = np.array([_hit_by_chance(film) for film in films])
    others = np.array([_of_others(maps, films, place) for place in range(len(films))])
    energy = np.array(
        [share_inside(enlarged(m, (SIDE, SIDE)), k) for m, k in zip(maps, masks, strict=True)]
    )
    in_centre = np.array([mask[centre].mean() for mask in masks])
    area = np.array([mask.mean() for mask in masks])
    learned = np.array([film.learned for film in films])
    return {
        "findings": {
            explained.manifest.labels[index].id: sum(film.label == index for film in films)
            for index in sorted({film.label for film in films})
        },
        "learned": int(learned.sum()),
        "empty": int((~drawn).sum()),
        "tolerance": TOLERANCE,
        "hits": _counted(hits),
        "hits_not_learned": _counted(hits[~learned]),
        "centre": _counted(at_centre),
        "random": mean_of(by_chance, owners),
        "another_film": mean_of(others, owners),
        "hits_over_random": mean_of(hits - by_chance, owners),
        "hits_over_centre": mean_of(hits.astype(float) - at_centre, owners),
        "energy": mean_of(energy, owners),
        "energy_centre_box": mean_of(in_centre, owners),
        "energy_random": mean_of(area, owners),
        "energy_over_area": mean_of(energy - area, owners),
        "energy_over_centre_box": mean_of(energy - in_centre, owners),
    }


def _counted(hits: Array) -> Measured:
    return asdict(wilson(int(hits.sum()), len(hits)))


def _hit(film: Boxed, point: tuple[float, float]) -> bool:
    down, across = point
    return any(
        upper - TOLERANCE <= down <= lower + TOLERANCE
        and left - TOLERANCE <= across <= right + TOLERANCE
        for upper, left, lower, right in film.boxes
    )


def _hit_by_chance(film: Boxed) -> float:
    """Return how often a point anywhere on the film would hit."""
    places = (np.arange(_POINTS) + 0.5) / _POINTS
    return float(np.mean([_hit(film, (down, across)) for down in places for across in places]))


def _of_others(maps: Sequence[Array], films: Sequence[Boxed], place: int) -> float:
    """Return how often the hottest point of other patients' maps would hit: habit, not sight."""
    film = films[place]
    return float(
        np.mean(
            [
                _hit(film, top(heat))
                for heat, other in zip(maps, films, strict=True)
                if other.owner != film.owner and other.label == film.label and heat.max() > 0
            ]
            or [np.nan]
        )
    )


def _mask(film: Boxed) -> Array:
    places = (np.arange(SIDE) + 0.5) / SIDE
    mask = np.zeros((SIDE, SIDE), dtype=bool)
    for upper, left, lower, right in film.boxes:
        rows, columns = (places >= upper) & (places <= lower), (places >= left) & (places <= right)
        mask |= rows[:, None] & columns[None]
    return mask


def _centre_box(films: Sequence[Boxed]) -> Array:
    """Return the box of mean height and width in the film's middle."""
    sizes = [(lower - upper, right - left) for f in films for upper, left, lower, right in f.boxes]
    height, width = np.mean(sizes, axis=0)
    places = np.abs((np.arange(SIDE) + 0.5) / SIDE - 0.5)
    return np.asarray((places <= height / 2)[:, None] & (places <= width / 2)[None])


def mean_of(values: Array, owners: Sequence[str]) -> Measured:
    """Return the mean of what was measured of films, its 95 % interval from drawing patients."""
    known = ~np.isnan(values)
    kept = np.where(known, values, 0.0)
    draws = Resampling.of(owners)
    found = draws.estimate(lambda w: ratio(w @ kept, w @ known), films=int(known.sum()))
    return {**asdict(found), "patients": draws.patients}
