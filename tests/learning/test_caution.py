"""A model's caution goes with every answer it gives, however the film was asked about."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.core.analysis import CAUTION, Status
from cxrviewer.core.bundle import Bundle, read_bundle, write_manifest
from cxrviewer.core.film import Film
from cxrviewer.core.manifest import Gate, InputRule, Label, Manifest
from cxrviewer.learning import batch, gate
from cxrviewer.learning.classifier import Classifier
from cxrviewer.learning.read_ahead import Prepared
from cxrviewer.learning.verdict import PASS, Verdict, cautioned, refusal, warning
from tests.learning.class_folders import write_films
from tests.learning.conftest import MakeFilm
from tests.learning.test_evaluate import evaluate

SENTENCE = "Its COVID films come from one hospital and all others from another."
MANIFEST = Manifest(
    id="m",
    name="M",
    version="1",
    architecture="mobilenet_v2",
    activation="sigmoid",
    labels=(Label(id="a", name="A"),),
    input=InputRule(height=64, width=64, mean=(0.5,) * 3, std=(0.5,) * 3),
    weights_sha256="",
    licence="none",
    caution=SENTENCE,
)

Decide = Callable[..., Verdict]


@pytest.fixture
def cautious(tiny_bundle: Bundle) -> Bundle:
    write_manifest(replace(tiny_bundle.manifest, caution=SENTENCE), tiny_bundle.folder)
    return read_bundle(tiny_bundle.folder)


def _decide(before: Verdict, seen: Verdict, *, anyway: bool = False) -> Verdict:
    return gate.decide(before, seen, anyway=anyway, film=Path("film.dcm"), manifest=MANIFEST)


def test_it_makes_a_warning_of_an_answer_that_has_none() -> None:
    verdict = _decide(PASS, PASS)
    assert (verdict.status, verdict.reason) == (Status.WARN, SENTENCE)
    assert verdict.code == CAUTION
    assert cautioned(PASS, "") == PASS


def test_it_stands_ahead_of_what_the_gate_warns_about() -> None:
    verdict = _decide(warning("age", "An adult."), PASS)
    assert verdict.reason == f"{SENTENCE} An adult."
    assert verdict.code == f"{CAUTION}+age"


def test_it_stays_with_an_answer_that_was_wanted_anyway_and_goes_with_no_refusal() -> None:
    turned = refusal("turned", "It seems turned.")
    assert _decide(PASS, turned) == turned
    verdict = _decide(PASS, turned, anyway=True)
    assert verdict.status is Status.WARN
    assert verdict.reason.startswith(f"{SENTENCE} Analysed although")
    assert "It seems turned." in verdict.reason


def test_the_window_and_the_table_get_it_with_the_scores(
    cautious: Bundle, noise_film: Film
) -> None:
    classifier = Classifier.load(cautious)
    shown = classifier.analyse(noise_film)
    pixels = classifier.preprocess.array(noise_film)
    prepared = Prepared(path=noise_film.path, verdict=PASS, pixels=pixels)
    unread = Prepared(
        path=noise_film.path, verdict=Verdict(status=Status.ERROR, reason="It cannot be read.")
    )
    (_, row), (_, error) = batch.analyse([prepared, unread], classifier)
    for answer in (shown, row):
        assert (answer.status, answer.reason) == (Status.WARN, SENTENCE)
        assert answer.scores
        assert not answer.doubtful
    assert error.reason == "It cannot be read."


def test_a_refused_film_has_no_answer_to_be_cautious_about(
    cautious: Bundle, film_of: MakeFilm
) -> None:
    film = film_of(np.zeros((96, 96), dtype=np.uint8))
    refused = Classifier.load(replace(cautious, manifest=replace(cautious.manifest, gate=Gate())))
    analysis = refused.analyse(film)
    assert analysis.status is Status.REFUSED
    assert SENTENCE not in analysis.reason


def test_a_report_of_it_says_so(cautious: Bundle, tmp_path: Path) -> None:
    films = write_films(tmp_path / "films", patients=2)
    report = evaluate(films, cautious, tmp_path / "out")
    assert json.loads(report.json_file.read_text())["caution"] == SENTENCE
    assert f'class="warning">{SENTENCE}<' in report.html_file.read_text()
