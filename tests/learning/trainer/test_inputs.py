"""Activations at a cut: exact, computed once, found again by a later run."""

import copy
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from cxrviewer.core.film import Array
from cxrviewer.core.progress import BatchDone
from cxrviewer.core.recipe import Recipe
from cxrviewer.core.recipes import RECIPES
from cxrviewer.imaging.reader import read_film
from cxrviewer.learning.data.split import Split
from cxrviewer.learning.device import cpu
from cxrviewer.learning.networks.network import Network, pool, trunk
from cxrviewer.learning.preprocess import Preprocess
from cxrviewer.learning.trainer import augment
from cxrviewer.learning.trainer import inputs as feeding
from cxrviewer.learning.trainer import store as storing
from cxrviewer.learning.trainer.films import Films
from cxrviewer.learning.trainer.inputs import Inputs, Source
from cxrviewer.learning.trainer.keep import Keep
from cxrviewer.learning.trainer.runner import Runner
from cxrviewer.learning.trainer.samples import Samples, plan_samples
from tests.learning.class_folders import write_films
from tests.learning.film_sets import RULE, films_of, finish

CUT = "block14"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("inputs")


@pytest.fixture(scope="module")
def films(home: Path) -> Films:
    return films_of(
        write_films(home / "films", patients=4), Keep(home / "films-read", budget=10**9)
    )


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    return Keep(tmp_path / "cache", budget=10**9)


def samples_of(films: Films, settings: Recipe | None = None, *, seed: int = 1) -> Samples:
    part = np.zeros(len(films.paths), np.int64)
    part[::4], part[1::4] = 1, 2
    return plan_samples(
        films.truth,
        Split(part=part, by="patient"),
        settings or RECIPES["p3-chen-kute"],
        classes=films.classes,
        seed=seed,
    )


def source_of(films: Films, network: Network, keep: Keep, **others: object) -> Source:
    named: dict[str, object] = {"samples": samples_of(films), **others}
    return Source(
        films=films,
        network=network,
        runner=Runner(cpu("test")),
        keep=keep,
        **named,  # type: ignore[arg-type]
    )


def stages(events: Generator[BatchDone, None, None]) -> set[str]:
    return {event.stage for event in events}


def as_the_plain_loop(films: Films, network: Network, cut: str) -> torch.Tensor:
    batch = torch.from_numpy(np.stack([Preprocess(RULE).array(read_film(p)) for p in films.paths]))
    with torch.no_grad():
        return trunk(network, cut)(batch) if cut else batch


def assert_same(found: torch.Tensor, expected: torch.Tensor) -> None:
    """Compare up to what float32 sums in another order differ by; the values are about 1."""
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=2e-4)


def every(films: Films) -> Array:
    return np.arange(len(films.paths))


def test_without_a_cut_inputs_are_those_of_preprocessing_to_the_last_bit(
    films: Films, tiny_network: Network, keep: Keep
) -> None:
    inputs = Inputs(source_of(films, tiny_network, keep), "")
    assert not stages(inputs.prepare())
    batch = inputs.batch(every(films))
    assert torch.equal(batch, as_the_plain_loop(films, tiny_network, ""))
    assert batch.is_contiguous(memory_format=torch.channels_last)


def test_activations_are_those_of_the_plain_network(
    films: Films, tiny_network: Network, keep: Keep
) -> None:
    inputs = Inputs(source_of(films, tiny_network, keep), CUT)
    assert stages(inputs.prepare()) == {"features"}
    expected = as_the_plain_loop(films, tiny_network, CUT)
    order = np.array([5, 0, 11, 5])
    batch = inputs.batch(order)
    assert batch.dtype == torch.float32
    assert batch.is_contiguous(memory_format=torch.channels_last)
    assert_same(batch, expected[order])


def test_the_last_stage_is_kept_pooled_and_may_come_from_an_earlier_cut(
    films: Films, tiny_network: Network, keep: Keep, tmp_path: Path
) -> None:
    expected = pool(as_the_plain_loop(films, tiny_network, "last"))[:, :, None, None]
    earlier = Inputs(source_of(films, tiny_network, keep), CUT)
    finish(earlier.prepare())
    derived = Inputs(source_of(films, tiny_network, keep), "last", earlier=earlier)
    at_once = Inputs(source_of(films, tiny_network, Keep(tmp_path, budget=10**9)), "last")
    for inputs in (derived, at_once):
        assert stages(inputs.prepare()) == {"features"}
        batch = inputs.batch(every(films))
        assert batch.shape == (len(films.paths), 1280, 1, 1)
        assert_same(batch, expected)


