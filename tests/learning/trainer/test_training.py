"""A training from films to bundle: its events, its weights, its files, and its end halfway."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from cxrviewer.core.bundle import Bundle, check_weights, read_bundle
from cxrviewer.core.errors import DataError, ExportError, PlanError
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import BatchDone, EpochDone, Event, Finished, PhaseStarted, Prepared
from cxrviewer.core.run_files import CHECKPOINT
from cxrviewer.imaging.reader import read_film
from cxrviewer.learning import calibrate
from cxrviewer.learning.classifier import Classifier
from cxrviewer.learning.networks.backbones import BACKBONES, HEAD
from cxrviewer.learning.preprocess import Preprocess
from cxrviewer.learning.trainer import bundle_writer
from cxrviewer.learning.trainer.preparing import Start
from cxrviewer.learning.trainer.training import train
from tests.learning.class_folders import write_films

pytestmark = pytest.mark.usefixtures("films_read_once")

SMALL = {"input_size": "64"}
CHANGES = SMALL | {"epochs": "4,2", "learning_rates": "0.3,1e-3"}


@dataclass(frozen=True)
class Run:
    """A finished training."""

    plan: TrainingPlan
    events: list[Event]
    gradients: list[bool]

    @property
    def bundle(self) -> Bundle:
        return read_bundle(self.plan.out / "bundle")

    @property
    def state(self) -> dict[str, torch.Tensor]:
        return safetensors.torch.load_file(self.bundle.weights)

    def of(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]


def run(plan: TrainingPlan) -> Run:
    events, gradients = [], []
    for event in train(plan):
        events.append(event)
        gradients.append(torch.is_grad_enabled() and not torch.is_inference_mode_enabled())
    return Run(plan, events, gradients)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_films(tmp_path_factory.mktemp("films"), patients=6)


@pytest.fixture(scope="module")
def both(films: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A training of both phases; its learning rate is high, so that the loss rises and falls."""
    folder = tmp_path_factory.mktemp("both")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CXRVIEWER_HOME", str(folder / "home"))
        yield run(
            TrainingPlan(
                data=films,
                out=folder / "out",
                changes=CHANGES,
                seed=5,
            )
        )


def test_events_come_in_order(both: Run) -> None:
    told = [type(event) for event in both.events if not isinstance(event, BatchDone)]
    assert told == [
        Prepared,
        *(PhaseStarted, *[EpochDone] * 4),
        *(PhaseStarted, *[EpochDone] * 2),
        Finished,
    ]
    assert [(e.phase, e.epoch) for e in both.of(EpochDone)][3:5] == [(0, 4), (1, 1)]


def test_no_event_comes_with_gradients_switched_off(both: Run) -> None:
    assert all(both.gradients)


def test_films_are_counted_by_class_and_patient(both: Run) -> None:
    (prepared,) = both.of(Prepared)
    assert prepared.classes == ("normal", "bacterial", "viral")
    assert np.sum(prepared.counts, axis=0).tolist() == [6, 6, 6]
    assert sum(prepared.patients) == 18
    assert prepared.split_by == "patient"
    assert "random weights" in prepared.note


def test_exactly_the_papers_parameters_are_trained(both: Run) -> None:
    phases = both.of(PhaseStarted)
    assert [(phase.trainable, phase.total) for phase in phases] == [
        (3_843, 2_261_827),
        (1_043_843, 2_261_827),
    ]


def test_the_bundle_is_whole_and_answers(both: Run) -> None:
    (finished,) = both.of(Finished)
    assert Path(finished.bundle) == both.plan.out / "bundle"
    check_weights(both.bundle)
    manifest = both.bundle.manifest
    assert [label.id for label in manifest.labels] == ["normal", "bacterial", "viral"]
    assert [label.negative for label in manifest.labels] == [True, False, False]
    assert manifest.point_names == ("balanced", "screening")
    assert {point.label for point in manifest.points} == {"", "bacterial", "viral"}
    assert len(manifest.reference_logits) == 3
    assert both.bundle.card.read_text().startswith("# my-model")
    assert "not for diagnosis" in both.bundle.card.read_text()


def test_the_record_tells_what_was_asked_and_what_came_out(both: Run) -> None:
    record = json.loads((both.plan.out / "run.json").read_text())
    assert record["plan"]["seed"] == 5
    assert len(record["history"]) == 6
    assert record["versions"]["torch"].startswith("2.")
    assert record["results"]["test"]["films"] == sum(record["data"]["counts"][2])
    assert set(record["results"]["shortcuts"]["auroc"]) == {"normal", "bacterial", "viral"}


