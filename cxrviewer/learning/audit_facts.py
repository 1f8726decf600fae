"""What an audit keeps of each film: enough to tell films apart, in about four kilobytes."""

import hashlib
import tempfile
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import numpy as np

from cxrviewer.core.errors import CxrViewerError, DataError, sentence_for
from cxrviewer.core.film import Array, Film
from cxrviewer.core.logs import film_alias, logger
from cxrviewer.imaging import display
from cxrviewer.learning import shortcuts
from cxrviewer.learning.labelled import Entry
from cxrviewer.learning.near_duplicates import SIDE, descriptor
from cxrviewer.learning.reader_pool import Read

_TRAITS_SIDE = 224


@dataclass(frozen=True, kw_only=True, eq=False)
class Facts:
    """What is kept of one film.

    Attributes
    ----------
    flaw
        Why it cannot be read, empty for a film that was.
    patient, source
        Whose it is and what told it; an id from a header only as a digest.
    shortest
        Pixels along the shorter side.
    spread
        Greys between the 5th and the 95th percentile, as a share of black to white.
    greys
        Digest of the decoded greys and their shape.
    traits
        See `cxrviewer.learning.shortcuts`.
    picture
        uint8, (64, 64).
    descriptor
        float32, see `cxrviewer.learning.near_duplicates`.
    """

    flaw: str = ""
    patient: str = ""
    source: str = ""
    shortest: int = 0
    spread: float = 0.0
    greys: bytes = b""
    traits: Array = field(default_factory=lambda: np.empty(0))
    picture: Array = field(default_factory=lambda: np.empty(0, dtype=np.uint8))
    descriptor: Array = field(default_factory=lambda: np.empty(0, dtype=np.float32))


def facts_of(entry: Entry, read: Read) -> Facts:
    """Read a film and return what is kept of it, or why it cannot be read."""
    try:
        return _measure(entry, read(entry.path))
    except CxrViewerError as error:
        return Facts(flaw=error.sentence)
    except Exception as error:  # noqa: BLE001 - a bad film is a finding, never a stop
        logger.error("%s failed", film_alias(entry.path), exc_info=error)
        return Facts(flaw=f"{entry.path.name}: {sentence_for(error)}")


def _measure(entry: Entry, film: Film) -> Facts:
    import cv2

    shown = display.render(film, bits=16)
    small = cv2.resize(shown, (_TRAITS_SIDE, _TRAITS_SIDE), interpolation=cv2.INTER_AREA)
    picture = (cv2.resize(small, (SIDE, SIDE), interpolation=cv2.INTER_AREA) / 256).astype(np.uint8)
    low, high = np.percentile(small, (5, 95))
    patient, source = entry.told(film)
    digest = hashlib.blake2b(str(shown.shape).encode(), digest_size=16)
    digest.update(np.ascontiguousarray(shown).data)
    return Facts(
        patient=patient,
        source=source,
        shortest=min(film.rows, film.columns),
        spread=float(high - low) / 65_535.0,
        greys=digest.digest(),
        traits=shortcuts.traits(film, small.astype(np.float32) / 65_535.0),
        picture=picture,
        descriptor=descriptor(picture),
    )


class Collected:
    """The facts of all films, column by column; the pictures lie in a temporary file.

    Attributes
    ----------
    entries
        Films that were read.
    refused
        Those that were not: entry and sentence.
    """

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.refused: list[tuple[Entry, str]] = []
        self.patients: list[str] = []
        self.sources: list[str] = []
        self.shortest: list[int] = []
        self.spread: list[float] = []
        self.greys: list[bytes] = []
        self._traits: list[Array] = []
        self._descriptors: list[Array] = []
        self._pictures = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pictures.close()

    def add(self, entry: Entry, facts: Facts) -> None:
        """Keep the facts of the next film.

        Raises
        ------
        DataError
            If the temporary file has no room.
        """
        if facts.flaw:
            self.refused.append((entry, facts.flaw))
            return
        try:
            self._pictures.write(facts.picture.tobytes())
        except OSError as error:
            raise DataError(
                f"There is no room for what the audit keeps of the films in {tempfile.gettempdir()}"
                "; free some space there."
            ) from error
        self.entries.append(entry)
        self.patients.append(facts.patient)
        self.sources.append(facts.source)
        self.shortest.append(facts.shortest)
        self.spread.append(facts.spread)
        self.greys.append(facts.greys)
        self._traits.append(facts.traits)
        self._descriptors.append(facts.descriptor)

    @property
    def traits(self) -> Array:
        """Traits of all films, float64, (films, traits)."""
        return np.stack(self._traits)

    @property
    def descriptors(self) -> Array:
        """Descriptors of all films, float32, (films, n)."""
        return np.stack(self._descriptors)

    def picture(self, film: int) -> Array:
        """Return the small picture of one film, uint8, (64, 64)."""
        self._pictures.seek(film * SIDE * SIDE)
        raw = self._pictures.read(SIDE * SIDE)
        return np.frombuffer(raw, dtype=np.uint8).reshape(SIDE, SIDE)
