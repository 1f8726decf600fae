"""What a film's header and pixels say at once on whether a model may be asked about it."""

from collections.abc import Callable

import numpy as np

from cxrviewer.core.film import Array, Film
from cxrviewer.core.manifest import Gate
from cxrviewer.learning.verdict import PASS, Verdict, refusal, warning

_LEAST_PIXELS = 64
_GREATEST_ASPECT = 3.0
# Of 2,553 chest films none has neighbours less alike than 0.95, nor more than 0.50 of its pixels
# at the two ends of its greys.
_LEAST_LIKENESS = 0.7
_ENDS = 0.06
_MUCH_AT_ENDS, _MOST_AT_ENDS = 0.65, 0.85
# Words for projection radiography beside the standard's CR and DX, found in real headers.
_RADIOGRAPHS = frozenset({"CR", "DX", "RG", "DR", "XR"})
# Modalities that say how a picture was stored and not what it shows.
_SILENT_MODALITIES = frozenset({"", "OT", "SC"})
_CHEST_WORDS = ("CHEST", "THORAX", "TORAX", "LUNG", "RIBCAGE")
_UNSTATED = frozenset({"", "UNKNOWN", "OTHER", "NONE", "UNDEFINED", "DEFAULT"})


def by_header(film: Film, gate: Gate) -> tuple[Verdict, ...]:
    """Return what the header says; a header that is silent never refuses a film."""
    return *(rule(film) for rule in _FILM_RULES), *(rule(film, gate) for rule in _GATE_RULES)


def by_looks(film: Film, levels: Array) -> tuple[Verdict, ...]:
    """Return what the pixels say of a picture that should be a chest film.

    Parameters
    ----------
    levels
        The greys that the network would see, uint16, (height, width).
    """
    return _smooth(film), _shaded(levels)


_NOTHING = refusal(
    "blank", "The picture shows nothing: nearly all its pixels are the same.", final=True
)


def _undamaged(film: Film) -> Verdict:
    if film.facts.damaged:
        return refusal(
            "damaged",
            "The film's compressed pixels are damaged; the model was not asked.",
            final=True,
        )
    return PASS


def _single(film: Film) -> Verdict:
    if film.facts.frames > 1:
        return refusal(
            "frames",
            f"The file is a sequence of {film.facts.frames} frames, not one film.",
            final=True,
        )
    return PASS


def _grey(film: Film) -> Verdict:
    if film.facts.colour:
        return refusal("colour", "The picture is in colour, so it is not a chest film.", final=True)
    return PASS


def _size(film: Film) -> Verdict:
    short, long = sorted((film.rows, film.columns))
    if short < _LEAST_PIXELS:
        return refusal(
            "tiny",
            f"The picture is only {film.columns} x {film.rows} px; a film has at least "
            f"{_LEAST_PIXELS} px on each side.",
            final=True,
        )
    if long > _GREATEST_ASPECT * short:
        return refusal("long", "The picture is far too long and narrow to be a chest film.")
    return PASS


def _contrast(film: Film) -> Verdict:
    # Every 37th value is enough to tell, and 37 divides no usual width.
    low, high = np.percentile(film.stored.reshape(-1)[::37], (0.5, 99.5))
    return _NOTHING if low == high else PASS


def _smooth(film: Film) -> Verdict:
    rows = film.stored[:: max(1, film.rows // 256)].astype(np.float32)
    left, right = rows[:, :-1].reshape(-1), rows[:, 1:].reshape(-1)
    if left.std() and right.std() and np.corrcoef(left, right)[0, 1] < _LEAST_LIKENESS:
        return refusal("noise", "The picture is noise or a fine pattern, not a film.")
    return PASS


def _shaded(levels: Array) -> Verdict:
    low, high = np.percentile(levels, (0.5, 99.5))
    if low == high:
        return _NOTHING
    share = (levels - low) / (high - low)
    ends = float(np.mean((share < _ENDS) | (share > 1 - _ENDS)))
    if ends > _MOST_AT_ENDS:
        return refusal(
            "black-and-white",
            "The picture is almost only black and white, like a text or a drawing; open the film "
            "itself, or one with its greys.",
        )
    if ends > _MUCH_AT_ENDS:
        return warning(
            "clipped",
            f"{ends:.0%} of the picture is plain black or white; lungs may be lost in it.",
        )
    return PASS


def _modality(film: Film, gate: Gate) -> Verdict:
    stated, accepted = film.facts.modality, set(gate.modalities)
    if accepted & _RADIOGRAPHS:
        accepted |= _RADIOGRAPHS
    if not gate.modalities or stated in accepted or film.facts.file_format != "DICOM":
        return PASS
    if stated in _SILENT_MODALITIES:
        said = f"its modality is {stated}" if stated else "it names no modality"
        return warning("modality", f"The file does not say that it is an X-ray film ({said}).")
    return refusal(
        "modality",
        f"The file's modality is {stated}; the model was made for {', '.join(gate.modalities)}.",
        final=True,
    )


def _view(film: Film, gate: Gate) -> Verdict:
    stated = film.facts.view
    if not gate.views or stated in _UNSTATED or stated in gate.views:
        return PASS
    return refusal(
        "view",
        f"The film's view is {stated}; the model was made for {' and '.join(gate.views)} views.",
    )


def _body_part(film: Film, gate: Gate) -> Verdict:
    stated, accepted = film.facts.body_part, gate.body_parts
    if any(part in _CHEST_WORDS for part in accepted):
        accepted += _CHEST_WORDS
    if not gate.body_parts or stated in _UNSTATED or any(part in stated for part in accepted):
        return PASS
    return refusal(
        "body-part",
        f"The film shows {stated.lower()}; the model was made for "
        f"{' and '.join(part.lower() for part in gate.body_parts)} films.",
    )


def _age(film: Film, gate: Gate) -> Verdict:
    age = film.facts.age_years
    if gate.age_years is None or age is None:
        return PASS
    low, high = gate.age_years
    # A child is five years old until the sixth birthday.
    if low <= age < high + 1:
        return PASS
    return warning(
        "age",
        f"The patient is {_years(age)} old; the model was trained on patients of {low:g} to "
        f"{high:g} years.",
    )


def _years(age: float) -> str:
    if age >= 2:
        return f"{int(age)} years"
    months = int(age * 12)
    return f"{months} month{'' if months == 1 else 's'}"


_FILM_RULES: tuple[Callable[[Film], Verdict], ...] = (
    _undamaged,
    _single,
    _grey,
    _size,
    _contrast,
)
_GATE_RULES: tuple[Callable[[Film, Gate], Verdict], ...] = (_modality, _view, _body_part, _age)