def test_a_later_run_does_not_run_the_frozen_part_again(
    films: Films, tiny_network: Network, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Inputs(source_of(films, tiny_network, keep), CUT)
    finish(first.prepare())
    monkeypatch.setattr(feeding, "folded", None)
    again = Inputs(source_of(films, tiny_network, Keep(keep.folder, budget=10**9)), CUT)
    assert not stages(again.prepare())
    assert torch.equal(again.batch(every(films)), first.batch(every(films)))


def test_other_weights_or_another_cut_are_computed(
    films: Films, tiny_network: Network, keep: Keep
) -> None:
    finish(Inputs(source_of(films, tiny_network, keep), CUT).prepare())
    other = copy.deepcopy(tiny_network)
    with torch.no_grad():
        next(other.features[3].parameters()).mul_(1.5)
    for network, cut in ((other, CUT), (tiny_network, "block13")):
        inputs = Inputs(source_of(films, network, keep), cut)
        assert stages(inputs.prepare()) == {"features"}
        expected = as_the_plain_loop(films, network, cut)
        assert_same(inputs.batch(every(films)), expected)


@pytest.mark.parametrize("recipe", ["robust", "p0-patadia-2", "p4-chambers-single"])
def test_kept_views_are_the_network_of_the_views_made_anew(
    films: Films, tiny_network: Network, keep: Keep, recipe: str
) -> None:
    samples = samples_of(films, RECIPES[recipe])
    source = source_of(films, tiny_network, keep, samples=samples)
    pictures, inputs = Inputs(source, ""), Inputs(source, CUT)
    finish(inputs.prepare())
    rows = np.random.default_rng(1).permutation(samples.rows)[:12]
    with torch.no_grad():
        expected = trunk(tiny_network, CUT)(pictures.batch(rows))
    assert_same(inputs.batch(rows), expected)


def test_a_run_with_views_uses_the_films_as_they_are_of_one_without(
    films: Films, tiny_network: Network, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish(Inputs(source_of(films, tiny_network, keep), CUT).prepare())
    told = []

    class Listening(Runner):
        def tell(self, stage: str, *, done: int, total: int) -> Generator[BatchDone, None, None]:
            told.append(total)
            yield from super().tell(stage, done=done, total=total)

    samples = samples_of(films, RECIPES["robust"])
    source = Source(
        films=films, samples=samples, network=tiny_network, runner=Listening(cpu("")), keep=keep
    )
    finish(Inputs(source, CUT).prepare())
    assert set(told) == {samples.rows - samples.films}


def assert_drawn_anew(source: Source) -> None:
    """Nothing that another run kept is given for these views."""
    inputs = Inputs(source, CUT)
    finish(inputs.prepare())
    rows = source.samples.epoch_rows(1)
    with torch.no_grad():
        expected = trunk(source.network, CUT)(Inputs(source, "").batch(rows))
    assert_same(inputs.batch(rows), expected)


@pytest.mark.parametrize("other", ["seed", "scheme", "mirrored"])
def test_views_of_another_seed_or_scheme_are_not_taken_for_these(
    films: Films, tiny_network: Network, keep: Keep, other: str
) -> None:
    few = replace(RECIPES["robust"], views=1)
    changed, seed = {
        "seed": (few, 2),
        "scheme": (replace(few, augmentation="turn"), 1),
        "mirrored": (replace(few, flip=True), 1),
    }[other]
    first = source_of(films, tiny_network, keep, samples=samples_of(films, few))
    finish(Inputs(first, CUT).prepare())
    samples = samples_of(films, changed, seed=seed)
    source = source_of(films, tiny_network, keep, samples=samples)
    assert_drawn_anew(source)


def test_views_of_an_earlier_form_of_a_scheme_are_drawn_anew(
    films: Films, tiny_network: Network, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = samples_of(films, replace(RECIPES["robust"], views=1))
    source = source_of(films, tiny_network, keep, samples=samples)
    with monkeypatch.context() as before:
        before.setattr(augment, "VERSION", augment.VERSION - 1)
        before.setitem(augment.SCHEMES, "robust", augment.SCHEMES["turn"])
        finish(Inputs(source, CUT).prepare())
    assert_drawn_anew(source)


def test_batches_are_the_same_as_one_by_one_whatever_is_read_ahead(
    films: Films, tiny_network: Network, keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "IN_MEMORY", 0)
    order = np.random.default_rng(2).permutation(len(films.paths))
    parts = [order[start : start + 5] for start in range(0, len(order), 5)]
    for cut in ("", CUT):
        inputs = Inputs(source_of(films, tiny_network, keep), cut)
        finish(inputs.prepare())
        for part, batch in zip(parts, inputs.batches(parts), strict=True):
            assert torch.equal(batch, inputs.batch(part))


def test_more_than_the_cache_may_hold_is_computed_each_time(
    films: Films, tiny_network: Network, tmp_path: Path
) -> None:
    inputs = Inputs(source_of(films, tiny_network, Keep(tmp_path, budget=1000)), CUT)
    assert not stages(inputs.prepare())
    assert not list(tmp_path.iterdir())
    expected = as_the_plain_loop(films, tiny_network, CUT)
    assert_same(inputs.batch(every(films)), expected)
    (batch,) = inputs.batches([every(films)])
    assert_same(batch, expected)


def test_half_precision_is_kept_by_itself_and_given_as_float32(
    films: Films, tiny_network: Network, keep: Keep
) -> None:
    exact = Inputs(source_of(films, tiny_network, keep), CUT)
    finish(exact.prepare())
    half = Inputs(source_of(films, tiny_network, keep, precision="bfloat16"), CUT)
    assert stages(half.prepare()) == {"features"}
    batch = half.batch(every(films))
    assert batch.dtype == torch.float32
    assert torch.equal(batch, batch.bfloat16().float())
    difference = (batch - exact.batch(every(films))).abs().mean()
    assert 0 < difference < 0.25 * exact.batch(every(films)).abs().mean()


def test_computing_can_be_given_up_and_leaves_nothing(
    films: Films, tiny_network: Network, keep: Keep
) -> None:
    events = Inputs(source_of(films, tiny_network, keep), CUT).prepare()
    next(events)
    events.close()
    assert not list(keep.folder.iterdir())


def test_the_network_is_left_as_it_was(films: Films, tiny_network: Network, keep: Keep) -> None:
    before = {name: tensor.clone() for name, tensor in tiny_network.state_dict().items()}
    finish(Inputs(source_of(films, tiny_network, keep), CUT).prepare())
    after = tiny_network.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert not torch.is_inference_mode_enabled()
    assert torch.is_grad_enabled()
