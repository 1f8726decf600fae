"""The thresholds at which a model calls a finding, and where its call is not to be relied on."""

from collections.abc import Iterable
from dataclasses import dataclass

from cxrviewer.core.estimate import Estimate

BALANCED, SCREENING = "balanced", "screening"
POINT_NAMES = (BALANCED, SCREENING)
# The label of a point that is of everything but the negative label.
TOGETHER = ""
# Least sensitivity of a screening point on the validation films.
SCREENING_SENSITIVITY = 0.97
# Outside an uncertain band surely at most this share of films is called wrongly.
WRONG_SHARE = 0.05


@dataclass(frozen=True, kw_only=True)
class OperatingPoint:
    """A threshold, chosen on validation patients, and what was measured at it on others.

    Attributes
    ----------
    name
        `balanced` (greatest sensitivity + specificity) or `screening` (greatest specificity of
        those that find nearly all).
    label
        Label id, or `TOGETHER`: everything but the negative label against it.
    threshold
        Called from here on, on the calibrated scale 0..1.
    sensitivity, specificity
        On test patients, None where too few show or lack it.
    """

    name: str
    label: str
    threshold: float
    sensitivity: Estimate | None = None
    specificity: Estimate | None = None

    def __post_init__(self) -> None:
        _check(self.name in POINT_NAMES, f"operating point {self.name!r}")
        _check(0 <= self.threshold <= 1, "threshold")
        for measured in (self.sensitivity, self.specificity):
            _check(measured is None or measured.valid, "interval")


@dataclass(frozen=True, kw_only=True)
class UncertainBand:
    """Probabilities around a balanced point at which a call is not to be relied on.

    Attributes
    ----------
    label
        As of the point.
    low, high
        Uncertain is `low <= probability < high`; equal where no band was needed.
    wrong_share
        Of the validation films above the band, and of those below it, at most this share was
        called wrongly, by the upper end of its 95 % interval.
    films
        Validation films it was chosen on.
    inside, wrong
        Share of the test films inside it, and of those outside it the share called wrongly; None
        where too few test patients show or lack the label.
    """

    label: str
    low: float
    high: float
    wrong_share: float
    films: int
    inside: Estimate | None = None
    wrong: Estimate | None = None

    def __post_init__(self) -> None:
        _check(0 <= self.low <= self.high <= 1, "uncertain band")
        _check(0 < self.wrong_share < 1 and self.films > 0, "uncertain band")
        for measured in (self.inside, self.wrong):
            _check(measured is None or measured.valid, "interval")

    def holds(self, probability: float) -> bool:
        """Return whether a probability lies in the band."""
        return self.low <= probability < self.high


def point_of(points: Iterable[OperatingPoint], label: str, name: str) -> OperatingPoint | None:
    """Return the point of a label with a name, None where there is none."""
    return next((p for p in points if (p.label, p.name) == (label, name)), None)


def check_points(
    points: tuple[OperatingPoint, ...], bands: tuple[UncertainBand, ...], labels: set[str]
) -> None:
    """Check the points and bands of a model against the labels that may have one.

    Raises
    ------
    ValueError
        If one is of another label or stands twice, if a screening point lacks its balanced one
        or calls less than it, if a band is not around its balanced point, or if some labels
        have a screening point and others have none.
    """
    _check(len({(p.label, p.name) for p in points}) == len(points), "operating points")
    _check({p.label for p in points} | {b.label for b in bands} <= labels, "operating points")
    _check(len({band.label for band in bands}) == len(bands), "uncertain bands")
    balanced = {p.label: p.threshold for p in points if p.name == BALANCED}
    screening = {p.label: p.threshold for p in points if p.name == SCREENING}
    _check(not screening or set(screening) == set(balanced), "screening points")
    _check(all(cut <= balanced[label] for label, cut in screening.items()), "screening points")
    around = all(b.label in balanced and b.low <= balanced[b.label] <= b.high for b in bands)
    _check(around, "uncertain bands")


def _check(right: bool, what: str) -> None:
    if not right:
        raise ValueError(what)
