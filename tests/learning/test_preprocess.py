import numpy as np
import pytest

from cxrviewer.core.errors import BundleError
from cxrviewer.core.film import Film
from cxrviewer.core.manifest import InputRule
from cxrviewer.imaging import display
from cxrviewer.learning.preprocess import Preprocess
from tests.learning.conftest import MakeFilm

HALF = (0.5, 0.5, 0.5)


def rule(height: int = 64, width: int = 64, **changes: object) -> InputRule:
    return InputRule(**{"height": height, "width": width, "mean": HALF, "std": HALF, **changes})  # type: ignore[arg-type]


def test_a_film_of_the_input_size_passes_untouched(film_of: MakeFilm) -> None:
    film = film_of(np.random.default_rng(1).integers(0, 256, (64, 64), dtype=np.uint8))
    assert np.allclose(Preprocess(rule()).greys(film), display.greys(film), atol=1e-5)


def test_each_channel_is_scaled_by_its_own_mean_and_deviation(noise_film: Film) -> None:
    preprocess = Preprocess(rule(mean=(0.1, 0.2, 0.3), std=(0.5, 0.25, 0.125)))
    greys, array = preprocess.greys(noise_film), preprocess.array(noise_film)
    assert array.shape == (3, 64, 64)
    assert array.dtype == np.float32
    for channel, mean, std in zip(array, (0.1, 0.2, 0.3), (0.5, 0.25, 0.125), strict=True):
        assert np.allclose(channel * std + mean, greys, atol=1e-6)


@pytest.mark.parametrize("shape", [(640, 320), (66, 1000), (30, 300), (20, 20), (64, 200)])
def test_any_film_is_stretched_to_the_input(film_of: MakeFilm, shape: tuple[int, int]) -> None:
    ramp = np.linspace(0, 65_535, shape[0] * shape[1]).reshape(shape).astype(np.uint16)
    greys = Preprocess(rule(64, 48)).greys(film_of(ramp))
    assert greys.shape == (64, 48)
    assert (np.diff(greys.mean(axis=1)) >= 0).all()
    assert greys.mean() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("shape", [(512, 512), (512, 64), (64, 512), (512, 40)])
def test_shrinking_averages_fine_stripes(film_of: MakeFilm, shape: tuple[int, int]) -> None:
    film = np.zeros(shape, dtype=np.uint8)
    axis = int(shape[0] < shape[1])
    film[(slice(None), slice(None, None, 8)) if axis else slice(None, None, 8)] = 255
    greys = Preprocess(rule()).greys(film_of(film))
    assert np.allclose(greys, 1 / 8, atol=0.01)


def test_the_input_is_what_is_shown_first(film_of: MakeFilm) -> None:
    stored = np.random.default_rng(2).integers(0, 256, (80, 80), dtype=np.uint8)
    film = film_of(stored)
    negative = film_of(255 - stored)
    preprocess = Preprocess(rule())
    assert np.allclose(preprocess.greys(film), 1 - preprocess.greys(negative), atol=0.01)


def test_the_input_covers_the_whole_film(noise_film: Film) -> None:
    assert Preprocess(rule()).region(noise_film) == (0.0, 0.0, 80.0, 96.0)


def test_an_unknown_resize_rule_is_refused_by_name() -> None:
    with pytest.raises(BundleError, match=r"“fold”.*squash"):
        Preprocess(rule(resize="fold"))
