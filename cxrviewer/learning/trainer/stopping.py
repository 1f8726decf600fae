"""When a phase ends before its last epoch, from the validation losses alone."""

from collections.abc import Sequence

from cxrviewer.core.recipe import Recipe

# A head that has gained less than this share of its loss an epoch, over so many epochs, is flat.
_LEAST_GAIN = 0.01
_WINDOW = 3


def reason_to_stop(settings: Recipe, losses: Sequence[float], *, last_phase: bool) -> str:
    """Say why a phase is over, as a half-sentence; empty where it goes on.

    Parameters
    ----------
    settings
        Their `patience` and `saturation` count.
    losses
        Validation losses of the phase's epochs so far, the first first.
    last_phase
        True where no phase follows, so that there is nothing to be saturated for.
    """
    if out_of_patience(losses, settings.patience):
        return f"its validation loss has not fallen for {settings.patience} epochs"
    if settings.saturation == "auto" and not last_phase and saturated(losses):
        return "its validation loss has flattened"
    return ""


def out_of_patience(losses: Sequence[float], patience: int) -> bool:
    """Tell whether the last `patience` epochs brought no lower loss than those before; 0 never."""
    if not patience or len(losses) <= patience:
        return False
    return min(losses[-patience:]) >= min(losses[:-patience])


def saturated(losses: Sequence[float]) -> bool:
    """Tell whether a loss has flattened.

    With b(e) the lowest loss up to epoch e, it has after epoch e >= 4 when b(e - 3) - b(e) is
    less than 3 % of b(e - 3): less than 1 % an epoch over three epochs. The lowest loss never
    rises, so one bad epoch neither hides nor feigns a gain.

    References
    ----------
    Patadia, Patel, Tan freeze the base for a "saturation threshold" of about 10 epochs or fewer
    and leave open how it is found; this definition is the program's own.
    """
    if len(losses) <= _WINDOW:
        return False
    before = min(losses[:-_WINDOW])
    return before - min(losses) < _WINDOW * _LEAST_GAIN * before
