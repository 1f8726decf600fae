"""One training job in a child process of its own."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

from cxrviewer.core.audit import Audit
from cxrviewer.core.errors import ProcessError
from cxrviewer.core.paired import Comparison
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import BatchDone, Event, Finished, Noted, RateFound, RateTried
from cxrviewer.core.run import CANCELLED, FAILED
from cxrviewer.core.run_files import CHECKPOINT
from cxrviewer.processes import half_written
from cxrviewer.processes.child import Child
from cxrviewer.processes.messages import (
    AuditFilms,
    Compare,
    Evaluate,
    Evaluated,
    FindRate,
    Train,
)

_DIED = "The training stopped unexpectedly; the model in use is unchanged."
_RESUME = " Resume it to go on after its last epoch."
_PATIENCE = 1.8


class Trainer:
    """Does what belongs to training in a child process, one job at a time.

    A job is an iterator that one thread takes events from. `pause`, `resume` and `cancel` may be
    called from any other thread meanwhile, also while the child still starts; closing the
    iterator cancels too. Within two seconds a cancelled job has ended and left nothing
    half-written: its iterator then ends without a last event. A paused job uses no processor.

    Parameters
    ----------
    threads
        Threads of the network, 0 leaves one core for the window.
    """

    def __init__(self, *, threads: int = 0) -> None:
        self._child = Child("trainer", died=_DIED, may_start_children=True, patience=_PATIENCE)
        self._threads = threads

    @property
    def pid(self) -> int | None:
        """Process id of the running child, or None."""
        return self._child.pid

    def start(self) -> None:
        """Start the child ahead of the first job; returns before it is ready."""
        self._child.start()

    def train(self, plan: TrainingPlan) -> Generator[Event, None, None]:
        """Run a plan and yield its events, the last a `Finished`.

        A training whose process was killed by something else keeps its checkpoint, so that a
        plan with `resume` can go on.

        Raises
        ------
        CxrViewerError
            What made the training impossible.
        """
        return self._trained(plan, self._job(Train(plan=plan, threads=self._threads)))

    def audit(
        self,
        data: Path,
        *,
        patients_from: str = "auto",
        split: tuple[float, float, float] = (0.7, 0.1, 0.2),
    ) -> Generator[BatchDone | Audit, None, None]:
        """Look for faults in labelled films and yield how far it is, at last the `Audit`.

        Raises
        ------
        DataError
            If there are no films to look at.
        """
        return self._job(
            AuditFilms(data=data, patients_from=patients_from, split=split, threads=self._threads)
        )

    def find_rate(
        self, plan: TrainingPlan
    ) -> Generator[BatchDone | Noted | RateTried | RateFound, None, None]:
        """Try learning rates on a plan's films and yield them, at last a `RateFound`.

        Raises
        ------
        CxrViewerError
            What made it impossible.
        """
        return self._job(FindRate(plan=plan, threads=self._threads))

    def evaluate(
        self, data: Path, model: str, out: Path
    ) -> Generator[BatchDone | Evaluated, None, None]:
        """Measure a model (its id or folder) on labelled films, at last an `Evaluated`.

        Raises
        ------
        CxrViewerError
            What made it impossible.
        """
        request = Evaluate(data=data, model=model, out=out, threads=self._threads)
        return self._evaluated(out, self._job(request))

    def compare(self, run_folder: Path, model: str) -> Comparison:
        """Compare a run's model with another on the run's held-out films.

        Parameters
        ----------
        model
            Id or folder of a model, or the folder of another run; two runs are compared on the
            held-out films they share.

        Raises
        ------
        CxrViewerError
            What made it impossible; also after `cancel`.
        """
        request = Compare(run_folder=run_folder, model=model, threads=self._threads)
        answers = list(self._job(request))
        if not answers or not isinstance(answers[-1], Comparison):
            raise ProcessError("The comparison was stopped; the model in use is unchanged.")
        return answers[-1]

    def pause(self) -> None:
        """Let the running job rest after its next event."""
        self._child.pause()

    def resume(self) -> None:
        """Let the running job go on."""
        self._child.resume()

    def cancel(self) -> None:
        """End the running job; returns at once."""
        self._child.stop()

    def kill(self) -> None:
        """End the child at once; a training under way keeps its checkpoint."""
        self._child.kill()

    def close(self) -> None:
        """End the child; an unfinished training keeps its checkpoint and leaves no bundle."""
        self._child.close()

    def _job(self, request: Any) -> Generator[Any, None, None]:
        return self._swept(self._child.stream(request))

    def _swept(self, events: Generator[Any, None, None]) -> Generator[Any, None, None]:
        """Pass events on; where the child had to be killed, take away what it was keeping."""
        try:
            yield from events
        finally:
            events.close()
            if not self._child.is_alive:
                half_written.sweep_cache()

    def _evaluated(
        self, out: Path, events: Generator[BatchDone | Evaluated, None, None]
    ) -> Generator[BatchDone | Evaluated, None, None]:
        before, finished = half_written.names_in(out), False
        try:
            for event in events:
                finished = isinstance(event, Evaluated)
                yield event
        finally:
            events.close()
            if not (finished or self._child.is_alive):
                half_written.take_away(out, before=before)

    def _trained(
        self, plan: TrainingPlan, events: Generator[Event, None, None]
    ) -> Generator[Event, None, None]:
        before, status, finished = half_written.names_in(plan.out), CANCELLED, False
        try:
            for event in events:
                finished = isinstance(event, Finished)
                yield event
        except ProcessError as error:
            before, status = before | {CHECKPOINT}, FAILED
            kept = (plan.out / CHECKPOINT).exists()
            raise ProcessError(f"{error.sentence}{_RESUME if kept else ''}") from error
        finally:
            events.close()
            if not (finished or self._child.is_alive):
                half_written.take_away(plan.out, before=before)
                half_written.tell_history(plan.out, status)
