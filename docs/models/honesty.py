"""Whether heat maps are honest: what they depend on, what hiding their places does, where they lie.

References
----------
Adebayo et al. 2018, Sanity Checks for Saliency Maps (parameter randomisation); Petsiuk et al. 2018,
RISE (insertion and deletion); Zhang et al. 2018, Top-down Neural Attention (pointing game).
"""

import copy
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from cxrviewer.core.bundle import Bundle
from cxrviewer.core.film import Array
from cxrviewer.core.manifest import Manifest
from cxrviewer.core.operating_points import BALANCED
from cxrviewer.learning import explain, scoring
from cxrviewer.learning.classifier import Classifier
from cxrviewer.learning.device import cpu
from cxrviewer.learning.networks.backbones import Network, trunk
from cxrviewer.learning.networks.folding import folded
from cxrviewer.learning.networks.weights import load_network

STEPS = 10
# Of the film's side: enough that small findings are gone.
BLUR = 1 / 16
_AT_ONCE = 32
# Of the greatest heat: less than what can be seen.
_TIE = 1e-3


class Explained:
    """A bundle whose maps are asked about, on the processor, as the program makes them.

    Attributes
    ----------
    network
        In evaluation mode.
    classifier
        What the program asks.
    """

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle
        self.network = folded(load_network(bundle))
        self.classifier = Classifier.load(bundle, device=cpu("for the measurement"))
        self.preprocess = self.classifier.preprocess

    @property
    def manifest(self) -> Manifest:
        """The bundle's manifest."""
        return self.bundle.manifest

    def logits(self, greys: Array) -> Array:
        """Return the logits, float64 (n, labels), of greys 0..1, float32 (n, height, width)."""
        parts = [
            self.classifier.logits(self.preprocess.scaled(greys[first : first + _AT_ONCE]))
            for first in range(0, len(greys), _AT_ONCE)
        ]
        return np.concatenate(parts)

    def probabilities(self, greys: Array) -> Array:
        """Return the calibrated probabilities, (n, labels)."""
        return scoring.probabilities(self.logits(greys), self.manifest)

    def ranked(self, greys: Array) -> list[list[int]]:
        """Return the labels of each film on which a finding is called, the likeliest finding first.

        An empty list where it calls nothing at its balanced point.
        """
        names = [label.id for label in self.manifest.labels]
        negative = {label.id for label in self.manifest.labels if label.negative}
        found = []
        for logits in self.logits(greys):
            scores, calls = self.classifier.scores(logits)
            call = calls.get(BALANCED) or next(iter(calls.values()))
            first = scoring.highest(scores, self.manifest)
            others = sorted(scores, key=lambda score: -score.probability)
            order = [first, *(score.label for score in others if score.label != first)]
            nothing = call in {*negative, scoring.NO_FINDING}
            found.append([] if nothing else [names.index(name) for name in order])
        return found

    def map(
        self,
        greys: Array,
        label: int,
        *,
        network: Network | None = None,
        method: str = explain.DEFAULT_METHOD,
        stage: int = -1,
    ) -> Array:
        """Return the heat map of one film, float32, all 0 where the program would draw none.

        Parameters
        ----------
        network
            Another network, as one that has forgotten.
        stage
            Place of the stage among the network's, -1 for the last.
        """
        used = network or self.network
        name = used.stages[stage]
        batch = torch.from_numpy(self.preprocess.scaled(greys[None]))
        batch = batch.contiguous(memory_format=torch.channels_last)
        with torch.inference_mode():
            activations = trunk(used, name)(batch)
        seen = explain.Seen(batch=batch, stage=name, activations=activations)
        return explain.heat(used, seen, method=method, label=label)[0]


def forgetful(network: Network, stages: int, *, seed: int) -> Network:
    """Return a copy whose head and last stages hold random weights, those nearest the output first.

    Parameters
    ----------
    stages
        How many of the last stages forget besides the head.
    """
    forgotten = copy.deepcopy(network)
    generator = torch.Generator().manual_seed(seed)
    first = len(forgotten.features) - stages
    for part in (forgotten.classifier, *list(forgotten.features)[first:]):
        for parameter in part.parameters():
            if parameter.dim() > 1:
                # The spread a layer is started with: signals neither grow nor fade.
                spread = (2 / parameter[0].numel()) ** 0.5
                parameter.data.normal_(0, spread, generator=generator)
    return forgotten


def centred(network: Network) -> Network:
    """Return a copy whose logits are less the mean of all; a softmax gives the same of both."""
    changed = copy.deepcopy(network)
    *_, last = (part for part in changed.classifier.modules() if isinstance(part, torch.nn.Linear))
    with torch.no_grad():
        last.weight -= last.weight.mean(dim=0)
        last.bias -= last.bias.mean()
    return changed


