"""Labelled films: which films there are, what they show, and whose they are.

A data set is a folder with one folder a class (the folder's name is the label, sub-folders
are walked) or a CSV; relative paths in it start at the CSV's own folder or its folder `images`.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from pathlib import Path

from cxrviewer.core.errors import DataError
from cxrviewer.core.progress import BatchDone
from cxrviewer.learning.data import folder_listing, table_listing
from cxrviewer.learning.data.labelled import NEGATIVE, Entry, Listing, film_name, label_id

__all__ = [
    "NEGATIVE",
    "Entry",
    "Listing",
    "film_name",
    "for_training",
    "label_id",
    "list_films",
    "scan_films",
    "usable",
    "with_one_finding",
]

_FILM_SUFFIXES = (".dcm", ".dicom", ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")
_HEAD = 132
# Films left out for one reason are named one by one up to here, and counted beyond.
_NAMED = 10

Told = Callable[[BatchDone], object]


def scan_films(data: Path) -> Generator[BatchDone, None, Listing]:
    """List the films of a folder or a CSV, telling how many there are so far.

    Closing the generator gives it up.

    Raises
    ------
    DataError
        If there is no such data set or no film in it.
    """
    if data.is_dir():
        listing = yield from folder_listing.scan(data)
    elif data.is_file():
        _refuse_what_is_no_table(data)
        listing = yield from table_listing.scan(data)
    else:
        raise DataError(f"There is no folder or CSV {data}; name a folder with one folder a class.")
    if not listing.entries:
        cause = f" ({listing.refused[0][1].rstrip('.')})" if listing.refused else ""
        form = "one folder a class" if data.is_dir() else "a CSV that names their files"
        raise DataError(f"There are no labelled films in {data}{cause}; put them in {form}.")
    return listing


def list_films(data: Path, *, told: Told | None = None) -> Listing:
    """List the films of a folder or a CSV.

    Parameters
    ----------
    told
        Called now and then with how many there are so far; what it raises ends the listing.

    Raises
    ------
    DataError
        If there is no such data set or no film in it.
    """
    events = scan_films(data)
    while True:
        try:
            event = next(events)
        except StopIteration as end:
            listing: Listing = end.value
            return listing
        if told:
            told(event)


def for_training(
    data: Path,
    *,
    activation: str = "softmax",
    patients_from: str = "auto",
    left_out: Sequence[str] = (),
    told: Told | None = None,
) -> Listing:
    """List the films of a data set that a network can learn from; see `usable`.

    Raises
    ------
    DataError
        If there is no such data set, or nothing to tell apart in it.
    """
    return usable(
        list_films(data, told=told),
        data,
        activation=activation,
        patients_from=patients_from,
        left_out=left_out,
    )


def usable(
    listing: Listing,
    data: Path,
    *,
    activation: str = "softmax",
    patients_from: str = "auto",
    left_out: Sequence[str] = (),
) -> Listing:
    """Keep the films of a listing that a network with these outputs can learn from.

    Parameters
    ----------
    activation
        `softmax` takes films that show exactly one finding, `sigmoid` all.
    patients_from
        What may tell the patient, see `cxrviewer.core.plan.PATIENTS_FROM`.
    left_out
        Films that are not wanted, as `film_name` calls them.

    Raises
    ------
    DataError
        If there is nothing to tell apart.
    """
    unwanted = frozenset(left_out)
    listing = replace(
        listing,
        entries=tuple(
            replace(entry, patients_from=patients_from)
            for entry in listing.entries
            if not unwanted or film_name(entry.path, data) not in unwanted
        ),
    )
    listing = with_one_finding(listing) if activation == "softmax" else _of_shown(listing)
    whole = all(entry.findings for entry in listing.entries)
    if not listing.names or (len(listing.names) == 1 and (activation == "softmax" or whole)):
        only = ", ".join(listing.names.values()) or "none"
        raise DataError(
            f"{data} holds films of one class only ({only}); training needs at least two"
            f"{', each in a folder of its own' if data.is_dir() else ''}."
        )
    return listing


def with_one_finding(listing: Listing) -> Listing:
    """Keep the films that state exactly one finding, as a network with one label a film needs."""
    kept = tuple(e for e in listing.entries if len(e.findings) == 1 and not e.unknown)
    several = [e.path.name for e in listing.entries if len(e.findings) > 1]
    open_ones = [e.path.name for e in listing.entries if len(e.findings) < 2 and e.unknown]
    silent = [e.path.name for e in listing.entries if not e.findings and not e.unknown]
    alone = {finding for entry in kept for finding in entry.findings}
    shown = {finding for entry in listing.entries for finding in entry.findings}
    return _of_shown(
        replace(
            listing,
            entries=kept,
            refused=(
                *listing.refused,
                *_left_out(several, "several findings; only films with one are used"),
                *_left_out(open_ones, "a finding is not known; only films with one are used"),
                *_left_out(silent, "no finding is stated; only films with one are used"),
                *_left_out(sorted(shown - alone), "shown only beside others", kind="findings"),
            ),
        )
    )


def _of_shown(listing: Listing) -> Listing:
    """Keep the labels that some film shows."""
    shown = {finding for entry in listing.entries for finding in entry.findings}
    names = {label: name for label, name in listing.names.items() if label in shown}
    return replace(listing, names=names)


def _left_out(names: list[str], why: str, *, kind: str = "films") -> tuple[tuple[str, str], ...]:
    if len(names) > _NAMED:
        return ((f"{len(names)} {kind}", f"{len(names):,} {kind}: {why}."),)
    return tuple((name, f"{name}: {why}.") for name in names)


def _refuse_what_is_no_table(data: Path) -> None:
    if data.name.lower() == "dicomdir":
        raise DataError(
            f"{data} is the index of a DICOM medium and tells no classes; open a folder with one "
            "folder a class, or a CSV."
        )
    try:
        with data.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError as error:
        raise DataError(f"{data} may not be read; check your rights.") from error
    if data.suffix.lower() in _FILM_SUFFIXES or head[-4:] == b"DICM":
        raise DataError(
            f"{data} is a single film; open a folder with one folder a class, or a CSV."
        )
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DataError(f"{data} is written in UTF-16; save it anew as CSV UTF-8.")
