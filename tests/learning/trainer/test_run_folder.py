"""The folder of a run: whole or not at all, its report complete, and the same when evaluated."""

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from cxrviewer.core import run_files
from cxrviewer.core.bundle import read_bundle
from cxrviewer.core.errors import DataError, ExportError
from cxrviewer.core.film import Array
from cxrviewer.core.manifest import InputRule
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import EpochDone, PhaseStarted, Prepared
from cxrviewer.core.promotion import BANNER
from cxrviewer.imaging.reader import read_film
from cxrviewer.learning import evaluate, outcome
from cxrviewer.learning.data import seen_films
from cxrviewer.learning.data.split import Split
from cxrviewer.learning.networks.network import Network
from cxrviewer.learning.preprocess import Preprocess, unit
from cxrviewer.learning.reporting import comparing, predictions
from cxrviewer.learning.staging import staged
from cxrviewer.learning.trainer import run_folder
from tests.learning.class_folders import write_films

NAMES = {"normal": "NORMAL", "bacterial": "bacterial", "viral": "viral"}
RULE = InputRule(height=64, width=64, mean=(0.5,) * 3, std=(0.5,) * 3)
PATIENTS, FILMS = 18, 2


@dataclass(frozen=True)
class Greys:
    levels: Array

    def read(self, rows: Array) -> Array:
        return self.levels[rows]


@dataclass(frozen=True)
class Drawn:
    """Films as a training has read them."""

    paths: tuple[Path, ...]
    patients: tuple[str, ...]
    truth: Array
    greys: Greys


