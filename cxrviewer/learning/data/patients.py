"""Whose film it is, by a table's column, the film's header, its name, or its folder."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import PurePath

DIGEST_BYTES = 8
# What may tell, the most trustworthy first.
_RANK = ("column", "header", "name", "folder")
# The public children's set restarts the numbers of `person` for each kind of pneumonia, so the
# kind belongs to the key. The last form is that of ChestX-ray14.
_IN_NAME = (
    re.compile(r"(?P<key>person\d+_(?:bacteria|virus))_\d+"),
    re.compile(r"(?P<key>(?:NORMAL\d*-)?IM-\d+)-\d+"),
    re.compile(r"(?P<key>(?:BACTERIA|VIRUS|NORMAL)-\d+)-\d+"),
    re.compile(r"0*(?P<key>\d{1,8})_\d{3}\.(?:png|jpe?g)$", re.IGNORECASE),
)
_IN_FOLDER = re.compile(r"(?:patient|subject|person|case)[-_ ]?\w*\d|p\d{5,}$", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d(?:[-_]\d\d)*$")


def patient_in_name(name: str) -> str:
    """Return the patient that a film's file name carries, or an empty text.

    References
    ----------
    The naming of Kermany et al. 2018 and of ChestX-ray14 (Wang et al. 2017).
    """
    matches = (pattern.match(name) for pattern in _IN_NAME)
    return next((match["key"] for match in matches if match), "")


def patient_in_folders(inner: PurePath, *, of_class: bool) -> str:
    """Return the patient that the folders between a data set and a film carry, or an empty text.

    Parameters
    ----------
    inner
        Path of the film below its class folder, or below the table that names it.
    of_class
        True below a class folder, where the first sub-folder counts whatever its name, unless it
        is a year.
    """
    folders = inner.parts[:-1]
    named = next((folder for folder in folders if _IN_FOLDER.match(folder)), "")
    if named or not of_class:
        return named
    return next((folder for folder in folders if not _YEAR.match(folder)), "")


def whose(says: dict[str, str], *, patients_from: str, film: str) -> tuple[str, str]:
    """Return a film's patient and what told it.

    Parameters
    ----------
    says
        Source (`column`, `header`, `name`, `folder`) -> patient, empty where it is silent.
    patients_from
        One of `cxrviewer.core.plan.PATIENTS_FROM`.
    film
        What the film is called, its patient where nothing tells: it is nobody else's.
    """
    sources = _RANK if patients_from == "auto" else (patients_from,)
    told = next((source for source in sources if says.get(source)), "")
    return (says[told], told) if told else (film, "film")


def digest_of(patient: str) -> str:
    """Return a digest by which a patient's id can be told from others and not be read.

    Case, spaces around it and leading zeros do not count: a header, a table and a file's name
    write the same id in different ways. An empty id has none.
    """
    plain = patient.strip().casefold()
    made = hashlib.blake2b(digest_size=DIGEST_BYTES)
    made.update((plain.lstrip("0") or plain[-1:]).encode("utf-8", "surrogatepass"))
    return made.hexdigest() if plain else ""


def under_one_name(told: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the patient of each film, by one name for the films that different sources tell of.

    Parameters
    ----------
    told
        Patient of each film and what told it, see `whose`; of a header its digest.
    """
    plain = {digest_of(who): who for who, source in told if source not in ("header", "film")}
    keys = (who if source in ("header", "film") else digest_of(who) for who, source in told)
    return tuple(plain.get(key, key) for key in keys)
