"""The losses are torch's and scikit-learn's, and what is unknown teaches nothing."""

import numpy as np
import pytest
import torch
from sklearn.metrics import log_loss, roc_auc_score
from torch.nn import functional

from cxrviewer.learning.trainer.losses import Criterion

GENERATOR = torch.Generator().manual_seed(4)
LOGITS = torch.randn(40, 3, generator=GENERATOR)
CLASSES = torch.tensor([0] * 25 + [1] * 10 + [2] * 5)
ONE_HOT = functional.one_hot(CLASSES, 3).float()
SEVERAL = (torch.rand(40, 3, generator=GENERATOR) < 0.3).float()
HOLES = torch.where(torch.rand(40, 3, generator=GENERATOR) < 0.4, torch.nan, SEVERAL)


def plain(activation: str) -> Criterion:
    return Criterion.of(activation, "none", ONE_HOT)


def test_cross_entropy_is_that_of_torch() -> None:
    expected = functional.cross_entropy(LOGITS, CLASSES)
    assert torch.equal(plain("softmax").loss(LOGITS, ONE_HOT), expected)


def test_binary_cross_entropy_is_that_of_torch_where_all_is_known() -> None:
    expected = functional.binary_cross_entropy_with_logits(LOGITS, SEVERAL)
    torch.testing.assert_close(plain("sigmoid").loss(LOGITS, SEVERAL), expected)


@pytest.mark.parametrize("class_weights", ["none", "balanced"])
def test_unknown_labels_have_a_gradient_of_exactly_zero(class_weights: str) -> None:
    unknown = HOLES.isnan()
    logits = torch.where(unknown, torch.inf, LOGITS).requires_grad_()
    Criterion.of("sigmoid", class_weights, HOLES).loss(logits, HOLES).backward()
    assert logits.grad is not None
    assert bool((logits.grad[unknown] == 0).all())
    assert bool((logits.grad[~unknown] != 0).all())


def test_the_loss_is_the_mean_over_what_is_known() -> None:
    known = ~HOLES.isnan()
    expected = functional.binary_cross_entropy_with_logits(LOGITS[known], HOLES[known])
    torch.testing.assert_close(plain("sigmoid").loss(LOGITS, HOLES), expected)


@pytest.mark.parametrize("class_weights", ["none", "balanced"])
def test_films_of_which_nothing_is_known_cost_nothing(class_weights: str) -> None:
    logits = LOGITS.clone().requires_grad_()
    nothing = torch.full_like(LOGITS, torch.nan)
    loss = Criterion.of("sigmoid", class_weights, HOLES).loss(logits, nothing)
    loss.backward()
    assert loss.item() == 0
    assert logits.grad is not None
    assert not bool(logits.grad.any())


def test_balanced_classes_weigh_as_scikit_learn_weighs_them() -> None:
    criterion = Criterion.of("softmax", "balanced", ONE_HOT)
    share = np.asarray([40 / (3 * 25), 40 / (3 * 10), 40 / (3 * 5)])[CLASSES.numpy()]
    expected = log_loss(CLASSES, LOGITS.double().softmax(dim=1), sample_weight=share)
    assert float(criterion.loss(LOGITS, ONE_HOT)) == pytest.approx(expected, rel=1e-5)


def test_balanced_labels_give_both_sides_of_each_label_the_same_weight() -> None:
    criterion = Criterion.of("sigmoid", "balanced", HOLES)
    assert criterion.weights is not None
    sides = torch.stack([(HOLES == 0).sum(dim=0), (HOLES == 1).sum(dim=0)])
    totals = criterion.weights * sides
    torch.testing.assert_close(totals[0], totals[1])
    torch.testing.assert_close(totals.sum(dim=0), (~HOLES.isnan()).sum(dim=0).float())


def test_accuracy_counts_calls_and_skips_the_unknown() -> None:
    expected = (LOGITS.argmax(dim=1) == CLASSES).float().mean()
    assert plain("softmax").accuracy(LOGITS, ONE_HOT) == pytest.approx(float(expected))
    labels = [
        ((LOGITS[:, i] > 0) == (HOLES[:, i] == 1))[~HOLES[:, i].isnan()].float().mean()
        for i in range(3)
    ]
    assert plain("sigmoid").accuracy(LOGITS, HOLES) == pytest.approx(np.mean(labels))


def test_the_area_is_the_mean_of_scikit_learns_over_the_labels() -> None:
    scores = LOGITS.softmax(dim=1)
    expected = roc_auc_score(CLASSES, scores, multi_class="ovr")
    assert plain("softmax").auroc(LOGITS, ONE_HOT) == pytest.approx(expected)
    known = ~HOLES.isnan()
    areas = [roc_auc_score(HOLES[known[:, i], i], LOGITS[known[:, i], i]) for i in range(3)]
    assert plain("sigmoid").auroc(LOGITS, HOLES) == pytest.approx(np.mean(areas))


def test_an_area_that_is_not_defined_is_none() -> None:
    assert plain("sigmoid").auroc(LOGITS, torch.zeros(40, 3)) is None
    assert plain("softmax").auroc(LOGITS * torch.nan, ONE_HOT) is None
    one_label = torch.stack([SEVERAL[:, 0], torch.ones(40), torch.full((40,), torch.nan)], dim=1)
    expected = roc_auc_score(SEVERAL[:, 0], LOGITS[:, 0])
    assert plain("sigmoid").auroc(LOGITS, one_label) == pytest.approx(expected)
