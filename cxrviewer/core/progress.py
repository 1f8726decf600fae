"""What a training tells while it runs: frozen events, and the state they add up to."""

from dataclasses import dataclass, replace

from cxrviewer.core.film import Array


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """The films were read and split.

    Attributes
    ----------
    classes
        Label ids in the order of the outputs.
    activation
        `softmax`: one label a film; `sigmoid`: several.
    counts
        Films that show each label, in training, validation and test.
    learned
        Training films of each label the first epoch learns from, counted as often as they come;
        every epoch learns from as many films.
    films, patients
        Of training, validation and test; a film with several labels is one.
    refused
        Films left out, each with its sentence.
    device
        Words for where it runs and why.
    note
        What a person should know before the first epoch, empty for nothing.
    """

    classes: tuple[str, ...]
    activation: str
    counts: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
    learned: tuple[int, ...]
    patients: tuple[int, int, int]
    refused: tuple[tuple[str, str], ...]
    split_by: str
    device: str
    films: tuple[int, int, int]
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class PhaseStarted:
    """A phase begins.

    Attributes
    ----------
    epochs
        Greatest number of them.
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
    """Films done in the running step.

    Attributes
    ----------
    stage
        Word for the step: listing, reading, features, training, validation, measuring.
    done, total
        Films; a total of 0 is not known yet.
    rate
        Films a second, 0 where not measured yet.
    """

    stage: str
    done: int
    total: int
    rate: float = 0.0


@dataclass(frozen=True, kw_only=True)
class EpochDone:
    """One epoch.

    Attributes
    ----------
    phase, epoch
        Index of the phase from 0, epoch within it from 1.
    train_loss, val_loss
        Mean cross-entropy, nats; the mean over known labels for `sigmoid`.
    train_accuracy, val_accuracy
        Share of right calls, 0..1; the mean over labels for `sigmoid`.
    val_auroc
        Mean area under the ROC curve over the labels, or None where it is not defined.
    learning_rate
        Of the layers next to the output.
    seconds
        Training and validation together.
    films
        Training films learned from, counted as often as they came.
    """

    phase: int
    epoch: int
    train_loss: float
    train_accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float
    val_auroc: float | None = None
    learning_rate: float = 0.0
    films: int = 0


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What the network makes of the watched film after an epoch.

    Attributes
    ----------
    phase, epoch
        As in `EpochDone`; epoch 0 is before the first.
    label
        Label the heat map is of: the likeliest that is not negative.
    probability
        Of that label, not calibrated yet.
    heat
        float32 0..1, (rows, columns) of the network's input, or None where no place stands out.
    flaw
        Why there is no map, empty where there is one.
    """

    phase: int
    epoch: int
    label: str
    probability: float
    heat: Array | None
    flaw: str = ""


@dataclass(frozen=True, kw_only=True)
class Noted:
    """Something a person should know happened: a phase ended early, the batch was halved."""

    sentence: str


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


Event = Prepared | PhaseStarted | BatchDone | EpochDone | Watched | Noted | Finished


@dataclass(frozen=True, kw_only=True)
class RateTried:
    """The learning-rate finder learned one batch at this rate; the loss is smoothed, in nats."""

    rate: float
    loss: float


@dataclass(frozen=True, kw_only=True)
class RateFound:
    """The learning-rate finder is done; `suggestion` is where the loss falls steepest."""

    suggestion: float


@dataclass(frozen=True, kw_only=True)
class Progress:
    """All events so far, as a picture of the run draws them."""

    prepared: Prepared | None = None
    phases: tuple[PhaseStarted, ...] = ()
    epochs: tuple[EpochDone, ...] = ()
    watched: tuple[Watched, ...] = ()
    notes: tuple[str, ...] = ()
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
            case Watched():
                return replace(self, watched=(*self.watched, event))
            case Noted():
                return replace(self, notes=(*self.notes, event.sentence))
            case Finished():
                return replace(self, finished=event, batch=None)
