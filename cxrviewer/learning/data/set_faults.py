"""Faults of a data set as a whole or of its films one by one, each as a finding."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from cxrviewer.core import metrics
from cxrviewer.core.audit import AuditFinding
from cxrviewer.core.film import Array
from cxrviewer.learning.data import shortcuts
from cxrviewer.learning.data.audit_facts import Collected

BLANK_SPREAD = 0.04
_TINY = 128
_LEAST_PATIENTS = 3
_FEW_PATIENTS = 10
_UNEVEN = 2.5
_MANY_CLASSES = 20
_LISTED = 5
_ADD = "add films of other patients"


@dataclass(frozen=True, kw_only=True, eq=False)
class Seen:
    """All that was seen of a data set.

    Attributes
    ----------
    facts
        Of the films that were read.
    names
        What each of them is called.
    unread
        What the films are called that could not be read, each with its sentence.
    not_used
        Rows and files that name no film, each with its sentence.
    classes
        Label ids.
    truth
        float32, (films, labels): 1 shown, 0 not shown, NaN not known.
    areas
        AUROC of each label from the traits alone.
    """

    facts: Collected
    names: tuple[str, ...]
    unread: tuple[tuple[str, str], ...]
    not_used: tuple[tuple[str, str], ...]
    classes: tuple[str, ...]
    truth: Array
    areas: tuple[float, ...]


def _unreadable(seen: Seen) -> AuditFinding | None:
    if not seen.unread:
        return None
    total = len(seen.unread) + len(seen.names)
    films = tuple(name for name, _ in seen.unread)
    return AuditFinding(
        kind="unreadable",
        sentence=f"{len(films):,} of {total:,} films cannot be read and are not used; the first: "
        f"{seen.unread[0][1]}",
        films=films,
        fix="Leave it out, so that it is not tried again."
        if len(films) == 1
        else f"Leave out these {len(films):,} films, so that they are not tried again.",
        left_out=films,
    )


def _not_used(seen: Seen) -> AuditFinding | None:
    if not seen.not_used:
        return None
    number = len(seen.not_used)
    return AuditFinding(
        kind="not_used",
        sentence=f"{number:,} {'row or file names' if number == 1 else 'rows or files name'} no "
        f"film that can be used; the first: {seen.not_used[0][1]}",
        films=tuple(name for name, _ in seen.not_used),
    )


def _blank(seen: Seen) -> AuditFinding | None:
    films = np.flatnonzero(seen.facts.spread < BLANK_SPREAD)
    return _of_films(seen, "blank", films, "{number} nearly one grey all over and {show} nothing.")


def _tiny(seen: Seen) -> AuditFinding | None:
    films = np.flatnonzero(seen.facts.shortest < _TINY)
    return _of_films(
        seen,
        "tiny",
        films,
        f"{{number}} less than {_TINY} pixels high or wide, too small to {{show}} a fine finding.",
    )


def _of_films(seen: Seen, kind: str, films: Array, sentence: str) -> AuditFinding | None:
    if not len(films):
        return None
    one = len(films) == 1
    names = tuple(seen.names[film] for film in films)
    return AuditFinding(
        kind=kind,
        sentence=sentence.format(
            number="One film is" if one else f"{len(films):,} films are",
            show="show" if kind == "tiny" or not one else "shows",
        ),
        films=names,
        fix="Leave it out." if one else f"Leave out these {len(films):,} films.",
        left_out=names,
    )


def _few_films(seen: Seen) -> AuditFinding | None:
    few = {
        label: len({seen.facts.patients[film] for film in np.flatnonzero(column == 1)})
        for label, column in zip(seen.classes, seen.truth.T, strict=True)
    }
    few = {label: number for label, number in few.items() if number < _FEW_PATIENTS}
    if not few:
        return None
    # Only a class that no training can use is worth leaving out, and two must remain.
    hopeless = [label for label, number in few.items() if number < _LEAST_PATIENTS]
    removable = hopeless and len(seen.classes) - len(hopeless) > 1
    told = _listed([f"{label} ({number})" for label, number in few.items()])
    meaning = f"what is measured on so few says little; {_ADD}"
    if hopeless:
        meaning = (
            f"{_listed(hopeless)} cannot be trained at all, because training, validation and "
            "test need one patient each"
        )
        if not removable:
            meaning += f"; {_ADD}"
    films = _showing(seen, list(few))
    left_out = _showing(seen, hopeless) if removable else ()
    return AuditFinding(
        kind="few_films",
        sentence=f"Findings of few patients: {told}; {meaning}.",
        films=films,
        fix=f"Leave out the {len(left_out):,} films of {_listed(hopeless)}." if left_out else "",
        left_out=left_out,
    )


def _listed(words: Sequence[str]) -> str:
    rest = len(words) - _LISTED
    return ", ".join(words[:_LISTED]) + (f" and {rest} more" if rest > 0 else "")


def _showing(seen: Seen, labels: Sequence[str]) -> tuple[str, ...]:
    columns = [seen.classes.index(label) for label in labels]
    films = np.flatnonzero((seen.truth[:, columns] == 1).any(axis=1))
    return tuple(seen.names[film] for film in films)


def _many_classes(seen: Seen) -> AuditFinding | None:
    if len(seen.classes) < _MANY_CLASSES:
        return None
    return AuditFinding(
        kind="many_classes",
        sentence=f"The set has {len(seen.classes)} classes; each is learned from few films and "
        "tested on fewer. If folders are patients and not classes, put them below one folder a "
        "class.",
    )


def _imbalance(seen: Seen) -> AuditFinding | None:
    counts = (seen.truth == 1).sum(axis=0)
    most, least = int(counts.argmax()), int(counts.argmin())
    if counts[most] < _UNEVEN * max(counts[least], 1):
        return None
    return AuditFinding(
        kind="imbalance",
        sentence=f"{counts[most]:,} films show {seen.classes[most]} and {counts[least]:,} "
        f"{seen.classes[least]}; set class_weights to balanced, or augmentation to balance, so "
        "that the rare class counts as much.",
    )


def _shortcut(seen: Seen) -> AuditFinding | None:
    known = [(area, label) for area, label in zip(seen.areas, seen.classes, strict=True)]
    area, label = max((pair for pair in known if pair[0] == pair[0]), default=(0.0, ""))
    if area <= shortcuts.WARN_ABOVE:
        return None
    trait, alone = _strongest(seen.facts.traits, seen.truth[:, seen.classes.index(label)])
    return AuditFinding(
        kind="shortcut",
        sentence=f"Without looking at the lungs, from size, greys, sharpness, format and maker "
        f"alone, {label} is told with an AUROC of {area:.2f} ({trait} alone {alone:.2f}); a "
        "network can learn that instead, and its figures then hold for films like these only.",
    )


def _strongest(traits: Array, label: Array) -> tuple[str, float]:
    """Return the trait that tells a label best by itself, and its AUROC either way round."""
    known = ~np.isnan(label)
    areas = [metrics.auroc(label[known] > 0, traits[known, i]) for i in range(traits.shape[1])]
    best = int(np.argmax([abs(area - 0.5) for area in areas]))
    return shortcuts.TRAITS[best], max(areas[best], 1 - areas[best])


# Kind -> check, in no order; see `cxrviewer.learning.data.audit_dataset` for that of the findings.
CHECKS: dict[str, Callable[[Seen], AuditFinding | None]] = {
    "unreadable": _unreadable,
    "not_used": _not_used,
    "blank": _blank,
    "tiny": _tiny,
    "few_films": _few_films,
    "many_classes": _many_classes,
    "imbalance": _imbalance,
    "shortcut": _shortcut,
}
