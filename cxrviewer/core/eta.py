"""How long a run will still take, from what it has told so far, and in words."""

from statistics import median

from cxrviewer.core.progress import Progress

_MINUTE, _HOUR = 60.0, 3600.0


def seconds_left(progress: Progress, *, since_epoch: float = 0.0) -> float | None:
    """Return the seconds to the end of the running phase, None while nothing was measured.

    The first epoch of a phase fills caches and warms up, so it counts only while it is the one
    measured. Before the first epoch it is the running step that is told.

    Parameters
    ----------
    since_epoch
        Seconds since the last epoch ended.
    """
    if progress.finished is not None or not progress.phases:
        return _step_left(progress)
    phase = progress.phases[-1]
    taken = [epoch.seconds for epoch in progress.epochs if epoch.phase == phase.index]
    if not taken:
        return _step_left(progress)
    one = median(taken[1:] or taken)
    left = phase.epochs - len(taken)
    return max(left * one - min(since_epoch, one), 0.0)


def in_words(seconds: float | None) -> str:
    """Return the time as a person would say it, empty where it is not known."""
    if seconds is None:
        return ""
    if seconds < 10:
        return "a few seconds left"
    if seconds < 0.9 * _MINUTE:
        return f"about {round(seconds / 10) * 10} seconds left"
    minutes = round(seconds / _MINUTE)
    if minutes < 90:
        return f"about {_counted(minutes, 'minute')} left"
    hours = round(seconds / _HOUR * 2) / 2
    return f"about {hours:g} hours left"


def sentence(progress: Progress, *, planned: tuple[int, ...] = (), since_epoch: float = 0.0) -> str:
    """Return what is left of the run, with what comes after the running phase.

    Parameters
    ----------
    planned
        Greatest number of epochs of each phase of the plan.
    """
    words = in_words(seconds_left(progress, since_epoch=since_epoch))
    if not words:
        return ""
    if not any(epoch.phase == progress.phases[-1].index for epoch in progress.epochs[-1:]):
        return f"{words} of this step"
    later = sum(planned[len(progress.phases) :])
    if later:
        return f"{words} in this phase, then up to {_counted(later, 'epoch')} more"
    return words


def _step_left(progress: Progress) -> float | None:
    batch = progress.batch
    if batch is None or not batch.rate or not batch.total:
        return None
    return (batch.total - batch.done) / batch.rate


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
