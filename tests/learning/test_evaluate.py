"""A bundle on labelled films: what is measured, what is left out, and what is written."""

import json
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.core.analysis import NOTICE
from cxrviewer.core.bundle import Bundle, find_bundle
from cxrviewer.core.errors import DataError, ExportError, PlanError
from cxrviewer.imaging.reader import read_film
from cxrviewer.learning import evaluate as evaluation
from cxrviewer.learning.classifier import Classifier
from cxrviewer.learning.data import seen_films
from cxrviewer.learning.preprocess import Preprocess
from cxrviewer.learning.reporting.report import Report
from tests.learning.class_folders import write_films


def evaluate(data: Path, bundle: Bundle, out: Path) -> Report:
    """Run an evaluation to its end."""
    steps = evaluation.evaluate(data, bundle, out)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def _named(out: Path) -> set[str]:
    """Return what a person finds in a folder."""
    return {path.name for path in out.iterdir() if not path.name.startswith(".")}


def _rename(films: Path, **names: str) -> Path:
    for old, new in names.items():
        (films / old).rename(films / new)
    return films


def test_the_report_counts_what_the_classifier_calls(tiny_bundle: Bundle, tmp_path: Path) -> None:
    films = write_films(tmp_path / "films", patients=4, films=2)
    report = evaluate(films, tiny_bundle, tmp_path / "out")
    classifier = Classifier.load(tiny_bundle)
    ids = [label.id for label in tiny_bundle.manifest.labels]
    counted = [[0] * 3 for _ in ids]
    for file in films.rglob("*.png"):
        called = ids.index(classifier.analyse(read_film(file)).call)
        counted[ids.index(file.parent.name.lower())][called] += 1
    assert report.values["confusion"] == counted
    right = sum(counted[i][i] for i in range(3))
    assert report.values["accuracy"]["value"] == right / 24
    assert (report.values["films"], report.values["patients"]) == (24, 12)
    assert report.values["grouped_by"] == "patient"
    assert report.values["majority_share"] == pytest.approx(1 / 3)


def test_the_files_stand_alone_and_carry_the_notice(tiny_bundle: Bundle, tmp_path: Path) -> None:
    films = write_films(tmp_path / "films", patients=3)
    report = evaluate(films, tiny_bundle, tmp_path / "out")
    assert json.loads(report.json_file.read_text())["model"] == "tiny-model"
    page = report.html_file.read_text()
    assert NOTICE in page
    assert "http" not in page
    drawn = {file.name for file in (tmp_path / "out" / "figures").iterdir()}
    assert page.count("data:image/png;base64,") == len(drawn)
    assert {"confusion.png", "roc.png", "reliability.png", "errors.png"} <= drawn
    assert drawn.isdisjoint({"curves.png", "filters.png", "classes.png"})
    assert (tmp_path / "out" / "predictions.csv").is_file()
    assert "is not recorded with it" in report.values["overlap"]


def test_a_model_that_says_one_thing_only_is_flagged(tiny_bundle: Bundle, tmp_path: Path) -> None:
    films = write_films(tmp_path / "films", patients=3, classes=1)
    report = evaluate(films, tiny_bundle, tmp_path / "out")
    assert report.values["majority_classifier"] is True
    assert "majority classifier" in report.summary
    assert report.values["per_class"]["viral"]["auroc"] is None
    assert "not measurable" in report.html_file.read_text()


def test_an_unknown_label_beside_the_negative_one_is_measured_as_the_rest(
    tiny_bundle: Bundle, tmp_path: Path
) -> None:
    films = _rename(
        write_films(tmp_path / "films", patients=3, classes=2),
        bacterial="PNEUMONIA",
        NORMAL="No Finding",
    )
    report = evaluate(films, tiny_bundle, tmp_path / "out")
    assert report.values["classes"] == ["normal", "pneumonia"]
    assert "anything but normal" in report.values["note"]
    assert report.values["positive"]["threshold"] == tiny_bundle.manifest.threshold("")
    # Points of the single kinds have nothing to be measured on here.
    assert [point["label"] for point in report.values["points"]] == [""]
    assert "anything but normal" in report.html_file.read_text()


