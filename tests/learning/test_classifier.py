from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from cxrviewer.core.analysis import Status
from cxrviewer.core.bundle import Bundle, read_bundle, sha256, write_manifest
from cxrviewer.core.errors import BundleError
from cxrviewer.core.film import Film
from cxrviewer.core.manifest import InputRule, Label, Manifest
from cxrviewer.imaging.overlay import heat_in_film
from cxrviewer.learning.classifier import Classifier
from cxrviewer.learning.device import Device, cpu
from cxrviewer.learning.networks import weights
from cxrviewer.learning.networks.backbones import BACKBONES, Backbone, Base, Network
from cxrviewer.learning.networks.heads import Head
from tests.learning.conftest import MakeFilm

CPU = cpu("for the tests")


@pytest.fixture
def classifier(tiny_bundle: Bundle) -> Classifier:
    return Classifier.load(tiny_bundle, device=CPU)


def test_a_film_gets_scores_a_call_and_a_heat_map(classifier: Classifier, noise_film: Film) -> None:
    analysis = classifier.analyse(noise_film)
    assert (analysis.model, analysis.version) == ("tiny-model", "1.0")
    assert (analysis.status, analysis.reason) == (Status.OK, "")
    assert [score.label for score in analysis.scores] == ["normal", "bacterial", "viral"]
    assert sum(score.probability for score in analysis.scores) == pytest.approx(1.0)
    assert analysis.call in {"normal", "bacterial", "viral"}
    assert analysis.calibrated
    assert analysis.device == "CPU (for the tests)"
    assert analysis.seconds > 0
    assert analysis.heat_map is not None
    assert analysis.heat_map.region == (0.0, 0.0, 80.0, 96.0)
    assert (analysis.heat_map.method, analysis.heat_map.layer) == ("gradcam", "last")


def test_the_heat_map_is_of_the_highest_finding_unless_one_is_named(
    classifier: Classifier, noise_film: Film
) -> None:
    analysis = classifier.analyse(noise_film)
    findings = sorted(analysis.scores[1:], key=lambda score: score.probability)
    assert analysis.heat_map is not None
    assert analysis.heat_map.label == findings[-1].label
    for label in ("normal", "bacterial", "viral"):
        named = classifier.analyse(noise_film, label=label)
        assert named.heat_map is not None
        assert named.heat_map.label == label
        assert named.scores == analysis.scores


def test_what_a_film_scores_does_not_depend_on_the_heat_map(
    classifier: Classifier, noise_film: Film
) -> None:
    plain = classifier.analyse(noise_film, method="")
    assert plain.heat_map is None
    for layer in ("", "block3", "stem"):
        looked = classifier.analyse(noise_film, layer=layer)
        expected = [score.probability for score in plain.scores]
        assert [s.probability for s in looked.scores] == pytest.approx(expected, abs=1e-5)


def test_many_films_at_once_score_as_one_by_one(classifier: Classifier, film_of: MakeFilm) -> None:
    random = np.random.default_rng(7)
    films = [film_of(random.integers(0, 256, (90, 70), dtype=np.uint8)) for _ in range(3)]
    logits = classifier.logits(np.stack([classifier.preprocess.array(film) for film in films]))
    assert logits.shape == (3, 3)
    assert logits.dtype == np.float64
    for film, row in zip(films, logits, strict=True):
        scores, calls = classifier.scores(row)
        analysis = classifier.analyse(film, method="")
        assert analysis.calls == calls
        for one, other in zip(scores, analysis.scores, strict=True):
            assert one.probability == pytest.approx(other.probability, abs=1e-5)


def test_logits_are_those_of_the_network_as_it_was_saved(
    classifier: Classifier, tiny_network: Network
) -> None:
    batch = np.random.default_rng(2).standard_normal((2, 3, 64, 64)).astype(np.float32)
    with torch.inference_mode():
        expected = tiny_network(torch.from_numpy(batch)).numpy()
    assert np.allclose(classifier.logits(batch), expected, atol=1e-4)


