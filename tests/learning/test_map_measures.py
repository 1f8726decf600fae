"""What heat maps are measured by says of made-up ones what is so."""

from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from honesty import Explained, Removal, centred, enlarged, forgetful, likeness, share_inside, top
from map_films import Boxed, Called
from map_measures import mean_of, pointing, removal

from cxrviewer.core.bundle import Bundle, read_bundle, write_manifest
from cxrviewer.core.film import Array
from cxrviewer.learning.networks.weights import load_network

SIDE, GRID = 48, 6
PLACE = (slice(0, 16), slice(32, 48))


@dataclass
class Corner:
    """A model that finds something by how bright one corner is; its maps are as given."""

    heat: Array
    manifest = SimpleNamespace(labels=(SimpleNamespace(id="none"), SimpleNamespace(id="corner")))

    def probabilities(self, greys: Array) -> Array:
        bright = greys[:, *PLACE].mean(axis=(1, 2))
        return np.stack([1 - bright, bright], axis=1)

    def map(self, greys: Array, label: int) -> Array:
        return self.heat


def hot(row: int, column: int) -> Array:
    values = np.zeros((GRID, GRID), np.float32)
    values[row : row + 2, column : column + 2] = 1
    return values


def film(owner: str) -> Called:
    ill = np.zeros((SIDE, SIDE), np.float32)
    ill[PLACE] = 1
    return Called(owner=owner, greys=ill, labels=(1, 0), quiet=np.zeros_like(ill))


FILMS = [film(str(number)) for number in range(40)]


def test_the_map_of_the_place_that_counts_beats_chance() -> None:
    found = removal(Corner(hot(0, 4)), FILMS)
    assert found["hidden"]["value"] == pytest.approx(0, abs=1e-6)
    assert found["whole"]["value"] == pytest.approx(1, abs=1e-6)
    for course in ("insertion", "deletion"):
        for other in ("over_random", "over_turned"):
            assert found["map"][course][other]["low"] > 0.1
    assert found["map"]["together"]["over_random"]["low"] > 0.3


def test_the_map_of_another_place_is_worse_than_chance() -> None:
    found = removal(Corner(hot(4, 0)), FILMS)
    assert found["map"]["together"]["over_random"]["high"] < 0
    assert found["map"]["together"]["over_turned"]["high"] < -0.2


def test_a_flat_map_is_a_random_one() -> None:
    gain = removal(Corner(np.zeros((GRID, GRID), np.float32)), FILMS)["map"]["together"]
    assert abs(gain["over_random"]["value"]) < 0.15


@pytest.mark.parametrize("hides", ["film", "blur", "grey"])
def test_what_hides_takes_the_whole_film(hides: str) -> None:
    one = FILMS[0]
    hidden = Removal(hides=hides, blur=0.5).hidden(one.greys, one.quiet)
    assert hidden.shape == one.greys.shape
    assert hidden[PLACE].max() < 0.7


def box(owner: str, *edges: float, learned: bool = False) -> Boxed:
    greys = np.zeros((SIDE, SIDE), np.float32)
    (upper, left, lower, right) = edges
    boxes = ((upper, left, lower, right),)
    return Boxed(owner=owner, greys=greys, label=1, boxes=boxes, learned=learned)


def test_a_point_in_the_box_hits_and_one_elsewhere_does_not() -> None:
    boxes = [box("1", 0, 0.66, 0.34, 1), box("2", 0, 0.66, 0.34, 1, learned=True)]
    inside, outside = (pointing(Corner(heat), boxes) for heat in (hot(0, 4), hot(4, 0)))
    assert (inside["hits"]["value"], outside["hits"]["value"]) == (1, 0)
    assert inside["hits"]["n"] == 2
    assert inside["hits_not_learned"]["n"] == 1
    assert inside["energy"]["value"] > 0.8 > 0.1 > outside["energy"]["value"]
    assert inside["energy_random"]["value"] == pytest.approx(0.34**2, abs=0.02)
    # With the tolerance on the two sides that are not the film's.
    assert inside["random"]["value"] == pytest.approx((0.34 + 15 / 512) ** 2, abs=0.02)
    assert inside["centre"]["value"] == 0


def test_an_empty_map_hits_nothing() -> None:
    found = pointing(Corner(np.zeros((GRID, GRID), np.float32)), [box("1", 0, 0, 1, 1)])
    assert (found["hits"]["value"], found["empty"]) == (0, 1)


def test_maps_are_alike_by_the_order_of_their_places() -> None:
    values = np.random.default_rng(1).random((7, 7))
    assert likeness(values, values**3) == pytest.approx(1)
    assert likeness(values, -values) == pytest.approx(-1)
    assert likeness(values, np.zeros((7, 7))) == 0


def test_places_of_no_heat_have_no_order() -> None:
    one, other = hot(0, 0), hot(4, 4)
    assert likeness(one, other) == pytest.approx(-4 / 32)


def test_the_share_inside_a_mask_is_that_of_the_heat() -> None:
    values = np.array([[1.0, 3.0], [0.0, -2.0]])
    assert share_inside(values, np.array([[False, True], [True, True]])) == 0.75
    assert share_inside(np.zeros((2, 2)), np.ones((2, 2), bool)) == 0


def test_the_hottest_point_is_told_as_a_share_of_the_film() -> None:
    down, across = top(hot(0, 4))
    assert down < 1 / 3 < 2 / 3 < across
    assert enlarged(hot(0, 4), (60, 30)).shape == (60, 30)


def test_a_patient_with_many_films_counts_as_one_that_is_drawn() -> None:
    values = np.array([1.0, 1.0, 1.0, 0.0, np.nan])
    found = mean_of(values, ["1", "1", "1", "2", "3"])
    assert found["value"] == 0.75
    assert (found["n"], found["patients"]) == (4, 3)
    assert (found["low"], found["high"]) == (0, 1)


def test_only_the_last_stages_forget(tiny_bundle: Bundle) -> None:
    network = load_network(tiny_bundle)
    forgotten = forgetful(network, 1, seed=1)
    changed = {
        name.split(".")[0] + name.split(".")[1]
        for (name, one), other in zip(
            network.named_parameters(), forgotten.parameters(), strict=True
        )
        if not torch.equal(one, other)
    }
    assert changed == {f"features{len(network.features) - 1}", "classifierweight"}


def test_logits_less_their_mean_give_the_same_probabilities(tiny_bundle: Bundle) -> None:
    network = load_network(tiny_bundle)
    pictures = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        before, after = (net(pictures) for net in (network, centred(network)))
    assert torch.allclose(before.softmax(dim=1), after.softmax(dim=1), atol=1e-5)
    assert torch.allclose(after.sum(dim=1), torch.zeros(2), atol=1e-4)


@pytest.mark.parametrize(("threshold", "called"), [(0.0, True), (1.0, False)])
def test_labels_are_ranked_where_a_finding_is_called(
    tiny_bundle: Bundle, threshold: float, called: bool
) -> None:
    point = replace(tiny_bundle.manifest.points[0], threshold=threshold)
    write_manifest(replace(tiny_bundle.manifest, points=(point,)), tiny_bundle.folder)
    explained = Explained(read_bundle(tiny_bundle.folder))
    greys = np.random.default_rng(4).random((1, 64, 64), dtype=np.float32)
    (labels,) = explained.ranked(greys)
    if not called:
        assert labels == []
        return
    (shares,) = explained.probabilities(greys)
    assert labels[0] == 1 + int(np.argmax(shares[1:]))
    assert sorted(labels) == [0, 1, 2]
