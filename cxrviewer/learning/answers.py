"""What a model said of labelled films, beside the truth."""

from dataclasses import dataclass

import numpy as np

from cxrviewer.core.film import Array


@dataclass(frozen=True, kw_only=True, eq=False)
class Answers:
    """What a model said of labelled films.

    Attributes
    ----------
    classes
        Label ids, in the order of the columns.
    activation
        `softmax`: each film has exactly one label; `sigmoid`: any number.
    probabilities
        float64, (films, labels).
    called
        bool, (films, labels).
    truth
        float, (films, labels): 1, 0, or NaN for unknown.
    patients
        Patient of each film.
    negative
        Index of the label that means "nothing found", or None.
    decision
        Probability of anything else from which a film is called positive, or None.
    """

    classes: tuple[str, ...]
    activation: str
    probabilities: Array
    called: Array
    truth: Array
    patients: tuple[str, ...]
    negative: int | None = None
    decision: float | None = None

    @property
    def known(self) -> Array:
        """Whether the truth is known, bool, (films, labels)."""
        known: Array = ~np.isnan(self.truth)
        return known

    @property
    def positive(self) -> Array:
        """Whether the film is known to show the label, bool, (films, labels)."""
        return np.asarray(self.truth == 1)

    @property
    def right(self) -> Array:
        """Whether the call is known to be right, bool, (films, labels)."""
        return np.asarray((self.called == self.positive) & self.known)

    @property
    def exclusive(self) -> bool:
        """Whether each film has exactly one label."""
        return self.activation == "softmax"