@pytest.mark.parametrize("method", ["gradcam++", "hirescam", "layercam", "eigencam"])
def test_every_method_can_be_asked_for_by_name(
    classifier: Classifier, noise_film: Film, method: str
) -> None:
    heat_map = classifier.analyse(noise_film, method=method, layer="block5").heat_map
    assert heat_map is not None
    assert (heat_map.method, heat_map.layer, heat_map.flaw) == (method, "block5", "")
    assert heat_map.values.shape == (8, 8)


def test_layers_go_by_name_or_by_number(classifier: Classifier, noise_film: Film) -> None:
    assert classifier.layers[0] == "stem"
    assert classifier.layers[-1] == "last"
    for layer, name in (("1", "stem"), ("7", "block5"), ("19", "last"), ("block5", "block5")):
        heat_map = classifier.analyse(noise_film, layer=layer).heat_map
        assert heat_map is not None
        assert heat_map.layer == name


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ({"label": "gout"}, "no label “gout”"),
        ({"layer": "attic"}, "no layer “attic”"),
        ({"layer": "0"}, "no layer “0”"),
        ({"layer": "20"}, "no layer “20”"),
        ({"method": "guess"}, "no heat map method “guess”"),
    ],
)
def test_what_the_model_does_not_have_is_one_sentence(
    classifier: Classifier, noise_film: Film, question: dict[str, str], says: str
) -> None:
    with pytest.raises(BundleError, match=says):
        classifier.analyse(noise_film, **question)


def test_a_refused_film_is_not_scored(classifier: Classifier, film_of: MakeFilm) -> None:
    analysis = classifier.analyse(film_of(np.zeros((99, 99), dtype=np.uint8)))
    assert analysis.status is Status.REFUSED
    assert analysis.reason
    assert (analysis.scores, analysis.call, analysis.heat_map) == ((), "", None)


def test_a_film_with_a_warning_is_scored(classifier: Classifier, film_of: MakeFilm) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (80, 80), dtype=np.uint8)
    film = film_of(pixels, file_format="DICOM", modality="DX", age_years=70.0)
    analysis = classifier.analyse(film)
    assert analysis.status is Status.WARN
    assert "70 years" in analysis.reason
    assert len(analysis.scores) == 3


def test_a_warmed_up_classifier_answers_the_same(classifier: Classifier, noise_film: Film) -> None:
    before = classifier.analyse(noise_film)
    classifier.warm_up()
    after = classifier.analyse(noise_film)
    assert before.scores == after.scores
    assert before.heat_map is not None
    assert after.heat_map is not None
    assert np.array_equal(before.heat_map.values, after.heat_map.values)


def test_a_device_that_fails_gives_way_to_the_processor(
    tiny_bundle: Bundle, classifier: Classifier, noise_film: Film
) -> None:
    # A device of torch on which nothing can be computed.
    stubborn = Classifier.load(tiny_bundle, device=Device(name="meta", description="broken"))
    analysis = stubborn.analyse(noise_film)
    assert analysis.scores == classifier.analyse(noise_film).scores
    assert analysis.device == stubborn.device.description == "CPU (the other device failed)"


def changed(bundle: Bundle, **tensors: Tensor) -> Bundle:
    """Change the weights of a bundle, and its hash with them."""
    state = safetensors.torch.load(bundle.weights.read_bytes())
    safetensors.torch.save_file({**state, **tensors}, bundle.weights)
    return replace(bundle, manifest=replace(bundle.manifest, weights_sha256=sha256(bundle.weights)))


def test_an_answer_that_is_no_number_is_one_sentence(tiny_bundle: Bundle, noise_film: Film) -> None:
    huge = changed(tiny_bundle, **{"features.18.1.weight": torch.full((1280,), 3e38)})
    huge = changed(huge, **{"classifier.weight": torch.full((3, 1280), 3e38)})
    classifier = Classifier.load(huge, device=CPU)
    with pytest.raises(BundleError, match="no number"):
        classifier.analyse(noise_film)
    with pytest.raises(BundleError, match="no number"):
        classifier.logits(classifier.preprocess.array(noise_film)[None])


