"""Films through the reader child: the only way the window and the commands read a film."""

from pathlib import Path

from cxrviewer.core.errors import FilmError, ProcessError
from cxrviewer.core.film import Film
from cxrviewer.processes.child import Child
from cxrviewer.processes.messages import ReadFilm

TIME_LIMIT = 5.0


class FilmReader:
    """Reads films in a child process with limits of time and memory."""

    def __init__(self) -> None:
        self._child = Child(
            "reader",
            died="The decoder failed on this file; it is damaged or not a film.",
            hung=f"This file could not be decoded in {TIME_LIMIT:.0f} seconds; it is damaged "
            "or too large.",
        )

    @property
    def pid(self) -> int | None:
        """Process id of the running child, or None."""
        return self._child.pid

    def start(self) -> None:
        """Start the child ahead of the first film."""
        self._child.start()

    def read(self, path: Path) -> Film:
        """Read one film.

        Raises
        ------
        FilmError
            One sentence that names the file and the cause.
        """
        try:
            film = self._child.request(ReadFilm(path=path.absolute()), seconds=TIME_LIMIT)
        except ProcessError as error:
            raise FilmError(f"{path.name}: {error.sentence}") from error
        if not isinstance(film, Film):
            raise FilmError(f"{path.name}: the decoder sent a damaged answer; try again.")
        return film

    def kill(self) -> None:
        """End a read that is under way; callable from any thread."""
        self._child.kill()

    def close(self) -> None:
        """End the child."""
        self._child.close()
