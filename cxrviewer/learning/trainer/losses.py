"""What is made small while learning, and how an epoch is told."""

import math
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor, nn

from cxrviewer.core import metrics


@dataclass(frozen=True, kw_only=True, eq=False)
class Criterion:
    """The loss of a recipe, and its accuracy and area under the ROC curve.

    Truth is float32, (films, labels): 1, 0 or NaN where unknown; one 1 a film for `softmax`.

    Attributes
    ----------
    activation
        `softmax`: cross-entropy. `sigmoid`: binary cross-entropy over the known labels; the
        gradient of an unknown one is exactly 0.
    weights
        float32, (2, labels): weight of a label where it is 0 and where it is 1; only the second
        row counts for `softmax`. None weighs all alike.
    """

    activation: str
    weights: Tensor | None = None

    @classmethod
    def of(cls, activation: str, class_weights: str, truth: Tensor) -> Self:
        """Return the loss of a recipe.

        Parameters
        ----------
        class_weights
            `none`, or `balanced`: each value of a label weighs as its rarity among `truth`,
            1 in the mean.
        truth
            Of the training films.
        """
        if class_weights == "none":
            return cls(activation=activation)
        ones, known = (truth == 1).sum(dim=0), (~truth.isnan()).sum(dim=0)
        kinds = len(ones) if activation == "softmax" else 2
        counts = torch.stack([known - ones, ones]).clamp(min=1)
        return cls(activation=activation, weights=known / (kinds * counts))

    def on(self, device: str) -> "Criterion":
        """Return the same loss for logits on a device."""
        weights = self.weights.to(device) if self.weights is not None else None
        return Criterion(activation=self.activation, weights=weights)

    def loss(self, logits: Tensor, truth: Tensor) -> Tensor:
        """Return the mean loss, nats, weighted where there are weights; 0 with nothing known."""
        if self.activation == "softmax":
            weights = self.weights[1] if self.weights is not None else None
            return nn.functional.cross_entropy(logits, truth.argmax(dim=1), weight=weights)
        known = ~truth.isnan()
        # What is unknown is taken out before the loss, so that not even an infinite logit
        # of it could reach the gradient.
        answers, wanted = logits[known], truth[known]
        losses = nn.functional.binary_cross_entropy_with_logits(answers, wanted, reduction="none")
        if self.weights is None:
            return losses.sum() / max(len(losses), 1)
        label = known.nonzero()[:, 1]
        weights = self.weights[wanted.long(), label]
        return (losses * weights).sum() / weights.sum().clamp(min=torch.finfo().tiny)

    def accuracy(self, logits: Tensor, truth: Tensor) -> float:
        """Return the share of right calls; for `sigmoid` at 1/2, the mean over known labels."""
        if self.activation == "softmax":
            return float((logits.argmax(dim=1) == truth.argmax(dim=1)).float().mean())
        known = ~truth.isnan()
        right = ((logits > 0) == (truth > 0)) & known
        told = known.any(dim=0)
        return float((right.sum(dim=0)[told] / known.sum(dim=0)[told]).mean())

    def auroc(self, logits: Tensor, truth: Tensor) -> float | None:
        """Return the mean area under the ROC curve over the labels, each against all others.

        Labels with films of one kind only are left out; None if that leaves none, or if a
        logit is no number.
        """
        if not bool(logits.isfinite().all()):
            return None
        scores = logits.softmax(dim=1) if self.activation == "softmax" else logits
        known = ~truth.isnan()
        areas = [
            metrics.auroc(
                truth[known[:, label], label].numpy() == 1, scores[known[:, label], label].numpy()
            )
            for label in range(truth.shape[1])
        ]
        defined = [area for area in areas if not math.isnan(area)]
        return sum(defined) / len(defined) if defined else None
