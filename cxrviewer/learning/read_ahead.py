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
from cxrviewer.learning.preprocess import Preprocess


@dataclass(frozen=True, kw_only=True, eq=False)
class Prepared:
    """A film that was read and turned into an input, or the reason why not.

    Attributes
    ----------
    pixels
        float32, (3, height, width), or None where the film is refused or cannot be read.
    """

    path: Path
    status: Status
    reason: str = ""
    pixels: Array | None = None


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
    """

    def __init__(self, films: Sequence[Path], manifest: Manifest, *, readers: int) -> None:
        self._gate = manifest.gate
        self._preprocess = Preprocess(manifest.input)
        super().__init__(films, self._prepare, readers=readers)

    def _prepare(self, path: Path, read: Read) -> Prepared:
        try:
            film = read(path)
            status, reason = gate.check(film, self._gate)
            if status is Status.REFUSED:
                return Prepared(path=path, status=status, reason=reason)
            pixels = self._preprocess.array(film)
            return Prepared(path=path, status=status, reason=reason, pixels=pixels)
        except CxrViewerError as error:
            return Prepared(path=path, status=Status.ERROR, reason=error.sentence)
        except Exception as error:  # noqa: BLE001 - a bad film is a row, never a stop
            logger.error("%s failed", film_alias(path), exc_info=error)
            return Prepared(path=path, status=Status.ERROR, reason=sentence_for(error))
