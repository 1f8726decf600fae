"""Heat maps of the shipped models rest on what was learned, on the label, and on what is seen.

Each model is asked about films here that it did not learn from. What is measured on more of them
stands in `docs/models/*.maps.md`; here the limits are as wide as few films make them.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import map_measures
import numpy as np
import pytest
from honesty import Explained, Removal
from listings import LISTINGS
from map_films import Boxed, Called, boxed, called, listed

from cxrviewer.core.bundle import MANIFEST, read_bundle
from cxrviewer.core.paths import bundled_models_dir
from cxrviewer.imaging.reader import read_film
from tests.house_rules import ROOT

SHIPPED = sorted(
    file.parent
    for file in bundled_models_dir().glob(f"*/{MANIFEST}")
    if file.parent.name in LISTINGS
)
FILMS = 24
# A hair's breadth is no evidence.
LEAST = 0.02

pytestmark = pytest.mark.shared


@dataclass(frozen=True, kw_only=True)
class Asked:
    explained: Explained
    films: list[Called]
    boxes: list[Boxed]


@pytest.fixture(scope="module", params=SHIPPED, ids=lambda folder: folder.name)
def asked(request: pytest.FixtureRequest, shared: Path) -> Asked:
    explained = Explained(read_bundle(request.param))
    films, _ = called(explained, listed(explained.manifest.id, shared), most=FILMS)
    return Asked(explained=explained, films=films, boxes=boxed(explained, shared))


def test_the_map_measured_is_the_one_the_program_draws(asked: Asked, shared: Path) -> None:
    explained = asked.explained
    film = read_film(listed(explained.manifest.id, shared)[0][0])
    index, label = next((i, x) for i, x in enumerate(explained.manifest.labels) if not x.negative)
    drawn = explained.classifier.analyse(film, label.id, anyway=True).heat_map
    assert drawn
    made = explained.map(explained.preprocess.greys(film), index)
    assert np.allclose(made, drawn.values, atol=1e-5)


def test_a_map_is_lost_with_the_weights_that_made_it(asked: Asked) -> None:
    found = map_measures.randomisation(asked.explained, asked.films, seeds=1)
    for kept in found["kept"].values():
        assert kept["value"] < max(found["between_films"]["value"], 0.3)


def test_another_label_has_another_map(asked: Asked) -> None:
    found = map_measures.flip(asked.explained, asked.films)
    assert found["negative"]["likeness"]["value"] < 0.3
    assert found["next"]["likeness"]["value"] < 0.9


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_places_of_a_map_count_more_than_others_where_the_card_says_so(asked: Asked) -> None:
    told = _recorded(asked).get("removal", {"map": {"together": {}}})["map"]["together"]
    sure = [other for other, gain in told.items() if gain["low"] > LEAST]
    if not sure:
        pytest.skip("the card does not say so")
    found = map_measures.removal(asked.explained, asked.films, way=Removal(steps=8), randoms=3)
    for other in sure:
        assert found["map"]["together"][other]["value"] > LEAST


def test_heat_gathers_over_the_lungs_where_the_card_says_so(asked: Asked) -> None:
    told = _recorded(asked)
    if not told or told["lungs"]["gain"]["low"] <= 0:
        pytest.skip("the card does not say so")
    assert map_measures.in_lungs(asked.explained, asked.films)["gain"]["value"] > 0


def test_the_boxes_are_met_as_often_as_the_card_says(asked: Asked) -> None:
    told = _recorded(asked).get("pointing")
    if not told:
        pytest.skip("no label of this model was boxed")
    found = map_measures.pointing(asked.explained, asked.boxes)
    films = told["hits"]["n"]
    assert found["hits"]["n"] == films
    # Another processor may round a hottest point across an edge.
    assert found["hits"]["value"] == pytest.approx(told["hits"]["value"], abs=1.5 / films)
    assert found["energy"]["value"] == pytest.approx(told["energy"]["value"], abs=0.01)


def _recorded(asked: Asked) -> dict[str, Any]:
    """Return what the card tells, empty where it was not measured for these weights."""
    manifest = asked.explained.manifest
    file = ROOT / "docs" / "models" / f"{manifest.id}.maps.json"
    values: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return values if values.get("weights_sha256") == manifest.weights_sha256 else {}
