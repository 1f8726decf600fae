"""Points and bands are chosen so that what they promise holds on the films they are chosen on."""

import numpy as np
import pytest

from cxrviewer.core import metrics
from cxrviewer.learning import point_choice

LABEL = "mass"


def _films(films: int = 600, *, apart: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    """Films that show it or not, and probabilities that part them as well as `apart` says."""
    generator = np.random.default_rng(11)
    truth = (generator.random(films) < 0.4).astype(np.float32)
    logits = generator.normal(size=films) + apart * (truth - 0.5) * 2
    return truth, 1 / (1 + np.exp(-logits))


def test_screening_finds_nearly_all_with_the_fewest_alarms() -> None:
    truth, scores = _films(apart=1.0)
    balanced, screening = point_choice.points(LABEL, truth, scores)
    assert (balanced.name, screening.name) == ("balanced", "screening")
    finds = (scores[truth == 1] >= screening.threshold).mean()
    assert 0.97 <= finds <= 0.975
    next_higher = scores[scores > screening.threshold].min()
    assert (scores[truth == 1] > next_higher).mean() < 0.97


def test_a_screening_point_never_finds_less_than_the_balanced_one() -> None:
    truth, scores = _films(apart=9.0)
    balanced, screening = point_choice.points(LABEL, truth, scores)
    assert (scores[truth == 1] >= balanced.threshold).mean() == 1
    assert screening.threshold == balanced.threshold


def test_unknown_films_take_no_part_and_too_few_choose_no_point() -> None:
    truth, scores = _films()
    wanted = point_choice.points(LABEL, truth, scores)
    more = np.concatenate([truth, np.full(50, np.nan)])
    found = point_choice.points(LABEL, more, np.concatenate([scores, np.full(50, 0.9)]))
    assert found == wanted
    assert point_choice.points(LABEL, np.zeros(9), np.arange(9) / 9) == ()


@pytest.mark.parametrize("apart", [1.3, 1.5, 1.8])
def test_outside_the_band_few_are_wrong_on_either_side_and_it_is_no_wider(apart: float) -> None:
    truth, scores = _films(apart=apart)
    threshold = point_choice.points(LABEL, truth, scores)[0].threshold
    band = point_choice.band(LABEL, truth, scores, threshold=threshold)
    assert band is not None
    assert band.low <= threshold <= band.high
    assert (band.films, band.wrong_share) == (600, 0.05)
    assert band.low < threshold < band.high
    assert _most_wrong(truth[scores >= band.high] == 0) <= 0.05
    assert _most_wrong(truth[scores < band.low] == 1) <= 0.05
    for low in scores[(scores >= band.low) & (scores < threshold)]:
        assert _most_wrong(truth[scores <= low] == 1) > 0.05
    for high in scores[(scores < band.high) & (scores >= threshold)]:
        assert _most_wrong(truth[scores >= high] == 0) > 0.05


def _most_wrong(wrong: np.ndarray) -> float:
    return metrics.wilson(int(wrong.sum()), len(wrong)).high


def test_calls_that_are_right_need_no_band() -> None:
    truth, scores = _films(apart=9.0)
    threshold = point_choice.points(LABEL, truth, scores)[0].threshold
    band = point_choice.band(LABEL, truth, scores, threshold=threshold)
    assert band is not None
    assert band.low == band.high == threshold
    assert not band.holds(threshold)


def test_where_no_band_can_be_told_there_is_none() -> None:
    hopeless = _films(apart=0.2)
    threshold = point_choice.points(LABEL, *hopeless)[0].threshold
    assert point_choice.band(LABEL, *hopeless, threshold=threshold) is None
    wide = _films(6000, apart=0.8)
    threshold = point_choice.points(LABEL, *wide)[0].threshold
    assert point_choice.band(LABEL, *wide, threshold=threshold) is None
    generous = point_choice.band(LABEL, *wide, threshold=threshold, wrong_share=0.1)
    assert generous is not None
    assert np.mean([generous.holds(score) for score in wide[1]]) <= 0.5


def test_few_films_without_a_fault_prove_nothing() -> None:
    for films, told in ((72, False), (73, True)):
        truth = np.repeat([0.0, 1.0], films)
        found = point_choice.band(LABEL, truth, np.repeat([0.1, 0.9], films), threshold=0.5)
        assert (found is not None) == told


def test_a_band_begins_and_ends_between_films() -> None:
    truth, scores = _films(apart=1.6)
    scores = np.round(scores, 1)
    threshold = point_choice.points(LABEL, truth, scores)[0].threshold
    band = point_choice.band(LABEL, truth, scores, threshold=threshold)
    assert band is not None
    assert {round(edge * 100) % 10 for edge in (band.low, band.high)} == {5}
