"""Films of a report with the place the network looked at, ready to be drawn."""

from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np
import torch

from cxrviewer.core.film import Array
from cxrviewer.core.manifest import InputRule
from cxrviewer.core.progress import BatchDone
from cxrviewer.learning import explain
from cxrviewer.learning.answers import Answers
from cxrviewer.learning.networks.network import Network, trunk
from cxrviewer.learning.preprocess import Preprocess, unit
from cxrviewer.learning.reporting import predictions

ERRORS, EXAMPLES = 12, 6

# Film among the answers, index of a label -> what is seen of it.
See = Callable[[int, int], "Sight"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Sight:
    """A film at the input's size and where the network looked for one label.

    Attributes
    ----------
    grey
        uint8, (height, width).
    heat
        float32 0..1, the coarse map, (rows, columns).
    flaw
        Why there is no map to draw, empty where there is one.
    """

    grey: Array
    heat: Array
    flaw: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Look:
    """One film of a report.

    Attributes
    ----------
    row, patient
        Row of `predictions.csv` from 1, and the patient's number: no name is shown.
    actual, called
        Labels in words.
    label, probability
        Label the map is of, and its probability.
    """

    row: int
    patient: int
    actual: str
    called: str
    label: str
    probability: float
    sight: Sight


def errors(answers: Answers) -> list[tuple[int, int]]:
    """Return the worst errors as (film, label of the map); the label is the one wrongly called.

    Of a finding that was missed it is the missed one.
    """
    mistaken = predictions.wrong(answers)
    chosen = [film for film in predictions.worst_first(answers) if mistaken[film]][:ERRORS]
    return [(int(film), _told(answers, int(film))) for film in chosen]


def examples(answers: Answers) -> list[tuple[int, int]]:
    """Return right calls that the model is sure of, in turn for each label."""
    fine = ~predictions.wrong(answers)
    labels = range(len(answers.classes))
    each = max(1, EXAMPLES // max(len(labels), 1))
    chosen = []
    for label in labels:
        sure = np.where(fine & answers.positive[:, label], answers.probabilities[:, label], -1)
        best = np.argsort(-sure, kind="stable")[:each]
        chosen += [(int(film), label) for film in best if sure[film] >= 0]
    return chosen[:EXAMPLES]


def of_network(network: Network, rule: InputRule, levels: Array, label: int) -> Sight:
    """Look at one film, uint16 (height, width), with a network that is being trained."""
    inputs = Preprocess(rule).scaled(unit(levels))
    stage = network.stages[-1]
    batch = torch.from_numpy(inputs[None]).to(next(network.parameters()).device)
    with torch.inference_mode():
        activations = trunk(network, stage)(batch)
    seen = explain.Seen(batch=batch, stage=stage, activations=activations)
    heat, flaw = explain.heat(network, seen, method=explain.DEFAULT_METHOD, label=label)
    return Sight(grey=shade(levels), heat=heat, flaw=flaw)


def shade(levels: Array) -> Array:
    """Return uint16 levels as uint8 greys."""
    return (levels >> 8).astype(np.uint8)


def look_at(
    answers: Answers, see: See, numbers: dict[str, int]
) -> Generator[BatchDone, None, tuple[tuple[Look, ...], tuple[Look, ...]]]:
    """Look at right calls and at the worst errors; each film costs a pass there and back.

    Parameters
    ----------
    numbers
        Patient -> number.
    """
    row = np.empty(len(answers.truth), dtype=np.int64)
    row[predictions.worst_first(answers)] = np.arange(1, len(row) + 1)
    chosen = examples(answers), errors(answers)
    found: list[Look] = []
    for film, label in (*chosen[0], *chosen[1]):
        shown, called = answers.positive[film], answers.called[film]
        found.append(
            Look(
                row=int(row[film]),
                patient=numbers[answers.patients[film]],
                actual=predictions.joined(answers.classes, shown) or "nothing",
                called=predictions.joined(answers.classes, called) or "nothing",
                label=answers.classes[label],
                probability=float(answers.probabilities[film, label]),
                sight=see(film, label),
            )
        )
        yield BatchDone(stage="measuring", done=len(found), total=sum(map(len, chosen)))
    return tuple(found[: len(chosen[0])]), tuple(found[len(chosen[0]) :])


def _told(answers: Answers, film: int) -> int:
    mistakes = answers.known[film] & ~answers.right[film]
    findings = mistakes.copy()
    if answers.negative is not None and mistakes.sum() > 1:
        findings[answers.negative] = False
    called = findings & answers.called[film]
    candidates = called if called.any() else findings
    return int(np.where(candidates, answers.probabilities[film], -1).argmax())
