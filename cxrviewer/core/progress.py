"""What a training tells while it runs: frozen events, and the state they add up to."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """The films were read and split.

    Attributes
    ----------
    classes
        Label ids in the order of the outputs.
    counts
        Films of each class in training, validation and test.
    patients
        Patients in training, validation and test.
    refused
        Films left out, each with its sentence.
    """

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
    patients: tuple[int, int, int]
    refused: tuple[tuple[str, str], ...]
    split_by: str
    device: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class PhaseStarted:
    """A phase begins.

    Attributes
    ----------
    trainable, total
        Parameters; `total` counts batch-norm statistics, as Keras and the papers do.
    """

    index: int
    name: str
    epochs: int
    trainable: int
    total: int


@dataclass(frozen=True, kw_only=True)
class BatchDone:
    """Films done in the running step: `stage` is reading, features, training or validation."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True, kw_only=True)
class EpochDone:
    """One epoch's losses (mean cross-entropy, nats) and accuracies (0..1)."""

    phase: int
    epoch: int
    train_loss: float
    train_accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Finished:
    """The training is over and the bundle written.

    Attributes
    ----------
    bundle
        Folder of the new bundle.
    summary
        One sentence with the test result, its interval, n and the split.
    """

    bundle: str
    summary: str


Event = Prepared | PhaseStarted | BatchDone | EpochDone | Finished


@dataclass(frozen=True, kw_only=True)
class Progress:
    """All events so far, as a picture of the run draws them."""

    prepared: Prepared | None = None
    phases: tuple[PhaseStarted, ...] = ()
    epochs: tuple[EpochDone, ...] = ()
    batch: BatchDone | None = None
    finished: Finished | None = None

    def after(self, event: Event) -> "Progress":
        """Return the progress once `event` has happened."""
        match event:
            case Prepared():
                return replace(self, prepared=event, batch=None)
            case PhaseStarted():
                return replace(self, phases=(*self.phases, event), batch=None)
            case BatchDone():
                return replace(self, batch=event)
            case EpochDone():
                return replace(self, epochs=(*self.epochs, event), batch=None)
            case Finished():
                return replace(self, finished=event, batch=None)
