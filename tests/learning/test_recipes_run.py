"""Every recipe runs one epoch of each of its phases, with the network it names, to a bundle."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.core.bundle import read_bundle
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.core.progress import EpochDone, Finished, RateFound, RateTried
from cxrviewer.core.recipes import RECIPES
from cxrviewer.imaging.reader import read_film
from cxrviewer.learning.classifier import Classifier
from cxrviewer.learning.trainer.rate_finder import find_rate
from cxrviewer.learning.trainer.training import train
from tests.learning.class_folders import write_films

SIDE = {"inception_v3": "75"}


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_films(tmp_path_factory.mktemp("films"), patients=4, classes=2)


def plan_for(recipe: str, films: Path, out: Path) -> TrainingPlan:
    settings = RECIPES[recipe]
    changes = {
        "epochs": ",".join("1" for _ in settings.phases),
        "input_size": SIDE.get(settings.backbone, "32"),
        "split": "0.5,0.25,0.25",
        "views": "2",
        "batch_size": "4",
        "steps": "2" if settings.steps else "0",
    }
    return TrainingPlan(data=films, out=out, recipe=recipe, changes=changes)


@pytest.mark.slow
@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_runs_through_every_phase(recipe: str, films: Path, tmp_path: Path) -> None:
    plan = plan_for(recipe, films, tmp_path / "out")
    events = list(train(plan))
    assert [event.phase for event in events if isinstance(event, EpochDone)] == list(
        range(len(plan.settings.phases))
    )
    assert isinstance(events[-1], Finished)
    manifest = read_bundle(plan.out / "bundle").manifest
    assert manifest.architecture == plan.settings.backbone
    assert manifest.activation == plan.settings.activation
    assert manifest.hidden == plan.settings.hidden
    assert (manifest.input.height, manifest.input.width) == (plan.settings.input_size,) * 2


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("recipe", ["p3-chen-kute", "p4-chambers-transfer"])
def test_the_bundle_answers_as_the_run_did(
    recipe: str, precision: str, films: Path, settled_weights: str, tmp_path: Path
) -> None:
    changes = {"hidden": "8", "dropout": "0.5", "precision": precision}
    plan = plan_for(recipe, films, tmp_path / "out").changed(changes)
    list(train(replace(plan, backbone="mobilenet_v2", weights=settled_weights)))
    classifier = Classifier.load(read_bundle(plan.out / "bundle"))
    with (plan.out / "predictions.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows
    for row in rows:
        inputs = classifier.preprocess.array(read_film(Path(row["image"])))
        scores, _ = classifier.scores(classifier.logits(inputs[None])[0])
        told = [float(row[f"p_{score.label}"]) for score in scores]
        np.testing.assert_allclose([score.probability for score in scores], told, atol=1e-4)


def test_the_finder_tries_rates_on_the_plans_films_and_writes_nothing(
    films: Path, settled_weights: str, tmp_path: Path
) -> None:
    plan = plan_for("p3-chen-kute", films, tmp_path / "out")
    plan = replace(plan, weights=settled_weights)
    before = Path(settled_weights).read_bytes()
    events = list(find_rate(plan))
    tried = [event for event in events if isinstance(event, RateTried)]
    assert len(tried) > 20
    assert isinstance(events[-1], RateFound)
    assert tried[0].rate < events[-1].suggestion < tried[-1].rate
    assert not plan.out.exists()
    assert Path(settled_weights).read_bytes() == before
