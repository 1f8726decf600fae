"""What is said of one score: above, below or uncertain, and what was measured at its points."""

from PySide6.QtCore import QCoreApplication

from cxrviewer.core.analysis import Score
from cxrviewer.core.operating_points import BALANCED, SCREENING, OperatingPoint, UncertainBand


def point_name(name: str) -> str:
    """Return the name of an operating point as it stands on screen."""
    return {BALANCED: _tr("balanced"), SCREENING: _tr("screening")}[name]


def verdict(score: Score, point: str) -> str:
    """Return the word beside a probability; empty where there is no operating point."""
    if score.uncertain:
        return _tr("uncertain")
    above = score.above(point)
    if above is None:
        return ""
    return _tr("above") if above else _tr("below")


def tip(score: Score, point: str, *, calibrated: bool) -> str:
    """Return everything known of a score, a line each.

    Parameters
    ----------
    point
        Name of the operating point in use.
    """
    kind = _tr("probability") if calibrated else _tr("score")
    lines = [f"{score.name}: {kind} {score.probability:.2f}"]
    for each in score.points:
        lines += _point(each, in_use=each.name == point)
    if score.band is not None:
        lines += _band(score.band)
    elif score.points:
        lines.append(_tr("No range of uncertain probabilities could be told on validation films."))
    return "\n".join(lines)


def _point(point: OperatingPoint, *, in_use: bool) -> list[str]:
    words = _tr("operating point {name}, in use: called from {p:.2f} on")
    if not in_use:
        words = _tr("operating point {name}: called from {p:.2f} on")
    lines = [words.format(name=point_name(point.name), p=point.threshold)]
    for name, rate in (
        (_tr("sensitivity"), point.sensitivity),
        (_tr("specificity"), point.specificity),
    ):
        told = _tr("not measured, too few films") if rate is None else rate.counted
        lines.append(f"    {name} {told}")
    return lines


def _band(band: UncertainBand) -> list[str]:
    if band.low == band.high:
        return [_tr("No probability is uncertain by the validation films.")]
    lines = [_tr("uncertain from {low:.2f} to {high:.2f}").format(low=band.low, high=band.high)]
    if band.inside is not None:
        lines.append("    " + _tr("test films inside {rate}").format(rate=band.inside.counted))
    if band.wrong is not None:
        lines.append("    " + _tr("called wrongly outside {rate}").format(rate=band.wrong.counted))
    return lines


def _tr(words: str) -> str:
    return QCoreApplication.translate("ScoreWords", words)
