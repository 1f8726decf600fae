"""PPV and NPV follow from sensitivity, specificity and a stated share, with their intervals."""

import pytest

from cxrviewer.core.estimate import Estimate
from cxrviewer.core.operating_points import OperatingPoint
from cxrviewer.core.predictive_values import PredictiveValues, predictive_values


def _point(sensitivity: Estimate | None, specificity: Estimate | None) -> OperatingPoint:
    return OperatingPoint(
        name="balanced", label="", threshold=0.5, sensitivity=sensitivity, specificity=specificity
    )


def _at(value: float, low: float, high: float) -> Estimate:
    return Estimate(value=value, low=low, high=high, n=400)


POINT = _point(_at(0.97, 0.95, 0.98), _at(0.88, 0.84, 0.91))


@pytest.mark.parametrize(
    ("share", "ppv", "npv"),
    [(0.625, 0.931, 0.946), (0.25, 0.729, 0.989), (0.10, 0.473, 0.996), (0.05, 0.298, 0.998)],
)
def test_the_same_point_is_worth_less_where_the_finding_is_rare(
    share: float, ppv: float, npv: float
) -> None:
    found = predictive_values(POINT, share)
    assert (found.ppv.value, found.npv.value) == pytest.approx((ppv, npv), abs=1e-3)


def test_the_ends_are_those_of_both_intervals() -> None:
    found = predictive_values(POINT, 0.1)
    assert found.ppv.low == pytest.approx(0.095 / (0.095 + 0.16 * 0.9))
    assert found.ppv.high == pytest.approx(0.098 / (0.098 + 0.09 * 0.9))
    assert found.npv.low == pytest.approx(0.84 * 0.9 / (0.84 * 0.9 + 0.05 * 0.1))
    assert found.npv.high == pytest.approx(0.91 * 0.9 / (0.91 * 0.9 + 0.02 * 0.1))
    assert str(found.ppv) == "0.473 (0.397 to 0.547)"


def test_what_was_not_measured_has_no_value() -> None:
    assert predictive_values(_point(_at(0.9, 0.8, 1), None), 0.1) is None
    silent = predictive_values(_point(_at(0, 0, 0.1), _at(1, 0.9, 1)), 0.2)
    assert silent.ppv is None
    assert silent.npv.value == pytest.approx(0.8)
    loud = predictive_values(_point(_at(1, 0.9, 1), _at(0, 0, 0)), 0.2)
    assert isinstance(loud, PredictiveValues)
    assert (loud.ppv.value, loud.npv) == (pytest.approx(0.2), None)


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="prevalence"):
        predictive_values(POINT, share)