def likeness(one: Array, other: Array) -> float:
    """Return Spearman's rank correlation of two maps of one shape; 0 where one of them is flat."""
    if min(np.ptp(one), np.ptp(other)) == 0:
        return 0.0
    return float(np.corrcoef(_ranks(one), _ranks(other))[0, 1])


def _ranks(values: Array) -> Array:
    """Return the rank of each value; equal ones share their mean rank."""
    _, place, counts = np.unique(values.ravel(), return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place]


def enlarged(values: Array, shape: tuple[int, ...]) -> Array:
    """Return a coarse map at a film's size, as it is drawn over it."""
    return np.asarray(cv2.resize(values, shape[::-1], interpolation=cv2.INTER_CUBIC))


@dataclass(frozen=True, kw_only=True)
class Removal:
    """A way of hiding places of a film bit by bit.

    Attributes
    ----------
    hides
        What stands where the film is hidden: `film`, another patient's on which nothing is called;
        `blur`, the film itself blurred; `grey`, its mean.
    blur
        Standard deviation of the blur, share of the film's side.
    steps
        Shares of the film that are hidden on the way; both ends count besides.
    odds
        True to judge by the log odds of the label instead of its probability.
    """

    hides: str = "film"
    blur: float = BLUR
    steps: int = STEPS
    odds: bool = False

    def hidden(self, greys: Array, quiet: Array) -> Array:
        """Return the film with everything hidden; QUIET is one on which nothing is called."""
        if self.hides == "film":
            return quiet
        if self.hides == "grey":
            return np.full_like(greys, greys.mean())
        return np.asarray(cv2.GaussianBlur(greys, (0, 0), max(greys.shape) * self.blur))

    def courses(
        self, explained: Explained, films: tuple[Array, Array], orders: list[Array], *, label: int
    ) -> tuple[Array, Array]:
        """Return the areas under the courses of insertion and of deletion for several maps.

        Parameters
        ----------
        films
            float32, (height, width) each: the film as `Preprocess.greys` gives it, and another
            patient's on which nothing is called.
        orders
            Maps of any size: the greater, the earlier a place is uncovered, or hidden.

        Returns
        -------
        The mean of the label's probability on the way, (orders,) each. The more at insertion and
        the less at deletion, the more the label rested on the places that came first.
        """
        greys, hidden = films[0], self.hidden(*films)
        inserted, deleted = [], []
        for order in orders:
            first = _firsts(enlarged(order, greys.shape))
            shares = np.linspace(0, 1, self.steps + 2)
            inserted += [np.where(first < share, greys, hidden) for share in shares]
            deleted += [np.where(first < share, hidden, greys) for share in shares]
        found = self._judged(explained, np.stack(inserted + deleted), label)
        # The trapezoid's weights.
        ends = np.full(self.steps + 2, 1.0)
        ends[[0, -1]] = 0.5
        areas = found.reshape(2, len(orders), -1) @ ends / ends.sum()
        return areas[0], areas[1]

    def _judged(self, explained: Explained, greys: Array, label: int) -> Array:
        shares = explained.probabilities(greys.astype(np.float32))[:, label]
        if not self.odds:
            return shares
        kept = np.clip(shares, 1e-6, 1 - 1e-6)
        return np.asarray(np.log(kept / (1 - kept)))


def untied(values: Array, generator: np.random.Generator) -> Array:
    """Return a map whose places of no heat come last in an order of chance, not of their place."""
    chance = generator.random(values.shape, dtype=np.float32)
    return np.where(values > 0, values, (chance - 1) * _TIE * max(float(values.max()), _TIE))


def _firsts(order: Array) -> Array:
    """Return for each place the share of places before it, 0..1, the greatest value first."""
    ranks = np.empty(order.size)
    ranks[np.argsort(-order, axis=None, kind="stable")] = np.arange(order.size)
    return (ranks / order.size).reshape(order.shape)


def share_inside(values: Array, mask: Array) -> float:
    """Return the share of a map's heat that lies inside a mask of the same shape, 0..1."""
    heat = np.maximum(values, 0)
    total = float(heat.sum())
    return float(heat[mask].sum()) / total if total else 0.0


def top(values: Array) -> tuple[float, float]:
    """Return where a map of a whole film is hottest, shares of its height and width."""
    large = enlarged(values, (512, 512))
    row, column = np.unravel_index(int(large.argmax()), large.shape)
    return (float(row) + 0.5) / 512, (float(column) + 0.5) / 512
