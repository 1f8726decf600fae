"""What a model said of labelled films, beside the truth."""

from dataclasses import dataclass

import numpy as np

from cxrviewer.core.film import Array
from cxrviewer.core.operating_points import (
    BALANCED,
    TOGETHER,
    OperatingPoint,
    UncertainBand,
    point_of,
)


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
    points, uncertain
        Operating points and bands of these labels; the balanced point made the calls.
    """

    classes: tuple[str, ...]
    activation: str
    probabilities: Array
    called: Array
    truth: Array
    patients: tuple[str, ...]
    negative: int | None = None
    points: tuple[OperatingPoint, ...] = ()
    uncertain: tuple[UncertainBand, ...] = ()

    def of(self, label: str) -> tuple[Array, Array, Array]:
        """Return whether films show a label, or anything but the negative one, and how likely.

        Returns
        -------
        shows, known
            bool, (films,).
        scores
            float64, (films,).
        """
        if label == TOGETHER:
            assert self.negative is not None
            known = self.known[:, self.negative]
            shows = known & ~self.positive[:, self.negative]
            return shows, known, 1 - self.probabilities[:, self.negative]
        index = self.classes.index(label)
        return self.positive[:, index], self.known[:, index], self.probabilities[:, index]

    @property
    def decision(self) -> float | None:
        """Probability of anything but the negative label from which a film is called positive."""
        found = point_of(self.points, TOGETHER, BALANCED)
        return None if found is None else found.threshold

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
