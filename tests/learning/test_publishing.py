"""What is published of a training: the labels that beat chance, and whose films it learned from."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import among_ill
import numpy as np
from heads import beating_chance, keep_labels
from people import People

from cxrviewer.core.bundle import Bundle, check_weights, read_bundle, write_manifest
from cxrviewer.core.estimate import Estimate
from cxrviewer.core.manifest import Calibration, Label
from cxrviewer.core.operating_points import OperatingPoint, UncertainBand
from cxrviewer.learning.classifier import Classifier


def several(bundle: Bundle) -> Bundle:
    manifest = replace(
        bundle.manifest,
        activation="sigmoid",
        labels=(Label(id="none", name="None", negative=True), *bundle.manifest.labels[1:]),
        calibration=Calibration(temperature=1.5, bias=(0.1, 0.2, 0.3)),
        points=tuple(
            OperatingPoint(name="balanced", label=label, threshold=0.4)
            for label in ("bacterial", "viral")
        ),
        uncertain=(
            UncertainBand(label="bacterial", low=0.3, high=0.5, wrong_share=0.05, films=90),
        ),
        reference_logits=(0.0, 1.0, 2.0),
    )
    write_manifest(manifest, bundle.folder)
    return read_bundle(bundle.folder)


def test_what_is_left_of_a_model_answers_as_it_did(tiny_bundle: Bundle) -> None:
    whole = several(tiny_bundle)
    inputs = np.random.default_rng(1).normal(size=(3, 3, 64, 64)).astype(np.float32)
    before = Classifier.load(whole).logits(inputs)
    cut = keep_labels(whole.manifest, whole.folder, ("none", "viral"))
    write_manifest(cut, whole.folder)
    left = read_bundle(whole.folder)
    check_weights(left)
    assert [label.id for label in left.manifest.labels] == ["none", "viral"]
    assert left.manifest.calibration
    assert left.manifest.calibration.bias == (0.1, 0.3)
    assert [point.label for point in left.manifest.points] == ["viral"]
    assert not left.manifest.uncertain
    assert not left.manifest.reference_logits
    np.testing.assert_array_equal(Classifier.load(left).logits(inputs), before[:, [0, 2]])


def test_a_model_of_which_all_is_kept_is_not_touched(tiny_bundle: Bundle) -> None:
    whole = several(tiny_bundle)
    weights = whole.weights.read_bytes()
    assert keep_labels(whole.manifest, whole.folder, ("viral", "none", "bacterial")) == (
        whole.manifest
    )
    assert whole.weights.read_bytes() == weights


def test_only_findings_surely_better_than_chance_are_kept() -> None:
    def measured(low: float | None) -> dict[str, Any]:
        return {"auroc": None if low is None else {"value": 0.7, "low": low, "high": 0.9}}

    found = {"none": 0.8, "effusion": 0.51, "edema": 0.5, "hernia": None}
    per_class = {name: measured(low) for name, low in found.items()}
    several = {"activation": "sigmoid", "per_class": per_class}
    assert beating_chance(several, {}) == ("none", "effusion")
    # Told from other films only because another finding is: it does not show that.
    by_another = {"effusion": Estimate(value=0.6, low=0.45, high=0.75, n=80)}
    assert beating_chance(several, by_another) == ("none",)
    whole = {"activation": "softmax", "classes": ["a", "b"], "per_class": {}}
    assert beating_chance(whole, {}) == ("a", "b")


def test_films_are_counted_by_part_sex_view_and_age(tmp_path: Path) -> None:
    folder, run = tmp_path / "set" / "images", tmp_path / "run"
    folder.mkdir(parents=True)
    run.mkdir()
    write(folder.parent / "labels.csv", ("image", "age", "sex", "view"), ("a.png", "40", "M", "PA"))
    rows = [("/x/a.png", "normal", "1", "training"), ("/x/b.png", "normal", "2", "training")]
    write(run / "split.csv", ("image", "findings", "patient", "part"), *rows)
    training, *others = People([folder]).counts(run).splitlines()[2:]
    by_sex, by_view, ages = "M 1, not known 1", "PA 1, not known 1", "40 to 40, median 40"
    assert training == f"| training | 2 | 2 | {by_sex} | {by_view} | {ages}, 1 not known |"
    assert [line.split(" | ")[1] for line in others] == ["0", "0"]


def write(file: Path, *rows: tuple[str, ...]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def test_among_the_ill_what_comes_with_another_finding_is_no_longer_told(tmp_path: Path) -> None:
    ill = [("pneumonia", 0.9, 0.5), ("pneumonia|edema", 0.9, 0.5)] * 8
    films = [*ill, *[("none", 0.1, 0.1)] * 16]
    rows = [
        (f"/x/{place}.png", str(place), actual, actual, "", str(1 - pneumonia), str(edema),
         str(pneumonia))
        for place, (actual, pneumonia, edema) in enumerate(films)
    ]  # fmt: skip
    labels = ("p_none", "p_edema", "p_pneumonia")
    head = ("image", "patient", "actual", "called", "unknown", *labels)
    write(tmp_path / "predictions.csv", head, *rows)
    areas = among_ill.areas(tmp_path, "none")
    (line,) = among_ill.words(areas).splitlines()[2:]
    assert line.startswith("| edema | 8 of 16 | 0.500")
    assert list(areas) == ["edema"]