def test_labels_the_model_does_not_know_are_one_sentence(
    tiny_bundle: Bundle, tmp_path: Path
) -> None:
    films = _rename(write_films(tmp_path / "films"), viral="COVID-19", bacterial="tuberculosis")
    with pytest.raises(DataError, match=r"covid-19, tuberculosis.*normal, bacterial, viral"):
        evaluate(films, tiny_bundle, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_films_without_an_answer_are_named(tiny_bundle: Bundle, tmp_path: Path) -> None:
    films = write_films(tmp_path / "films", patients=2)
    (films / "viral" / "broken.png").write_bytes(b"no picture")
    report = evaluate(films, tiny_bundle, tmp_path / "out")
    (refused,) = report.values["refused"]
    assert refused["film"] == "broken.png"
    assert refused["reason"] in report.html_file.read_text()
    assert report.values["films"] == 6


def test_a_folder_that_cannot_be_written_is_one_sentence(
    tiny_bundle: Bundle, tmp_path: Path
) -> None:
    films = write_films(tmp_path / "films", patients=2)
    (tmp_path / "out").write_text("a file stands here")
    with pytest.raises(ExportError, match="could not be written"):
        evaluate(films, tiny_bundle, tmp_path / "out")


def test_films_the_model_was_not_asked_about_are_not_counted_as_unanswered(
    tiny_bundle: Bundle, tmp_path: Path
) -> None:
    films = write_films(tmp_path / "films", patients=14)
    rows = [f"{path.relative_to(films)},{path.parent.name}" for path in films.rglob("*.png")]
    both = [f"{row}|more" if row.startswith("viral") else row for row in sorted(rows)]
    table = films / "films.csv"
    table.write_text("\n".join(["image,findings", *both]))
    report = evaluate(table, tiny_bundle, tmp_path / "out")
    assert "Without an answer" not in report.values["summary"]
    assert "<li>14 films: several findings" in report.html_file.read_text()


def test_a_report_among_the_films_is_refused(tiny_bundle: Bundle, tmp_path: Path) -> None:
    films = write_films(tmp_path / "films", patients=2)
    with pytest.raises(PlanError, match="lies among the films") as raised:
        evaluate(films, tiny_bundle, films / "report")
    assert raised.value.field == "out"
    assert not (films / "report").exists()


def test_until_the_report_is_whole_nothing_of_it_has_its_name(
    tiny_bundle: Bundle, tmp_path: Path
) -> None:
    films, out = write_films(tmp_path / "films", patients=2), tmp_path / "out"
    steps = evaluation.evaluate(films, tiny_bundle, out)
    meanwhile = [_named(out) for event in steps if event.stage == "drawing"]
    assert meanwhile and not any(meanwhile)
    assert {"figures", "predictions.csv", "report.html", "report.json"} == _named(out)
    before = (out / "report.json").read_bytes()

    for given_up in (out, tmp_path / "new"):
        steps = evaluation.evaluate(films, tiny_bundle, given_up)
        next(event for event in steps if event.stage == "drawing")
        steps.close()
    assert (out / "report.json").read_bytes() == before
    assert not (tmp_path / "new").exists()


def test_the_page_has_no_empty_list(tiny_bundle: Bundle, tmp_path: Path) -> None:
    report = evaluate(write_films(tmp_path / "films", patients=2), tiny_bundle, tmp_path / "out")
    assert "<ul></ul>" not in report.html_file.read_text()


@pytest.mark.shared
def test_the_bundled_model_knows_the_films_it_learned_from(shared: Path) -> None:
    bundle = find_bundle("pediatric-pneumonia")
    known = seen_films.read(bundle.folder)
    preprocess = Preprocess(bundle.manifest.input)
    films = sorted((shared / "data" / "kermany" / "train" / "NORMAL").iterdir())
    digests = [seen_films.digest(preprocess.levels(read_film(film))) for film in films[:100]]
    assert 0.6 < np.mean([digest in known for digest in digests]) < 0.95
