"""An answer at one operating point or the other."""

from cxrviewer.core.analysis import Analysis, Score, Status
from cxrviewer.core.operating_points import OperatingPoint, UncertainBand

POINTS = (
    OperatingPoint(name="balanced", label="mass", threshold=0.5),
    OperatingPoint(name="screening", label="mass", threshold=0.2),
)
BAND = UncertainBand(label="mass", low=0.4, high=0.6, wrong_share=0.05, films=90)


def _score(probability: float) -> Score:
    return Score(label="mass", name="Mass", probability=probability, points=POINTS, band=BAND)


def test_a_threshold_is_reached_by_what_equals_it() -> None:
    assert _score(0.5).above()
    assert _score(0.2).above("screening")
    assert not _score(0.49).above()
    assert _score(0.5).above("specific") is None


def test_the_band_holds_its_lower_end_and_not_its_upper() -> None:
    found = [_score(probability).uncertain for probability in (0.39, 0.4, 0.59, 0.6)]
    assert found == [False, True, True, False]


def test_a_point_that_the_model_lacks_leaves_the_balanced_one_in_use() -> None:
    both = Analysis(
        model="m", version="1", status=Status.OK, calls={"balanced": "a", "screening": "b"}
    )
    assert (both.call, both.at("screening").call) == ("a", "b")
    one = Analysis(model="m", version="1", status=Status.OK, calls={"balanced": "a"})
    assert (one.at("screening").point, one.at("screening").call) == ("balanced", "a")
