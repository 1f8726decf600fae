"""The fitted gate: pictures of other kinds and from far away are kept from the model."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from cxrviewer.core.analysis import Status
from cxrviewer.core.bundle import GATE, Bundle, read_bundle, write_manifest
from cxrviewer.core.errors import BundleError
from cxrviewer.core.film import Array, Film
from cxrviewer.core.logs import film_alias
from cxrviewer.core.manifest import Gate
from cxrviewer.learning import batch
from cxrviewer.learning.classifier import Classifier
from cxrviewer.learning.device import cpu
from cxrviewer.learning.familiarity import Cloud, Familiarity, familiarity_of
from cxrviewer.learning.networks.backbones import Network
from cxrviewer.learning.networks.sampling import Depth
from cxrviewer.learning.preprocess import Preprocess
from cxrviewer.learning.read_ahead import ReadAhead
from cxrviewer.learning.trainer import gate_fit, gate_views
from tests.learning import drawn_films
from tests.learning.conftest import MakeFilm
from tests.learning.drawn_films import write

SIDE = 64
FILMS = 64
MANY = np.random.default_rng(8)
NOISE = MANY.integers(0, 256, (96, 96), dtype=np.uint8)
LINES = np.where(MANY.random((8, 8)) < 0.5, 0, 255).astype(np.uint8).repeat(16, 0).repeat(16, 1)


def drawn(seed: int, *, side: int = SIDE) -> Array:
    """Draw a film whose top is dark and whose foot is bright, so that it can be upside down."""
    shade = np.linspace(0.3, 1.2, side)[:, None]
    return (drawn_films.drawn(seed, side=side) * shade).clip(0, 255).astype(np.uint8)


def _levels(seeds: range) -> Array:
    return np.stack([drawn(seed).astype(np.uint16) * 257 for seed in seeds])


@pytest.fixture(scope="module")
def fitted(tiny_network: Network) -> Familiarity:
    from cxrviewer.core.manifest import InputRule

    rule = InputRule(height=SIDE, width=SIDE, mean=(0.5,) * 3, std=(0.5,) * 3)
    patients = [f"p{place // 2}" for place in range(FILMS)]
    return gate_fit.fit(tiny_network, rule, _levels(range(FILMS)), patients)


@pytest.fixture
def gated(tiny_bundle: Bundle, fitted: Familiarity) -> Bundle:
    gate = replace(tiny_bundle.manifest.gate, sha256=fitted.write(tiny_bundle.folder))
    write_manifest(replace(tiny_bundle.manifest, gate=gate), tiny_bundle.folder)
    return read_bundle(tiny_bundle.folder)


@pytest.fixture
def classifier(gated: Bundle) -> Classifier:
    return Classifier.load(gated, device=cpu("for the tests"))


def test_films_like_those_fitted_on_pass(classifier: Classifier, film_of: MakeFilm) -> None:
    seen = [classifier.analyse(film_of(drawn(seed))) for seed in range(900, 920)]
    assert sum(analysis.status is Status.OK for analysis in seen) >= 18


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda film: film[::-1], id="upside down"),
        pytest.param(lambda film: 255 - film, id="inverted"),
        pytest.param(lambda film: NOISE, id="noise"),
        pytest.param(lambda film: LINES, id="black and white"),
        pytest.param(lambda film: np.full_like(film, 80), id="blank"),
    ],
)
def test_pictures_of_another_kind_are_not_answered_in_silence(
    classifier: Classifier, film_of: MakeFilm, change: Callable[[Array], Array]
) -> None:
    films = [film_of(np.ascontiguousarray(change(drawn(s)))) for s in range(950, 960)]
    seen = [classifier.analyse(film) for film in films]
    assert sum(analysis.status is not Status.OK for analysis in seen) >= 9
    for analysis in seen:
        if analysis.status is Status.REFUSED:
            assert analysis.reason.endswith(".")
            assert analysis.code
            assert analysis.scores == ()
            assert analysis.heat_map is None


def test_a_refused_film_is_answered_anyway_with_its_warning_and_logged(
    classifier: Classifier, film_of: MakeFilm, caplog: pytest.LogCaptureFixture
) -> None:
    film = replace(film_of(NOISE), path=Path("Doe^Jane.png"))
    refused = classifier.analyse(film)
    assert refused.status is Status.REFUSED
    assert refused.overridable
    assert not caplog.records
    answered = classifier.analyse(film, anyway=True)
    assert answered.status is Status.WARN
    assert refused.reason in answered.reason
    assert answered.scores
    assert answered.heat_map is not None
    (line,) = [record.getMessage() for record in caplog.records]
    for part in (film_alias(film.path), "tiny-model", "noise", "distance", "chest"):
        assert part in line
    assert "Doe" not in line


@pytest.mark.parametrize("facts", [{"damaged": True}, {"frames": 3}, {"colour": True}])
def test_some_refusals_stand_whatever_is_asked(
    classifier: Classifier, film_of: MakeFilm, facts: dict[str, object]
) -> None:
    film = film_of(drawn(3), **facts)
    analysis = classifier.analyse(film, anyway=True)
    assert analysis.status is Status.REFUSED
    assert not analysis.overridable
    assert analysis.scores == ()


def test_an_allowed_film_asked_about_anyway_is_answered_as_always(
    classifier: Classifier, film_of: MakeFilm
) -> None:
    film: Film = film_of(drawn(901))
    plain, anyway = classifier.analyse(film), classifier.analyse(film, anyway=True)
    assert plain.status is anyway.status is Status.OK
    assert plain.scores == anyway.scores


@pytest.mark.parametrize("anyway", [False, True])
def test_many_films_get_the_same_word_as_one(
    classifier: Classifier, gated: Bundle, film_of: MakeFilm, tmp_path: Path, anyway: bool
) -> None:
    inverted = {f"inverted {seed}": 255 - drawn(seed) for seed in range(950, 953)}
    pictures = {"good": drawn(902), "noise": NOISE, **inverted}
    paths = [write(tmp_path / f"{name}.png", film) for name, film in pictures.items()]
    with ReadAhead(paths, gated.manifest, readers=1, anyway=anyway) as prepared:
        many = [found for _, found in batch.analyse(prepared, classifier, anyway=anyway)]
    for picture, found in zip(pictures.values(), many, strict=True):
        one = classifier.analyse(film_of(np.ascontiguousarray(picture)), anyway=anyway)
        assert (found.status, found.reason, found.call) == (one.status, one.reason, one.call)
        assert found.overridable == one.overridable
        assert bool(found.scores) == bool(one.scores)
    by_network = [found for found in many if found.code in ("inverted", "other", "far")]
    assert by_network
    assert all(bool(found.scores) == anyway for found in by_network)


def test_what_is_kept_are_sums_over_many_films_in_a_small_file(
    fitted: Familiarity, tmp_path: Path
) -> None:
    fitted.write(tmp_path)
    assert (tmp_path / GATE).stat().st_size < 400_000
    tensors = safetensors.numpy.load_file(tmp_path / GATE)
    assert all(tensor.shape[0] < FILMS for name, tensor in tensors.items() if tensor.ndim > 1)
    for cloud in fitted.clouds:
        assert len(cloud.centroids) * gate_fit._LEAST_FILMS <= FILMS


def test_no_group_of_films_is_small() -> None:
    random = np.random.default_rng(2)
    lonely = np.concatenate([random.normal(5, 1, (400, 8)), -random.random((3, 8))])
    films = np.arange(403)
    middles = gate_fit._centroids(lonely.astype(np.float32), films)
    assert (middles.sum(axis=1) > 0).all()


def test_a_gate_read_again_says_the_same(
    fitted: Familiarity, gated: Bundle, classifier: Classifier
) -> None:
    again = familiarity_of(gated)
    assert again is not None
    random = np.random.default_rng(4)
    features = [random.normal(size=(5, len(cloud.mean))) for cloud in fitted.clouds]
    assert np.allclose(again.distances(features), fitted.distances(features), rtol=1e-4)
    assert np.allclose(again.probabilities(features), fitted.probabilities(features), atol=1e-4)


def test_a_changed_or_missing_gate_is_one_sentence(gated: Bundle) -> None:
    file = gated.folder / GATE
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(BundleError, match="gate of the model tiny-model"):
        Classifier.load(gated)
    file.unlink()
    with pytest.raises(BundleError, match="gate of the model tiny-model"):
        Classifier.load(gated)


def test_a_bundle_without_a_gate_says_nothing_of_looks(
    tiny_bundle: Bundle, film_of: MakeFilm
) -> None:
    classifier = Classifier.load(tiny_bundle, device=cpu("for the tests"))
    assert classifier.analyse(film_of(NOISE)).status is Status.OK


def _simple(kinds: tuple[str, ...], *, near: float = 10.0, far: float = 20.0) -> Familiarity:
    """Return a gate with one depth whose features are the logits of the kinds."""
    count = len(kinds)
    cloud = Cloud(
        mean=np.zeros(count),
        scale=np.ones(count),
        axes=np.zeros((1, count)),
        spread=np.ones(1),
        rest=np.ones(1),
        centroids=np.eye(count),
        unit=np.ones(2),
    )
    return Familiarity(
        depths=(Depth(stage="last", grid=1),),
        clouds=(cloud,),
        kinds=kinds,
        weights=np.eye(count),
        bias=np.zeros(count),
        likely=0.5,
        near=near,
        far=far,
    )


KINDS = ("upright", "older", "younger", "turned", "upside-down", "inverted", "other")


@pytest.mark.parametrize(
    ("kind", "status", "says"),
    [
        ("upright", Status.OK, ""),
        ("older", Status.WARN, "older patient than the model was trained on (1 to 5 years)"),
        ("younger", Status.WARN, "younger patient than the model was trained on (1 to 5 years)"),
        ("turned", Status.REFUSED, "turned by 90 degrees"),
        ("upside-down", Status.REFUSED, "upside down"),
        ("inverted", Status.REFUSED, "seem inverted"),
        ("other", Status.REFUSED, "does not look like a frontal chest film"),
    ],
)
def test_each_kind_has_its_sentence(kind: str, status: Status, says: str) -> None:
    features = np.array([[6.0 * (name == kind) for name in KINDS]])
    gate = Gate(age_years=(1.0, 5.0))
    (verdict,) = _simple(KINDS).judge([features], gate, ages_known=[False])
    assert verdict.status is status
    assert says in verdict.reason


@pytest.mark.parametrize("kind", ["older", "younger"])
def test_an_age_in_the_header_counts_more_than_the_looks(kind: str) -> None:
    features = np.array([[6.0 * (name == kind) for name in KINDS]])
    (verdict,) = _simple(KINDS).judge([features], Gate(), ages_known=[True])
    assert verdict.status is Status.OK


@pytest.mark.parametrize(
    ("near", "far", "status"),
    [(3.0, 4.0, Status.REFUSED), (1.0, 9.0, Status.WARN), (9.0, 10.0, Status.OK)],
)
def test_the_farther_a_film_lies_the_less_is_said(near: float, far: float, status: Status) -> None:
    # Mahalanobis 12 and nearest 0 in units of one: 6 away.
    features = np.array([[12.0, 0.0]])
    gate = _simple(("upright", "other"), near=near, far=far)
    (verdict,) = gate.judge([features], Gate(), ages_known=[False])
    assert verdict.measured["distance"] == pytest.approx(6.0)
    assert verdict.status is status


def test_a_view_is_that_of_its_film_at_any_size() -> None:
    grey = drawn(1, side=80).astype(np.float32)[:, :60] / 255
    for which in range(len(gate_views.WRONG)):
        one, kind = gate_views.wrong(grey, np.random.default_rng(5), which)
        other, _ = gate_views.wrong(grey, np.random.default_rng(5), which)
        assert kind in KINDS
        assert one.shape == grey.shape
        assert one.dtype == np.float32
        assert np.array_equal(one, other)
        assert 0 <= one.min() <= one.max() <= 1
    for strength in (1.0, 2.0):
        changed = gate_views.elsewhere(grey, np.random.default_rng(6), strength=strength)
        assert changed.shape == grey.shape
        assert changed.dtype == np.float32


def test_the_gate_of_text_and_clipped_films(film_of: MakeFilm, gated: Bundle) -> None:
    from cxrviewer.learning.gate import admit

    preprocess, gate = Preprocess(gated.manifest.input), gated.manifest.gate
    half = drawn(1, side=120)
    half[: int(0.7 * 120)] = 0
    assert admit(film_of(LINES), gate, preprocess).verdict.code == "black-and-white"
    assert admit(film_of(half), gate, preprocess).verdict.code == "clipped"
    assert admit(film_of(drawn(1)), gate, preprocess).verdict.status is Status.OK
