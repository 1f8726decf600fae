"""Which films a model may be asked about, from what their headers and pixels say at once."""

from collections.abc import Callable

import numpy as np

from cxrviewer.core.analysis import Status
from cxrviewer.core.film import Film
from cxrviewer.core.manifest import Gate

Verdict = tuple[Status, str]

_LEAST_PIXELS = 64
_GREATEST_ASPECT = 3.0
_PASS: Verdict = (Status.OK, "")
# Words for projection radiography beside the standard's CR and DX, found in real headers.
_RADIOGRAPHS = frozenset({"CR", "DX", "RG", "DR", "XR"})
# Modalities that say how a picture was stored and not what it shows.
_SILENT_MODALITIES = frozenset({"", "OT", "SC"})
_CHEST_WORDS = ("CHEST", "THORAX", "TORAX", "LUNG", "RIBCAGE")
_UNSTATED = frozenset({"", "UNKNOWN", "OTHER", "NONE", "UNDEFINED", "DEFAULT"})


def check(film: Film, gate: Gate) -> Verdict:
    """Say whether a model behind this gate may be asked about a film.

    Returns
    -------
    The status and, unless it is OK, one or more sentences: why the film is refused, or what
    its reader must know beside the result. A header that is silent never refuses a film.
    """
    verdicts = [rule(film) for rule in _FILM_RULES]
    verdicts += [rule(film, gate) for rule in _GATE_RULES]
    for status in (Status.REFUSED, Status.WARN):
        reasons = [reason for found, reason in verdicts if found is status]
        if reasons:
            return status, " ".join(reasons)
    return _PASS


def _refuse(reason: str) -> Verdict:
    return Status.REFUSED, reason


def _undamaged(film: Film) -> Verdict:
    if film.facts.damaged:
        return _refuse("The film's compressed pixels are damaged; the model was not asked.")
    return _PASS


def _single(film: Film) -> Verdict:
    if film.facts.frames > 1:
        return _refuse(f"The file is a sequence of {film.facts.frames} frames, not one film.")
    return _PASS


def _grey(film: Film) -> Verdict:
    if film.facts.colour:
        return _refuse("The picture is in colour, so it is not a chest film.")
    return _PASS


def _size(film: Film) -> Verdict:
    short, long = sorted((film.rows, film.columns))
    if short < _LEAST_PIXELS:
        return _refuse(
            f"The picture is only {film.columns} x {film.rows} px; a film has at least "
            f"{_LEAST_PIXELS} px on each side."
        )
    if long > _GREATEST_ASPECT * short:
        return _refuse("The picture is far too long and narrow to be a chest film.")
    return _PASS


def _contrast(film: Film) -> Verdict:
    # Every 37th value is enough to tell, and 37 divides no usual width.
    low, high = np.percentile(film.stored.reshape(-1)[::37], (0.5, 99.5))
    if low == high:
        return _refuse("The picture shows nothing: nearly all its pixels are the same.")
    return _PASS


def _modality(film: Film, gate: Gate) -> Verdict:
    stated, accepted = film.facts.modality, set(gate.modalities)
    if accepted & _RADIOGRAPHS:
        accepted |= _RADIOGRAPHS
    if not gate.modalities or stated in accepted or film.facts.file_format != "DICOM":
        return _PASS
    if stated in _SILENT_MODALITIES:
        said = f"its modality is {stated}" if stated else "it names no modality"
        return Status.WARN, f"The file does not say that it is an X-ray film ({said})."
    return _refuse(
        f"The file's modality is {stated}; the model was made for {', '.join(gate.modalities)}."
    )


def _view(film: Film, gate: Gate) -> Verdict:
    stated = film.facts.view
    if not gate.views or stated in _UNSTATED or stated in gate.views:
        return _PASS
    return _refuse(
        f"The film's view is {stated}; the model was made for {' and '.join(gate.views)} views."
    )


def _body_part(film: Film, gate: Gate) -> Verdict:
    stated, accepted = film.facts.body_part, gate.body_parts
    if any(part in _CHEST_WORDS for part in accepted):
        accepted += _CHEST_WORDS
    if not gate.body_parts or stated in _UNSTATED or any(part in stated for part in accepted):
        return _PASS
    return _refuse(
        f"The film shows {stated.lower()}; the model was made for "
        f"{' and '.join(part.lower() for part in gate.body_parts)} films."
    )


def _age(film: Film, gate: Gate) -> Verdict:
    age = film.facts.age_years
    if gate.age_years is None or age is None:
        return _PASS
    low, high = gate.age_years
    # A child is five years old until the sixth birthday.
    if low <= age < high + 1:
        return _PASS
    return (
        Status.WARN,
        f"The patient is {_years(age)} old; the model was trained on patients of {low:g} to "
        f"{high:g} years.",
    )


def _years(age: float) -> str:
    if age >= 2:
        return f"{int(age)} years"
    months = int(age * 12)
    return f"{months} month{'' if months == 1 else 's'}"


_FILM_RULES: tuple[Callable[[Film], Verdict], ...] = (_undamaged, _single, _grey, _size, _contrast)
_GATE_RULES: tuple[Callable[[Film, Gate], Verdict], ...] = (_modality, _view, _body_part, _age)
