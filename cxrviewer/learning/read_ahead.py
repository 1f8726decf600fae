"""Films read and prepared ahead of the network, in child processes; needs no torch itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cxrviewer.core.analysis import Status
from cxrviewer.core.errors import CxrViewerError, sentence_for
from cxrviewer.core.film import Array
from cxrviewer.core.logs import film_alias, logger
from cxrviewer.core.manifest import Manifest
from cxrviewer.learning import gate
from cxrviewer.learning.data.reader_pool import Read, ReaderPool
from cxrviewer.learning.preprocess import Preprocess, unit
from cxrviewer.learning.verdict import Verdict


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """A film that was read and turned into an input, or the reason why not.

    Attributes
    ----------
    verdict
        Of the gate before the network, or `Status.ERROR` for a film that cannot be read.
    pixels
        float32, (3, height, width), or None where the network is not asked.
    age_known
        Whether the film's header tells the patient's age.
    """

    path: Path
    verdict: Verdict
    pixels: Array | None = None
    age_known: bool = False


class ReadAhead(ReaderPool[Prepared]):
    """Reads films in the background, in child processes, and yields them in their order.

    Reading starts at once, so that it overlaps with loading the network. A film that cannot
    be read, or kills its reader, is one `Prepared` with the reason; the others follow.

    Parameters
    ----------
    films
        Files to read.
    manifest
        Of the bundle that will be asked: its gate and its input rule apply.
    readers
        Child processes that read.
    anyway
        The answer is wanted of films that the gate refuses, too.
    """

    def __init__(
        self, films: Sequence[Path], manifest: Manifest, *, readers: int, anyway: bool = False
    ) -> None:
        self._gate = manifest.gate
        self._anyway = anyway
        self._preprocess = Preprocess(manifest.input)
        super().__init__(films, self._prepare, readers=readers)

    def _prepare(self, path: Path, read: Read) -> Prepared:
        try:
            film = read(path)
            admitted = gate.admit(film, self._gate, self._preprocess, anyway=self._anyway)
            if admitted.levels is None:
                return Prepared(path=path, verdict=admitted.verdict)
            pixels = self._preprocess.scaled(unit(admitted.levels))
            return Prepared(
                path=path, verdict=admitted.verdict, pixels=pixels, age_known=admitted.age_known
            )
        except CxrViewerError as error:
            return Prepared(path=path, verdict=_error(error.sentence))
        except Exception as error:  # noqa: BLE001 - a bad film is a row, never a stop
            logger.error("%s failed", film_alias(path), exc_info=error)
            return Prepared(path=path, verdict=_error(sentence_for(error)))


def _error(sentence: str) -> Verdict:
    return Verdict(status=Status.ERROR, reason=sentence)
