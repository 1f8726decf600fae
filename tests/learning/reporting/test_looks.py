"""Which films a report shows."""

import numpy as np

from cxrviewer.learning.answers import Answers
from cxrviewer.learning.reporting import looks


def _answers(called: list[int]) -> Answers:
    actual, classes = np.array([0, 0, 1, 1, 2, 2]), np.eye(3)
    return Answers(
        classes=("normal", "bacterial", "viral"),
        activation="softmax",
        probabilities=classes[called] * 0.7 + 0.1,
        called=classes[called] == 1,
        truth=classes[actual].astype(np.float32),
        patients=tuple("abcdef"),
        negative=0,
    )


def test_films_called_rightly_are_shown_of_each_class_the_negative_one_too() -> None:
    assert looks.examples(_answers([0, 0, 1, 1, 2, 0])) == [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2)]


def test_a_model_that_only_ever_calls_the_negative_class_has_a_plate() -> None:
    assert looks.examples(_answers([0] * 6)) == [(0, 0), (1, 0)]