def drain(steps: Iterator[object]) -> object:
    """Run a generator to its end and return its value."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_films(tmp_path_factory.mktemp("films"), patients=PATIENTS, films=FILMS)


def _read(films: Path) -> Drawn:
    names = {path: path.parent.name.lower() for path in sorted(films.rglob("*.png"))}
    levels = [Preprocess(RULE).levels(read_film(path)) for path in names]
    classes = list(NAMES)
    return Drawn(
        paths=tuple(names),
        patients=tuple(re.sub(r"[-_]\d+$", "", path.stem) + path.parent.name for path in names),
        truth=np.eye(3, dtype=np.float32)[[classes.index(name) for name in names.values()]],
        greys=Greys(np.stack(levels)),
    )


def _trained(
    films: Path, out: Path, network: Network, *, activation: str = "softmax"
) -> run_folder.Trained:
    read = _read(films)
    inputs = Preprocess(RULE).scaled(unit(read.greys.levels))
    with torch.no_grad():
        logits = network(torch.from_numpy(inputs)).double().numpy()
    # Half of the patients are test ones, so that every label is measurable.
    number = np.arange(len(read.paths)) // FILMS
    part = np.array([0, 1, 2, 2, 2, 1])[number % 6]
    split = Split(part=part, by="patient")
    recipe = "p3-chen-kute" if activation == "softmax" else "p4-chambers-transfer"
    plan = TrainingPlan(
        data=films, out=out, recipe=recipe, backbone="mobilenet_v2", bundle_id="Mine"
    )
    out.mkdir(parents=True, exist_ok=True)
    return run_folder.Trained(
        plan=plan,
        network=network,
        start=run_folder.first_filters(network),
        films=read,
        split=split,
        rule=RULE,
        prepared=Prepared(
            classes=tuple(NAMES),
            activation=activation,
            counts=((6,) * 3, (12,) * 3, (18,) * 3),
            learned=(12, 12, 12),
            films=(18, 36, 54),
            patients=(18, 18, 27),
            refused=(("broken.png", "broken.png: it ends too early."),),
            split_by="patient",
            device="CPU",
            note="The network starts from random weights.",
        ),
        phases=(
            PhaseStarted(index=0, name="head", epochs=2, trainable=3, total=9),
            PhaseStarted(index=1, name="top layers", epochs=1, trainable=6, total=9),
        ),
        history=tuple(
            EpochDone(
                phase=phase,
                epoch=epoch,
                train_loss=1.0,
                train_accuracy=0.5,
                val_loss=1.1,
                val_accuracy=0.4,
                seconds=1.0,
                val_auroc=0.6,
            )
            for phase, epoch in ((0, 1), (0, 2), (1, 1))
        ),
        notes=("The batch was halved to 16 films.",),
        shortcuts={
            "traits": ("file size", "maker 1", "maker 2"),
            "auroc": {"viral": 0.9},
            "warn": True,
        },
        result=outcome.measure(
            outcome.Logits.unchanged(logits, split), read, split, activation=activation, names=NAMES
        ),
    )


@pytest.fixture(scope="module")
def run(films: Path, tmp_path_factory: pytest.TempPathFactory, tiny_network: Network) -> Path:
    """A finished run; not to be changed."""
    out = tmp_path_factory.mktemp("run") / "run"
    drain(run_folder.write(_trained(films, out, tiny_network)))
    return out


def test_the_folder_holds_everything_and_no_more(run: Path) -> None:
    assert {path.name for path in run.iterdir()} == {
        *("run.json", "split.csv", "predictions.csv", "report.html", "report.json"),
        *("figures", "bundle"),
    }
    drawn = {path.name for path in (run / "figures").iterdir()}
    assert drawn == set(json.loads((run / "report.json").read_text())["figures"])
    assert len(drawn) >= 9
    bundle = read_bundle(run / "bundle")
    assert bundle.manifest.id == "mine"
    assert bundle.manifest.training["banner"] == BANNER
    card = bundle.card.read_text()
    assert BANNER in card
    for point in bundle.manifest.points:
        assert f"| {point.name} | {point.threshold:.3f} |" in card
    assert run_files.read_record(run)["summary"].startswith("Test accuracy")


def test_the_page_stands_alone_and_says_what_it_must(run: Path) -> None:
    page = (run / "report.html").read_text()
    assert "http" not in page.split("base64")[0]
    assert not re.search(r'(src|href)="(?!data:)', page)
    values = json.loads((run / "report.json").read_text())
    assert page.count("data:image/png;base64,") == len(values["figures"])
    for words in (
        *("Research software, not a medical device", BANNER, "Recipe", "Chen, Kute"),
        *("no patient stands in two parts", "top layers", "Classification report"),
        *(
            "macro average",
            "Operating points",
            "screening",
            "At other prevalences",
            "Calibration",
            "Worst errors",
        ),
        *("First layer", "Without looking at the lungs", "file size, maker)", "area above 0.75"),
        *("broken.png: it ends too early.", "Versions", "torch", "The batch was halved"),
    ):
        assert words in page, words
    assert "person" not in page


def test_the_table_of_predictions_puts_the_surest_errors_first(run: Path) -> None:
    table = predictions.read(run)
    assert (table.called.sum(axis=1) == 1).all()
    wrong = (table.called != (table.truth == 1)).any(axis=1)
    assert wrong.any()
    assert (np.diff(wrong.astype(int)) <= 0).all()
    own = (table.probabilities * table.truth).sum(axis=1)
    assert (np.diff(own[wrong]) >= -1e-6).all()
    with (run / "split.csv").open(newline="") as stream:
        parts = {row["image"]: row for row in csv.DictReader(stream)}
    test = {image for image, row in parts.items() if row["part"] == "test"}
    assert {str(image) for image in table.images} == test
    rows = zip(table.images, table.patients, strict=True)
    assert all(parts[str(image)]["patient"] == patient for image, patient in rows)


def test_an_evaluation_of_the_runs_test_films_gives_the_runs_measures(
    run: Path, tmp_path: Path
) -> None:
    listing = tmp_path / "test.csv"
    with (run / "split.csv").open(newline="") as stream, listing.open("w", newline="") as made:
        table = csv.writer(made)
        table.writerow(("image", "findings", "patient_id"))
        for row in csv.DictReader(stream):
            if row["part"] == "test":
                table.writerow((row["image"], row["findings"], row["patient"]))
    bundle = read_bundle(run / "bundle")
    report = drain(evaluate.evaluate(listing, bundle, tmp_path / "out"))
    trained = json.loads((run / "report.json").read_text())
    for key in ("confusion", "films", "patients", "majority_share", "distribution"):
        assert report.values[key] == trained[key]
    for key in ("accuracy", "auroc", "balanced_accuracy"):
        assert report.values[key]["value"] == pytest.approx(trained[key]["value"], abs=1e-6)
    for own, other in zip(report.values["points"], trained["points"], strict=True):
        assert own["true_positive"] == other["true_positive"]
        assert own["false_positive"] == other["false_positive"]
    first, second = (values["per_class"] for values in (report.values, trained))
    for label in NAMES:
        for rate in ("auroc", "average_precision", "sensitivity", "ppv"):
            assert first[label][rate]["value"] == pytest.approx(second[label][rate]["value"])
    assert report.values["overlap"] == ""
    assert "are among those the model was fitted on" not in report.html_file.read_text()


def test_films_the_model_was_fitted_on_are_told_under_any_name(
    run: Path, films: Path, tmp_path: Path
) -> None:
    with (run / "split.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    for part in ("training", "test"):
        for label in NAMES:
            row = next(r for r in rows if r["part"] == part and r["findings"] == label)
            target = tmp_path / "films" / label / f"{part}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(Path(row["image"]).read_bytes())
    report = drain(
        evaluate.evaluate(tmp_path / "films", read_bundle(run / "bundle"), tmp_path / "o")
    )
    assert report.values["overlap"].startswith("3 of the 6 films are among those")
    assert report.values["overlap"] in report.html_file.read_text()


def test_a_model_of_several_labels_goes_the_same_way(
    films: Path, tmp_path: Path, tiny_network: Network
) -> None:
    trained = _trained(films, tmp_path / "run", tiny_network, activation="sigmoid")
    drain(run_folder.write(trained))
    manifest = read_bundle(tmp_path / "run" / "bundle").manifest
    assert manifest.activation == "sigmoid"
    assert manifest.calibration is not None
    assert len(manifest.calibration.bias) == 3
    values = json.loads((tmp_path / "run" / "report.json").read_text())
    assert np.shape(values["confusion"]) == (3, 2, 2)
    assert "<th>labels shown</th>" in (tmp_path / "run" / "report.html").read_text()
    report = drain(
        evaluate.evaluate(films, read_bundle(tmp_path / "run" / "bundle"), tmp_path / "out")
    )
    assert np.shape(report.values["confusion"]) == (3, 2, 2)
    assert "are among those the model was fitted on" in report.values["overlap"]


def test_a_bundle_that_cannot_be_written_leaves_the_folder_as_it_was(
    films: Path, tmp_path: Path, tiny_network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "run"
    trained = _trained(films, out, tiny_network)
    (out / "checkpoint.safetensors").write_text("kept")
    (out / "run.json").write_text("of before")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run_folder.bundle_writer.seen_films, "write", full)
    with pytest.raises(ExportError, match="could not be written"):
        drain(run_folder.write(trained))
    assert {p.name for p in out.iterdir()} == {"checkpoint.safetensors", "run.json"}
    assert (out / "run.json").read_text() == "of before"


def test_files_that_cannot_all_be_moved_are_moved_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "old").touch()
    renamed = Path.rename

    def refuse(source: Path, target: Path) -> Path:
        if source.name == "b":
            raise OSError(28, "No space left on device")
        return renamed(source, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OSError, match="No space"), staged(tmp_path) as folder:
        (folder / "a").mkdir()
        (folder / "b").touch()
    assert [path.name for path in tmp_path.rglob("*")] == ["a", "old"]
    monkeypatch.setattr(Path, "rename", renamed)
    with staged(tmp_path) as folder:
        (folder / "a").mkdir()
        (folder / "b").touch()
    assert {path.name for path in tmp_path.rglob("*")} == {"a", "b"}


def test_giving_up_while_the_report_is_drawn_leaves_nothing(
    films: Path, tmp_path: Path, tiny_network: Network
) -> None:
    steps = run_folder.write(_trained(films, tmp_path / "run", tiny_network))
    for event in steps:
        if event.stage == "drawing" and event.done == 1:
            break
    steps.close()
    assert list((tmp_path / "run").iterdir()) == []


def test_a_run_against_its_own_model_is_no_evidence(run: Path) -> None:
    found = drain(comparing.compare_with(run, read_bundle(run / "bundle")))
    assert found.verdict == "no evidence"
    assert found.films == len(predictions.read(run).images)
    assert found.labels == tuple(NAMES)
    assert "fitted on" not in found.sentence
    assert comparing.compare_runs(run, run).verdict == "no evidence"


def test_a_spoiled_model_is_worse_than_the_one_in_use(
    run: Path, films: Path, tmp_path: Path, tiny_network: Network
) -> None:
    truth = predictions.read(run).truth
    sure = _with_answers(run, tmp_path / "sure", truth * 0.9 + 0.05)
    assert comparing.compare_runs(sure, run).verdict == "better"
    worse = comparing.compare_runs(run, sure)
    assert worse.verdict == "worse"
    assert "The first model is worse than the other" in worse.sentence
    used = read_bundle(run / "bundle")
    assert drain(comparing.compare_with(sure, used)).verdict == "better"
    (sure / "bundle" / seen_films.FILE).unlink()
    found = drain(comparing.compare_with(sure, read_bundle(sure / "bundle")))
    assert "is not recorded. Of films it has seen its figures come out too good" in found.sentence


def test_patients_the_model_in_use_was_fitted_on_are_left_out(run: Path, tmp_path: Path) -> None:
    answered = predictions.read(run)
    used = _with_answers(run, tmp_path / "used", answered.probabilities) / "bundle"
    levels = Preprocess(RULE).levels(read_film(answered.images[0]))
    seen_films.write([seen_films.digest(levels)], used)
    found = drain(comparing.compare_with(run, read_bundle(used)))
    own = answered.patients.count(answered.patients[0])
    assert own > 1
    assert found.films == len(answered.images) - own
    assert found.patients == len(set(answered.patients)) - 1
    assert f"Left out: {own} films of 1 patients whose films" in found.sentence
    every = [seen_films.digest(Preprocess(RULE).levels(read_film(x))) for x in answered.images]
    seen_films.write(every, used)
    assert drain(comparing.compare_with(run, read_bundle(used))).verdict == "not comparable"


def test_a_model_without_a_list_of_films_tells_the_set_it_learned_from(run: Path) -> None:
    bundle = read_bundle(run / "bundle")
    training = {**bundle.manifest.training, "data": "a public set"}
    shipped = replace(bundle, folder=run, manifest=replace(bundle.manifest, training=training))
    _, sentence = comparing._unseen((), None, shipped)
    assert "is not recorded; it learned from: a public set. Of films" in sentence


def test_other_labels_are_compared_on_anything_but_negative(
    run: Path, tiny_bundle: object, tmp_path: Path
) -> None:
    bundle = read_bundle(run / "bundle")
    labels = tuple(
        replace(label, id=f"other-{label.id}", name="Other") if not label.negative else label
        for label in bundle.manifest.labels
    )
    points = tuple(
        replace(point, label=point.label and f"other-{point.label}")
        for point in bundle.manifest.points
    )
    named = replace(bundle.manifest, labels=labels, points=points, uncertain=())
    other = replace(bundle, manifest=named)
    found = drain(comparing.compare_with(run, other))
    assert found.verdict == "no evidence"
    assert found.labels == ("anything but negative",)
    none = tuple(replace(x, negative=False, id=f"other-{x.id}") for x in bundle.manifest.labels)
    apart = replace(bundle, manifest=replace(bundle.manifest, labels=none, points=(), uncertain=()))
    found = drain(comparing.compare_with(run, apart))
    assert found.verdict == "not comparable"
    assert "no question in common" in found.sentence


def test_a_folder_without_predictions_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="missing or damaged"):
        comparing.compare_runs(tmp_path, tmp_path)


def _with_answers(run: Path, target: Path, probabilities: Array) -> Path:
    """Copy a run and replace what its model says of the test films."""
    (target / "bundle").mkdir(parents=True)
    for file in (run / "bundle").iterdir():
        (target / "bundle" / file.name).write_bytes(file.read_bytes())
    with (run / "predictions.csv").open(newline="") as stream:
        rows = list(csv.reader(stream))
    for row, values in zip(rows[1:], probabilities, strict=True):
        row[3] = row[2]
        row[5:] = [str(value) for value in values]
    with (target / "predictions.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return target
