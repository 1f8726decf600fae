"""What an audit keeps of each film: enough to tell films apart, in about five kilobytes."""

import hashlib
from collections.abc import Sequence

import numpy as np

from cxrviewer.core.film import Array, Film
from cxrviewer.imaging import display
from cxrviewer.learning.data import patients, shortcuts
from cxrviewer.learning.data.labelled import Entry
from cxrviewer.learning.data.near_duplicates import LENGTH, SIDE, descriptor
from cxrviewer.learning.trainer.keep import Keep, Table, digest
from cxrviewer.learning.trainer.store import Store

_TRAITS_SIDE = 224
_GREYS_BYTES = 16
_AT_ONCE = 1024
# Raised whenever one of these is measured in another way, so that none is taken from before.
_VERSION = 1
_ROW = np.dtype(
    [
        # Digest of the patient's id in the header, zeros where it names none.
        ("owner", "u1", (patients.DIGEST_BYTES,)),
        # Digest of the decoded greys and their shape.
        ("greys", "u1", (_GREYS_BYTES,)),
        ("shortest", "<i4"),
        ("spread", "<f8"),
        ("traits", "<f8", (len(shortcuts.TRAITS),)),
        ("descriptor", "<f4", (LENGTH,)),
        ("picture", "u1", (SIDE, SIDE)),
    ]
)


def table(keep: Keep) -> Table:
    """Return where the facts of films are kept."""
    return keep.table("audit", digest("audit", _VERSION, _ROW.descr, shortcuts.TRAITS))


def facts_of(film: Film) -> tuple[Array]:
    """Return what is kept of a film, as uint8 bytes."""
    import cv2

    shown = display.render(film, bits=16)
    small = cv2.resize(shown, (_TRAITS_SIDE, _TRAITS_SIDE), interpolation=cv2.INTER_AREA)
    picture = (cv2.resize(small, (SIDE, SIDE), interpolation=cv2.INTER_AREA) / 256).astype(np.uint8)
    low, high = np.percentile(small, (5, 95))
    made = hashlib.blake2b(str(shown.shape).encode(), digest_size=_GREYS_BYTES)
    made.update(np.ascontiguousarray(shown).data)
    row = np.zeros(1, _ROW)
    owner = bytes.fromhex(patients.digest_of(film.identity.patient_id))
    row["owner"][0, : len(owner)] = np.frombuffer(owner, np.uint8)
    row["greys"] = np.frombuffer(made.digest(), np.uint8)
    row["shortest"] = min(film.rows, film.columns)
    row["spread"] = float(high - low) / 65_535.0
    row["traits"] = shortcuts.traits(film, small.astype(np.float32) / 65_535.0)
    row["picture"] = picture
    row["descriptor"] = descriptor(picture)
    return (row.view(np.uint8),)


class Collected:
    """The facts of films that were read, column by column.

    Parameters
    ----------
    rows
        As `facts_of` made them, in the order of the entries.

    Attributes
    ----------
    refused
        Films that could not be read: entry and sentence.
    patients, sources
        Whose each film is, by one name wherever it is told, and what told it.
    shortest
        int32, pixels along the shorter side.
    spread
        Greys between the 5th and the 95th percentile, as a share of black to white.
    greys
        Digests of the decoded greys.
    traits
        float64, (films, traits), see `cxrviewer.learning.data.shortcuts`.
    descriptors
        float32, (films, n), see `cxrviewer.learning.data.near_duplicates`.
    """

    def __init__(
        self, entries: Sequence[Entry], refused: Sequence[tuple[Entry, str]], rows: Store
    ) -> None:
        self.entries, self.refused = tuple(entries), tuple(refused)
        self._rows = rows
        films = len(entries)
        self.shortest = np.empty(films, np.int32)
        self.spread = np.empty(films)
        self.greys: list[bytes] = []
        self.traits = np.empty((films, len(shortcuts.TRAITS)))
        self.descriptors = np.empty((films, LENGTH), np.float32)
        owners: list[str] = []
        for start in range(0, films, _AT_ONCE):
            part = slice(start, min(start + _AT_ONCE, films))
            read = self._read(np.arange(part.start, part.stop))
            self.shortest[part], self.spread[part] = read["shortest"], read["spread"]
            self.traits[part], self.descriptors[part] = read["traits"], read["descriptor"]
            self.greys += [row.tobytes() for row in read["greys"]]
            owners += [row.tobytes().hex() if row.any() else "" for row in read["owner"]]
        told = [entry.told_with(who) for entry, who in zip(entries, owners, strict=True)]
        self.patients = patients.under_one_name(told)
        self.sources = tuple(source for _, source in told)

    def picture(self, film: int) -> Array:
        """Return the small picture of one film, uint8, (64, 64)."""
        picture: Array = self._read(np.array([film]))["picture"][0]
        return picture

    def _read(self, films: Array) -> Array:
        return self._rows.read(films).view(_ROW)[:, 0]
