"""What a call is worth where a finding has a certain share: PPV and NPV by Bayes' rule.

The share in a test set is no property of the model, so these are computed from sensitivity and
specificity and a share that someone states, never counted on the test set.
"""

from dataclasses import dataclass

from cxrviewer.core.operating_points import OperatingPoint


@dataclass(frozen=True, kw_only=True)
class Span:
    """A value between the least and the greatest that its inputs' 95 % intervals allow."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        # An NPV of 0.998 is no 1.00.
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True, kw_only=True)
class PredictiveValues:
    """Of what is called the share that shows the finding, of what is not the share that lacks it.

    Either is None where nothing is called, or nothing is left uncalled.
    """

    ppv: Span | None
    npv: Span | None


def predictive_values(point: OperatingPoint, prevalence: float) -> PredictiveValues | None:
    """Return PPV and NPV at an operating point; None where it was not measured.

    Both rise with sensitivity and with specificity, so their ends are those of both intervals
    together; they are wider than 95 %.

    Parameters
    ----------
    prevalence
        Share of the films that show the finding, above 0 and below 1.

    Raises
    ------
    ValueError
        If the prevalence is none.
    """
    if not 0 < prevalence < 1:
        raise ValueError("prevalence")
    found, spared = point.sensitivity, point.specificity
    if found is None or spared is None:
        return None
    pairs = ((found.value, spared.value), (found.low, spared.low), (found.high, spared.high))
    return PredictiveValues(
        ppv=_span([ppv(*pair, prevalence) for pair in pairs]),
        npv=_span([npv(*pair, prevalence) for pair in pairs]),
    )


def ppv(sensitivity: float, specificity: float, prevalence: float) -> float | None:
    """Return the share of films with the finding among those called."""
    hits, alarms = sensitivity * prevalence, (1 - specificity) * (1 - prevalence)
    return hits / (hits + alarms) if hits + alarms else None


def npv(sensitivity: float, specificity: float, prevalence: float) -> float | None:
    """Return the share of films without the finding among those not called."""
    return ppv(specificity, sensitivity, 1 - prevalence)


def _span(found: list[float | None]) -> Span | None:
    value, *ends = found
    if value is None:
        return None
    known = [end for end in ends if end is not None]
    return Span(value=value, low=min([value, *known]), high=max([value, *known]))
