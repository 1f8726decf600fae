"""What an audit of labelled films found before a training, as plain values."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class AuditFinding:
    """One kind of fault in a data set.

    Attributes
    ----------
    kind
        Key of the fault: unreadable, blank, tiny, duplicate, near_duplicate, label_conflict,
        patient_leak, few_films, many_classes, imbalance, shortcut, not_used (rows and files that
        name no film).
    sentence
        What was found and why it matters, with its numbers.
    films
        Films concerned, relative to the data's folder; of a fault in groups, group by group.
    groups
        Number of films of each group, empty where films stand alone.
    fix
        What accepting the fix does, in words; empty where there is nothing to accept.
    left_out
        Films that are not used once the fix is accepted.
    """

    kind: str
    sentence: str
    films: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()
    fix: str = ""
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PatientGroups:
    """Whose films they are, by one way of telling.

    Attributes
    ----------
    source
        One of `cxrviewer.core.plan.PATIENTS_FROM`; `film` where nothing told, so that each film
        counts as a patient of its own.
    films, patients
        Counts.
    examples
        Some patients (shortened, never a name from a header) with their number of films,
        those with most films first.
    """

    source: str
    films: int
    patients: int
    examples: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Audit:
    """The whole audit.

    Attributes
    ----------
    counts
        Label and number of readable films that show it, the negative label first.
    films, patients
        Readable films and their patients.
    several
        True where some film shows several findings, so that only several-label recipes use all.
    grouping
        How the patients were told apart.
    shortcut_areas
        Label and AUROC from size, greys, aspect, sharpness, format and maker alone.
    split
        Films of each label in training, validation and test, as the default split would have it;
        empty where the films allow none.
    findings
        Faults, the gravest first; empty for a clean set.
    at_stake
        Readable film that some fix leaves out -> the labels it shows.
    """

    data: str
    counts: tuple[tuple[str, int], ...]
    films: int
    patients: int
    several: bool
    grouping: tuple[PatientGroups, ...]
    shortcut_areas: tuple[tuple[str, float], ...]
    split: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
    findings: tuple[AuditFinding, ...]
    at_stake: dict[str, tuple[str, ...]] = field(default_factory=dict)
