"""What is measured of answers: the numbers of scikit-learn, with intervals by patient."""

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from cxrviewer.core.estimate import Estimate
from cxrviewer.core.operating_points import OperatingPoint, UncertainBand
from cxrviewer.core.predictive_values import predictive_values
from cxrviewer.learning.answers import Answers
from cxrviewer.learning.outcome import summary
from cxrviewer.learning.reporting import report_measures, report_points
from cxrviewer.learning.reporting.assess import assess
from cxrviewer.learning.scoring import sigmoid, softmax

reference = pytest.importorskip("sklearn.metrics")

NAMES = ("normal", "bacterial", "viral")


def one_label(films: int = 300, **changes: Any) -> Answers:
    """Answers of a fair model, two films a patient."""
    generator = np.random.default_rng(4)
    truth = np.eye(3)[generator.choice(3, size=films, p=(0.5, 0.3, 0.2))]
    logits = generator.normal(size=(films, 3)).round(1) + 1.2 * truth
    values: dict[str, Any] = {
        "classes": NAMES,
        "activation": "softmax",
        "probabilities": softmax(logits),
        "called": np.eye(3, dtype=bool)[logits.argmax(axis=1)],
        "truth": truth.astype(np.float32),
        "patients": tuple(str(film // 2) for film in range(films)),
        "negative": 0,
    }
    return Answers(**{**values, **changes})


def several_labels(films: int = 300) -> Answers:
    """Answers of a fair model with three labels, a quarter of the truth unknown."""
    generator = np.random.default_rng(6)
    truth = (generator.random((films, 3)) < (0.5, 0.3, 0.1)).astype(np.float32)
    scores = sigmoid(generator.normal(size=(films, 3)).round(1) + 1.5 * truth - 1)
    truth[generator.random((films, 3)) < 0.25] = np.nan
    return Answers(
        classes=("a", "b", "c"),
        activation="sigmoid",
        probabilities=scores,
        called=scores >= 0.5,
        truth=truth,
        patients=tuple(str(film) for film in range(films)),
    )


def test_one_label_a_film_agrees_with_scikit_learn() -> None:
    answers = one_label()
    found = assess(answers)
    truth, called = answers.truth.argmax(axis=1), answers.called.argmax(axis=1)
    wanted = reference.classification_report(
        truth, called, target_names=NAMES, output_dict=True, zero_division=0
    )
    for name in NAMES:
        row = found["per_class"][name]
        assert row["precision"] == pytest.approx(wanted[name]["precision"])
        assert row["ppv"]["value"] == pytest.approx(wanted[name]["precision"])
        assert row["sensitivity"]["value"] == pytest.approx(wanted[name]["recall"])
        assert row["f1"] == pytest.approx(wanted[name]["f1-score"])
        assert row["films"] == wanted[name]["support"]
    for kind in ("macro", "weighted"):
        for ours, theirs in (("precision",) * 2, ("recall",) * 2, ("f1", "f1-score")):
            assert found["averages"][kind][ours] == pytest.approx(wanted[f"{kind} avg"][theirs])
    assert found["accuracy"]["value"] == pytest.approx(wanted["accuracy"])
    assert found["confusion"] == reference.confusion_matrix(truth, called).tolist()
    assert found["balanced_accuracy"]["value"] == pytest.approx(
        reference.balanced_accuracy_score(truth, called)
    )
    assert found["auroc"]["value"] == pytest.approx(
        reference.roc_auc_score(answers.truth, answers.probabilities)
    )


def test_several_labels_a_film_agree_with_scikit_learn_on_what_is_known() -> None:
    answers = several_labels()
    found = assess(answers)
    accuracies = []
    for index, name in enumerate(answers.classes):
        known = ~np.isnan(answers.truth[:, index])
        own, called = answers.truth[known, index], answers.called[known, index]
        scores = answers.probabilities[known, index]
        row = found["per_class"][name]
        counted = reference.confusion_matrix(own, called)
        (tn, fp), (fn, tp) = counted.tolist()
        assert found["confusion"][index] == counted.tolist()
        rates = {
            "sensitivity": tp / (tp + fn),
            "specificity": tn / (tn + fp),
            "ppv": tp / (tp + fp),
            "npv": tn / (tn + fn),
            "auroc": reference.roc_auc_score(own, scores),
            "average_precision": reference.average_precision_score(own, scores),
        }
        assert {key: row[key]["value"] for key in rates} == pytest.approx(rates)
        assert all(row[key]["low"] < row[key]["value"] < row[key]["high"] for key in rates)
        assert row["auroc"]["n"] == known.sum()
        assert (row["films"], row["unknown"]) == (own.sum(), (~known).sum())
        accuracies.append(reference.accuracy_score(own, called))
    assert found["accuracy"]["value"] == pytest.approx(np.mean(accuracies))
    assert found["positive"] is None


def test_of_several_labels_the_page_speaks_of_the_films_each_is_known_of() -> None:
    page = report_measures.confusion(assess(several_labels()), {})
    assert " of the films each label is known of, the mean over the labels; this model" in page
    assert " of the films; this model" in report_measures.confusion(assess(one_label()), {})


def test_calibration_agrees_with_scikit_learn() -> None:
    answers = several_labels()
    known = ~np.isnan(answers.truth)
    found = assess(answers)["calibration"]
    assert found["brier"] == pytest.approx(
        reference.brier_score_loss(answers.truth[known], answers.probabilities[known])
    )
    assert sum(part["n"] for part in found["bins"]) == known.sum()
    assert 0 < found["expected_error"] < 0.3


def test_a_label_that_too_few_patients_show_is_not_measured() -> None:
    answers = one_label()
    rare = np.flatnonzero(answers.truth[:, 2])
    # Two films of each of four patients.
    owners = list(answers.patients)
    for number, film in enumerate(rare):
        owners[film] = f"rare-{number % 4}"
    found = assess(one_label(patients=tuple(owners)))
    row = found["per_class"]["viral"]
    assert (row["measurable"], row["patients"]) == (False, 4)
    assert row["auroc"] is row["sensitivity"] is row["ppv"] is None
    assert found["per_class"]["normal"]["auroc"] is not None


def test_a_faultless_rate_keeps_an_interval() -> None:
    answers = one_label(60)
    found = assess(one_label(60, called=answers.truth == 1))
    rate = found["per_class"]["normal"]["sensitivity"]
    owners = {p for p, own in zip(answers.patients, answers.truth[:, 0], strict=True) if own}
    assert rate["value"] == rate["high"] == 1
    assert rate["low"] == pytest.approx(certain(len(owners)))
    ill = assess(one_label(60, called=answers.truth == 1))["positive"]
    assert ill["specificity"]["low"] == pytest.approx(rate["low"])


def test_a_faultless_model_is_sure_of_nothing_beyond_its_patients() -> None:
    answers = one_label(60)
    perfect = one_label(60, called=answers.truth == 1, probabilities=0.8 * answers.truth + 0.1)
    found = assess(perfect)
    owners = np.array(answers.patients)
    patients = [len(set(owners[column == 1])) for column in answers.truth.T]
    ends = [certain(number) for number in patients]
    assert found["accuracy"]["low"] == pytest.approx(certain(30))
    assert found["balanced_accuracy"]["low"] == pytest.approx(np.mean(ends))
    row = found["per_class"]["viral"]
    others = len(set(owners[answers.truth[:, 2] == 0]))
    assert row["balanced_accuracy"]["low"] == pytest.approx((ends[2] + certain(others)) / 2)
    # Disjoint pairs of one patient who shows it and one who lacks it, of 30 patients in all.
    assert row["auroc"]["low"] == pytest.approx(certain(min(patients[2], others, 15)))
    assert (row["auroc"]["value"], row["auroc"]["high"]) == (1, 1)
    assert found["auroc"]["low"] == pytest.approx(
        np.mean([each["auroc"]["low"] for each in found["per_class"].values()])
    )
    assert row["average_precision"]["value"] == 1
    assert row["average_precision"]["low"] is row["average_precision"]["high"] is None
    said = summary(found)
    assert f"accuracy 1.000 ({found['accuracy']['low']:.3f} to 1.000" in said
    page = report_measures.per_class({**found, "classes": NAMES}, {})
    assert f"1.000 ({row['auroc']['low']:.3f} to 1.000, n 60)" in page
    assert "1.000 (no interval, n 60)" in page


def test_films_of_one_patient_say_little_however_many_they_are() -> None:
    found = assess(one_label(patients=("one",) * 300))["accuracy"]
    assert found["low"] < found["value"] - 0.3
    assert found["high"] > found["value"] + 0.1


def certain(patients: int) -> float:
    """Wilson's lower end where every patient succeeded."""
    return patients / (patients + 1.959964**2)


def test_a_model_that_names_one_class_is_a_majority_classifier() -> None:
    assert assess(one_label())["majority_classifier"] is False
    always = np.zeros((300, 3), dtype=bool)
    always[:, 0] = True
    found = assess(one_label(called=always))
    assert found["majority_classifier"] is True
    assert found["accuracy"]["value"] == found["majority_share"]
    assert found["distribution"]["normal"]["called"] == 1
    assert found["per_class"]["viral"]["precision"] is None


def test_several_rare_labels_that_are_never_called_do_not_beat_the_majority() -> None:
    answers = several_labels()
    silent = replace(answers, called=np.zeros_like(answers.called))
    found = assess(silent)
    assert found["majority_classifier"] is True
    assert found["accuracy"]["value"] == pytest.approx(found["majority_share"], abs=0.1)
    assert not any(row["beats_majority"] for row in found["per_class"].values())


def test_labels_of_single_patients_do_not_lift_the_interval_of_the_balanced_accuracy() -> None:
    generator = np.random.default_rng(8)
    truth = np.zeros((100, 9), dtype=np.float32)
    truth[:, 0] = np.arange(100) % 2
    truth[np.arange(8), np.arange(1, 9)] = 1
    called = np.zeros(truth.shape, dtype=bool)
    called[:, 0] = generator.random(100) < 0.5
    answers = replace(
        several_labels(100),
        classes=tuple("abcdefghi"),
        truth=truth,
        called=called,
        probabilities=called * 0.8 + 0.1,
    )
    found = assess(answers)
    balanced = found["balanced_accuracy"]
    assert balanced == found["per_class"]["a"]["balanced_accuracy"]
    assert balanced["low"] < 0.5 < balanced["high"]
    assert found["majority_classifier"] is True
    alone = replace(answers, patients=("one",) * 100)
    assert assess(alone)["balanced_accuracy"]["value"] is None
    assert assess(alone)["majority_classifier"] is True


def test_finding_a_rare_label_beats_the_majority_though_it_costs_accuracy() -> None:
    answers = several_labels(900)
    found = assess(replace(answers, called=answers.probabilities >= 0.25))
    rare = found["per_class"]["c"]
    assert rare["accuracy"]["value"] < rare["majority_share"]
    assert rare["beats_majority"] is True
    assert found["majority_classifier"] is False


def test_anything_but_negative_is_measured_against_negative() -> None:
    answers = one_label()
    found = assess(answers)["positive"]
    own = answers.truth[:, 0] == 0
    assert found["auroc"]["value"] == pytest.approx(
        reference.roc_auc_score(own, 1 - answers.probabilities[:, 0])
    )
    assert found["sensitivity"]["n"] == own.sum()
    assert assess(one_label(negative=None))["positive"] is None


def test_both_points_of_every_finding_are_counted() -> None:
    points = tuple(
        OperatingPoint(name=name, label=label, threshold=cut)
        for label, cuts in {"": (0.6, 0.2), "viral": (0.3, 0.1)}.items()
        for name, cut in zip(("balanced", "screening"), cuts, strict=True)
    )
    answers = one_label(points=points)
    found = assess(answers)["points"]
    assert [(row["label"], row["name"], row["threshold"]) for row in found] == [
        (point.label, point.name, point.threshold) for point in points
    ]
    for row in found:
        shows = answers.truth[:, 2] == 1 if row["label"] else answers.truth[:, 0] == 0
        scores = answers.probabilities[:, 2] if row["label"] else 1 - answers.probabilities[:, 0]
        table = reference.confusion_matrix(shows, scores >= row["threshold"])
        counts = ("true_negative", "false_positive", "false_negative", "true_positive")
        assert [row[name] for name in counts] == table.ravel().tolist()
        rate = row["sensitivity"]
        assert rate["value"] == pytest.approx(row["true_positive"] / shows.sum())
        assert rate["low"] < rate["value"] <= rate["high"]
        assert rate["n"] == shows.sum()


def test_a_point_of_a_label_that_too_few_show_has_counts_and_no_rates() -> None:
    answers = one_label(points=(OperatingPoint(name="balanced", label="viral", threshold=0.3),))
    truth = answers.truth.copy()
    truth[np.flatnonzero(truth[:, 2])[4:], 2] = np.nan
    (row,) = assess(replace(answers, truth=truth))["points"]
    assert row["sensitivity"] is row["specificity"] is None
    assert row["true_positive"] + row["false_negative"] == 4


def test_a_band_tells_how_many_films_it_holds_and_how_many_calls_outside_are_wrong() -> None:
    point = OperatingPoint(name="balanced", label="", threshold=0.6)
    band = UncertainBand(label="", low=0.4, high=0.7, wrong_share=0.05, films=80)
    answers = one_label(points=(point,), uncertain=(band,))
    (row,) = assess(answers)["uncertain"]
    scores, shows = 1 - answers.probabilities[:, 0], answers.truth[:, 0] == 0
    inside = (scores >= 0.4) & (scores < 0.7)
    assert row["inside"]["value"] == pytest.approx(inside.mean())
    assert row["wrong"]["value"] == pytest.approx(((scores >= 0.6) != shows)[~inside].mean())
    assert row["wrong"]["n"] == (~inside).sum()


def test_the_page_shows_points_with_counts_and_what_calls_are_worth() -> None:
    cuts = zip(("balanced", "screening"), (0.6, 0.2), strict=True)
    points = tuple(OperatingPoint(name=name, label="", threshold=cut) for name, cut in cuts)
    band = UncertainBand(label="", low=0.4, high=0.7, wrong_share=0.05, films=80)
    values = assess(one_label(points=points, uncertain=(band,)))
    page = report_points.points(values, {})
    for row in values["points"]:
        found = row["true_positive"], row["true_positive"] + row["false_negative"]
        assert f"; {found[0]} of {found[1]} films)" in page
    assert page.count("<td>anything but normal</td>") == 3
    assert "0.400 to 0.700" in page
    assert "no screening point" not in page
    worth = report_points.prevalence(values, {})
    rates = {rate: Estimate(**values["points"][1][rate]) for rate in ("sensitivity", "specificity")}
    found = predictive_values(replace(points[1], **rates), 0.1)
    assert found.ppv.low < found.ppv.value < found.ppv.high
    assert f">{found.ppv}<" in worth
    assert f">{found.npv}<" in worth
    alone = report_points.points(assess(one_label(points=points[:1])), {})
    assert "This model has no screening point." in alone
    assert "No finding has a band" in alone
    assert "no operating points" in report_points.points(assess(one_label()), {})
    assert report_points.prevalence(assess(one_label()), {}) == ""


def test_the_values_are_plain_and_the_same_each_time() -> None:
    found = assess(one_label(), seed=3)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found == assess(one_label(), seed=3)
    assert not math.isnan(found["accuracy"]["low"])
