"""The bundled model's heat maps depend on its weights and on the label they are of."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch

from cxrviewer.core.bundle import WEIGHTS, Bundle, read_bundle, sha256, write_manifest
from cxrviewer.core.film import Array, Film
from cxrviewer.core.manifest import Gate
from cxrviewer.core.paths import bundled_models_dir
from cxrviewer.imaging.reader import read_film
from cxrviewer.learning.classifier import Classifier
from cxrviewer.learning.networks.weights import load_network, save
from tests.learning import honesty


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return read_bundle(bundled_models_dir() / "pediatric-pneumonia")


@pytest.fixture(scope="module")
def classifier(bundle: Bundle) -> Classifier:
    return Classifier.load(bundle)


@pytest.fixture
def films(shared: Path) -> list[Film]:
    """Ill children, some of each kind."""
    files = sorted((shared / "data" / "kermany" / "train" / "PNEUMONIA").iterdir())
    return [read_film(file) for file in files[::160]]


def maps_of(classifier: Classifier, films: list[Film], label: str = "bacterial") -> list[Array]:
    answers = [classifier.analyse(film, label) for film in films]
    return [answer.heat_map.values for answer in answers if answer.heat_map]


def forgetful(bundle: Bundle, folder: Path, *, stages: int) -> Classifier:
    folder.mkdir()
    network = honesty.forgetful(load_network(bundle), stages, seed=1)
    save(network, folder / WEIGHTS)
    hashed = replace(bundle.manifest, weights_sha256=sha256(folder / WEIGHTS), gate=Gate())
    write_manifest(hashed, folder)
    return Classifier.load(read_bundle(folder))


def test_a_map_is_lost_with_the_weights_that_made_it(
    bundle: Bundle, classifier: Classifier, films: list[Film], tmp_path: Path
) -> None:
    maps = maps_of(classifier, films)
    between_films = np.mean([honesty.likeness(*pair) for pair in pairwise(maps)])
    for stages in (2, 6):
        lost = maps_of(forgetful(bundle, tmp_path / f"{stages}", stages=stages), films)
        kept = np.mean([honesty.likeness(*pair) for pair in zip(maps, lost, strict=True)])
        assert kept < max(between_films, 0.3)


def test_another_label_looks_elsewhere(classifier: Classifier, films: list[Film]) -> None:
    pairs = zip(maps_of(classifier, films), maps_of(classifier, films, "normal"), strict=True)
    assert np.mean([honesty.likeness(*pair) for pair in pairs]) < 0.3


def test_maps_are_alike_by_the_order_of_their_places() -> None:
    values = np.random.default_rng(1).random((7, 7))
    assert honesty.likeness(values, values**3) == pytest.approx(1)
    assert honesty.likeness(values, -values) == pytest.approx(-1)
    assert honesty.likeness(values, np.zeros((7, 7))) == 0


def test_only_the_last_stages_forget(bundle: Bundle) -> None:
    network = load_network(bundle)
    forgotten = honesty.forgetful(network, 1, seed=1)
    changed = {
        name.split(".")[0] + name.split(".")[1]
        for (name, one), other in zip(
            network.named_parameters(), forgotten.parameters(), strict=True
        )
        if not torch.equal(one, other)
    }
    assert changed == {f"features{len(network.features) - 1}", "classifierweight"}