def test_the_record_of_the_split_keeps_patients_apart_and_unnamed(both: Run) -> None:
    with (both.plan.out / "split.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    parts: dict[str, set[str]] = {}
    for row in rows:
        parts.setdefault(row["patient"], set()).add(row["part"])
    assert len(rows) == 18
    assert all(len(found) == 1 for found in parts.values())
    assert all(patient.isdigit() for patient in parts)


def test_the_weights_with_the_lowest_validation_loss_are_kept(both: Run, films: Path) -> None:
    losses = [epoch.val_loss for epoch in both.of(EpochDone)]
    assert min(losses) < losses[-1]
    with (both.plan.out / "split.csv").open(newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["part"] == "validation"]
    classifier = Classifier.load(both.bundle)
    preprocess = Preprocess(both.bundle.manifest.input)
    batch = np.stack([preprocess.array(read_film(Path(row["image"]))) for row in rows])
    ids = [label.id for label in both.bundle.manifest.labels]
    truth = np.array([ids.index(row["findings"]) for row in rows])
    found = calibrate.cross_entropy(classifier.logits(batch), truth)
    assert found == pytest.approx(min(losses), rel=1e-3)


def test_the_first_phase_leaves_the_backbone_as_it_was_bit_by_bit(
    films: Path, tmp_path: Path
) -> None:
    plan = TrainingPlan(data=films, out=tmp_path / "out", changes=SMALL | {"epochs": "2,0"})
    before = Start.of(plan).network(3).state_dict()
    after = run(plan).state
    assert {name for name in after if not torch.equal(after[name], before[name])} == {
        f"{HEAD}.weight",
        f"{HEAD}.bias",
    }


def test_the_second_phase_changes_what_it_unfreezes_and_no_statistics(
    films: Path, tmp_path: Path
) -> None:
    plan = TrainingPlan(data=films, out=tmp_path / "out", changes=SMALL | {"epochs": "0,1"})
    before = Start.of(plan).network(3)
    after = run(plan).state
    changed = {name for name in after if not torch.equal(after[name], before.state_dict()[name])}
    # From random weights some gradients are too small to move a norm's scale of exactly 1.
    assert changed <= set(BACKBONES["mobilenet_v2"].unfrozen_parameters(before, 14))
    assert {"features.16.conv.2.weight", "features.18.0.weight", f"{HEAD}.weight"} <= changed


def test_the_same_seed_gives_the_same_weights(both: Run, films: Path, tmp_path: Path) -> None:
    again = run(
        TrainingPlan(
            data=films,
            out=tmp_path,
            changes=CHANGES,
            seed=5,
        )
    )
    assert again.bundle.manifest == both.bundle.manifest
    other = Start.of(TrainingPlan(data=films, out=tmp_path, seed=6)).network(3)
    first = Start.of(both.plan).network(3)
    assert not torch.equal(other.classifier.weight, first.classifier.weight)


@pytest.mark.parametrize("last", [BatchDone, Prepared, EpochDone])
def test_closing_the_generator_leaves_nothing_behind(
    films: Path, tmp_path: Path, last: type
) -> None:
    plan = TrainingPlan(data=films, out=tmp_path / "out", changes=SMALL | {"epochs": "1,1"})
    events = train(plan)
    for event in events:
        if isinstance(event, last):
            break
    events.close()
    assert not plan.out.exists()


def test_a_broken_film_is_named_and_the_others_are_learned_from(tmp_path: Path) -> None:
    films = write_films(tmp_path / "films", patients=4, classes=2)
    (films / "bacterial" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    finished = run(
        TrainingPlan(data=films, out=tmp_path / "out", changes=SMALL | {"epochs": "1,0"})
    )
    (prepared,) = finished.of(Prepared)
    assert [name for name, _ in prepared.refused] == ["broken.png"]
    assert prepared.refused[0][1].startswith("broken.png: ")
    assert np.sum(prepared.counts) == 8


def test_films_that_cannot_be_used_are_one_sentence(tmp_path: Path) -> None:
    one = write_films(tmp_path / "one", classes=1)
    few = write_films(tmp_path / "few", patients=2, classes=2)
    for data, words in [(one, "one class only"), (few, "films of only 2 patients")]:
        with pytest.raises(DataError, match=words):
            list(train(TrainingPlan(data=data, out=tmp_path / "out")))
        assert not (tmp_path / "out").exists()


def test_a_run_among_its_films_is_refused(films: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(films)
    for out in (films, films / "runs" / "one", tmp_path / "link" / "runs"):
        with pytest.raises(PlanError, match="lies among the films") as raised:
            list(train(TrainingPlan(data=films, out=out)))
        assert raised.value.field == "out"
    assert not (films / "runs").exists()


def test_weights_that_are_not_there_are_one_sentence_before_any_film_is_read(
    films: Path, tmp_path: Path
) -> None:
    plan = TrainingPlan(data=films, out=tmp_path / "out", weights=str(tmp_path / "none"))
    with pytest.raises(PlanError) as raised:
        list(train(plan))
    assert raised.value.field == "weights"
    assert not plan.out.exists()


def test_a_training_that_diverges_says_so(films: Path, tmp_path: Path) -> None:
    plan = TrainingPlan(
        data=films,
        out=tmp_path / "out",
        changes=SMALL | {"epochs": "2,2", "learning_rates": "1e30,1e30"},
    )
    with pytest.raises(PlanError, match="diverged"):
        list(train(plan))
    assert not plan.out.exists()


def test_a_bundle_that_cannot_be_written_leaves_no_record(
    films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bundle_writer.weights, "save", full)
    plan = TrainingPlan(data=films, out=tmp_path / "out", changes=SMALL | {"epochs": "1,0"})
    with pytest.raises(ExportError, match="could not be written"):
        list(train(plan))
    assert [path.name for path in plan.out.iterdir()] == [CHECKPOINT]