def test_a_network_that_sees_the_same_everywhere_is_flagged(
    tiny_bundle: Bundle, noise_film: Film
) -> None:
    blind = changed(
        tiny_bundle,
        **{
            "features.18.1.weight": torch.zeros(1280),
            "features.18.1.bias": torch.ones(1280),
            "classifier.weight": torch.ones(3, 1280),
        },
    )
    heat_map = Classifier.load(blind, device=CPU).analyse(noise_film).heat_map
    assert heat_map is not None
    assert heat_map.flaw == "the map is the same all over the film"
    assert not heat_map.values.any()


def test_a_bundle_with_an_unknown_resize_rule_is_refused(tiny_bundle: Bundle) -> None:
    rule = replace(tiny_bundle.manifest.input, resize="fold")
    bundle = replace(tiny_bundle, manifest=replace(tiny_bundle.manifest, input=rule))
    with pytest.raises(BundleError, match="resizes films"):
        Classifier.load(bundle, device=CPU)


class Bright(nn.Module):
    """Say how far each 4 x 4 px cell of the input is above mid-grey, in two channels."""

    def forward(self, batch: Tensor) -> Tensor:
        cells = nn.functional.avg_pool2d(batch.mean(dim=1, keepdim=True), 4)
        return torch.cat((cells.clamp(min=0), (-cells).clamp(min=0)), dim=1)


def build_bright(backbone: Backbone) -> Network:
    network = backbone.build(Head(outputs=2))
    with torch.no_grad():
        network.classifier.weight.copy_(torch.tensor([[0.0, 1.0], [1.0, 0.0]]))
    return network


@pytest.fixture
def bright_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bundle]:
    """Return a bundle whose heat map for "bright" is known: where the film is bright."""
    backbone = Backbone(
        name="bright",
        title="Bright",
        base=lambda: Base(maker=Bright(), stages={"cells": Bright()}, width=2),
        mean=(0.5,) * 3,
        std=(0.5,) * 3,
    )
    monkeypatch.setitem(BACKBONES, "bright", backbone)
    folder = tmp_path / "bright"
    folder.mkdir()
    manifest = Manifest(
        id="bright",
        name="Bright",
        version="1",
        architecture="bright",
        activation="softmax",
        labels=(
            Label(id="dark", name="Dark", negative=True),
            Label(id="bright", name="Bright"),
        ),
        input=InputRule(height=64, width=64, mean=(0.5,) * 3, std=(0.5,) * 3),
        weights_sha256=weights.save(build_bright(backbone), folder / "weights.safetensors"),
        licence="Apache-2.0",
    )
    write_manifest(manifest, folder)
    yield read_bundle(folder)


@pytest.mark.parametrize("method", ["gradcam", "gradcam++", "hirescam", "layercam", "scorecam"])
@pytest.mark.parametrize("shape", [(64, 64), (960, 720), (500, 811), (2048, 2500)])
def test_the_heat_map_lies_where_the_network_looked(
    bright_bundle: Bundle, film_of: MakeFilm, shape: tuple[int, int], method: str
) -> None:
    rows, columns = shape
    # A square of 6 x 5 of the map's 16 x 16 cells, away from the middle.
    top, bottom = round(rows * 9 / 16), round(rows * 15 / 16)
    left, right = round(columns * 2 / 16), round(columns * 7 / 16)
    stored = np.zeros(shape, dtype=np.uint16)
    stored[top:bottom, left:right] = 65_535
    analysis = Classifier.load(bright_bundle, device=CPU).analyse(film_of(stored), method=method)
    assert analysis.heat_map is not None
    assert analysis.heat_map.flaw == ""
    looked = heat_in_film(analysis.heat_map, rows=rows, columns=columns) >= 0.5
    square = stored > 0
    assert (looked & square).sum() / (looked | square).sum() > 0.9
