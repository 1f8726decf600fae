"""The network through the engine child: analyse and explain without torch in the window."""

from cxrviewer.core.analysis import Analysis
from cxrviewer.core.errors import ProcessError
from cxrviewer.core.film import Film
from cxrviewer.processes.child import Child
from cxrviewer.processes.messages import Analyse, LoadModel, ModelReady

_TIME_LIMIT = 180.0


class Engine:
    """Holds one loaded bundle in a child process.

    A child that died is replaced, and the bundle loaded again, at the next request.
    """

    def __init__(self, *, threads: int = 0) -> None:
        self._child = Child(
            "engine",
            died="The analysis stopped unexpectedly and was restarted; try again.",
            hung="The analysis took too long and was restarted; try again.",
        )
        self._threads = threads
        self._model = ""
        self._loaded: tuple[int | None, str] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the running child, or None."""
        return self._child.pid

    def start(self) -> None:
        """Start the child ahead of the first film."""
        self._child.start()

    def load(self, model: str) -> ModelReady:
        """Load the bundle with this id or in this folder.

        Raises
        ------
        BundleError
            If it cannot be used; the one loaded before stays.
        ProcessError
            If the child died.
        """
        ready = self._child.request(
            LoadModel(model=model, threads=self._threads), seconds=_TIME_LIMIT
        )
        if not isinstance(ready, ModelReady):
            raise ProcessError("The analysis sent a damaged answer; try again.")
        self._model, self._loaded = model, (self._child.pid, model)
        return ready

    def analyse(
        self,
        film: Film,
        *,
        label: str = "",
        layer: str = "",
        method: str = "gradcam",
        anyway: bool = False,
    ) -> Analysis:
        """Ask the loaded bundle about a film; `anyway` sets aside what its gate may refuse.

        Raises
        ------
        ProcessError
            If the child died or no bundle is loaded.
        BundleError
            If the label or the layer is none of the bundle's.
        """
        if not self._model:
            raise ProcessError("No model is loaded.")
        self._child.start()
        if self._loaded != (self._child.pid, self._model):
            self.load(self._model)
        analysis = self._child.request(
            Analyse(film=film, label=label, layer=layer, method=method, anyway=anyway),
            seconds=_TIME_LIMIT,
        )
        if not isinstance(analysis, Analysis):
            raise ProcessError("The analysis sent a damaged answer; try again.")
        return analysis

    def kill(self) -> None:
        """End the child at once; callable from any thread."""
        self._child.kill()

    def close(self) -> None:
        """End the child."""
        self._child.close()
