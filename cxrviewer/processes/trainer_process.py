"""One training job in a child process of its own."""

from collections.abc import Iterator

from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import Event
from cxrviewer.processes.child import Child
from cxrviewer.processes.messages import Train


class Trainer:
    """Runs training plans in a child process, one at a time."""

    def __init__(self, *, threads: int = 0) -> None:
        self._child = Child(
            "trainer",
            died="The training stopped unexpectedly; the model in use is unchanged.",
            may_start_children=True,
        )
        self._threads = threads

    def train(self, plan: TrainingPlan) -> Iterator[Event]:
        """Run a plan and yield its events; closing the generator stops the training.

        Raises
        ------
        CxrViewerError
            What made the training impossible.
        """
        yield from self._child.stream(Train(plan=plan, threads=self._threads))

    def close(self) -> None:
        """End the child; an unfinished training leaves no bundle."""
        self._child.close()
