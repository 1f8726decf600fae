"""Films decoded once: what is known of them, what is kept, what a bad one costs."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.core.errors import DataError
from cxrviewer.core.progress import BatchDone
from cxrviewer.imaging.reader import read_film
from cxrviewer.learning.data import kept_films, shortcuts
from cxrviewer.learning.data.dataset import for_training, list_films
from cxrviewer.learning.data.patients import digest_of
from cxrviewer.learning.device import cpu
from cxrviewer.learning.preprocess import Preprocess
from cxrviewer.learning.trainer.films import read_films
from cxrviewer.learning.trainer.keep import Keep
from cxrviewer.learning.trainer.runner import Runner
from tests.learning.class_folders import write_films
from tests.learning.film_sets import RULE, films_of, finish


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    return Keep(tmp_path / "cache", budget=10**9)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_films(tmp_path / "films", patients=3, films=2)


def reading_events(data: Path, keep: Keep) -> list[BatchDone]:
    listing = for_training(data)
    runner = Runner(cpu("test"))
    return list(read_films(listing, listing.classes, RULE, runner=runner, keep=keep))


def test_greys_are_those_of_preprocessing_to_the_last_bit(data: Path, keep: Keep) -> None:
    films = films_of(data, keep)
    preprocess = Preprocess(RULE)
    greys = films.greys.read(np.arange(len(films.paths)))
    assert greys.dtype == np.uint16
    for path, grey, traits in zip(films.paths, greys, films.traits, strict=True):
        film = read_film(path)
        np.testing.assert_array_equal(grey, preprocess.levels(film))
        expected = preprocess.greys(film)
        np.testing.assert_array_equal(grey.astype(np.float32) / np.float32(65535), expected)
        np.testing.assert_array_equal(traits, shortcuts.traits(film, expected))


def test_films_come_in_the_order_of_the_listing_with_their_truth(data: Path, keep: Keep) -> None:
    films = films_of(data, keep)
    listing = for_training(data)
    assert films.paths == tuple(entry.path for entry in listing.entries)
    assert films.patients == tuple(entry.patient for entry in listing.entries)
    assert films.classes == listing.classes
    for path, row in zip(films.paths, films.truth, strict=True):
        assert row.dtype == np.float32
        (shown,) = np.flatnonzero(row)
        assert films.classes[shown] == path.parent.name.lower()


def test_a_second_training_reads_no_film_again(data: Path, keep: Keep) -> None:
    assert {event.stage for event in reading_events(data, keep)} == {"reading"}
    first = films_of(data, keep)
    assert reading_events(data, keep) == []
    again = films_of(data, keep)
    rows = np.arange(len(first.paths))
    np.testing.assert_array_equal(again.greys.read(rows), first.greys.read(rows))
    np.testing.assert_array_equal(again.traits, first.traits)
    assert again.patients == first.patients


def test_a_film_that_was_changed_is_read_anew(data: Path, keep: Keep) -> None:
    first = films_of(data, keep)
    changed = first.paths[2]
    changed.write_bytes(first.paths[-1].read_bytes())
    again = films_of(data, keep)
    rows = np.arange(len(first.paths))
    different = (again.greys.read(rows) != first.greys.read(rows)).any(axis=(1, 2))
    assert np.flatnonzero(different).tolist() == [2]
    assert np.flatnonzero(kept_films.film_keys(again.paths) != first.keys).tolist() == [2]


@pytest.mark.parametrize("tells_change", [True, False])
def test_a_film_of_the_same_size_and_date_is_not_taken_for_the_one_before(
    data: Path, keep: Keep, monkeypatch: pytest.MonkeyPatch, tells_change: bool
) -> None:
    # As on Windows, where a file's time of change is not kept.
    monkeypatch.setattr(kept_films, "TELLS_CHANGE", tells_change)
    first = films_of(data, keep)
    film = first.paths[2]
    facts = film.stat()
    film.write_bytes(bytes(facts.st_size))
    os.utime(film, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert film.stat().st_mtime_ns == facts.st_mtime_ns
    assert len(films_of(data, keep).refused) == 1


def test_a_bad_film_is_named_and_the_others_are_there(data: Path, keep: Keep) -> None:
    (data / "viral" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    (data / "viral" / "empty.png").write_bytes(b"")
    for _ in range(2):
        films = films_of(data, keep)
        assert sorted(name for name, _ in films.refused) == ["broken.png", "empty.png"]
        assert all(sentence.startswith(f"{name}: ") for name, sentence in films.refused)
        assert len(films.paths) == len(films.truth) == len(films.keys) == films.greys.rows == 18


def test_films_of_a_class_that_cannot_be_read_are_one_sentence(data: Path, keep: Keep) -> None:
    for path in (data / "viral").iterdir():
        path.write_bytes(b"no film")
    with pytest.raises(DataError, match="No film of the class viral can be read: "):
        films_of(data, keep)
    for path in data.rglob("*.png"):
        path.write_bytes(b"no film")
    with pytest.raises(DataError, match="No film can be read: "):
        films_of(data, keep)


def test_findings_that_are_not_known_are_no_number(data: Path, keep: Keep) -> None:
    listing = list_films(data)
    entries = (
        replace(listing.entries[0], findings=("bacterial", "viral"), unknown=()),
        replace(listing.entries[1], findings=("viral",), unknown=("bacterial",)),
        replace(listing.entries[2], findings=(), unknown=()),
    )
    events = read_films(
        replace(listing, entries=entries),
        ("bacterial", "viral"),
        RULE,
        runner=Runner(cpu("test")),
        keep=keep,
    )
    np.testing.assert_array_equal(finish(events).truth, [[1, 1], [np.nan, 1], [0, 0]])


def test_the_patient_of_a_header_is_kept_as_a_digest_only(
    make_dicom: Callable[..., Path], tmp_path: Path, keep: Keep
) -> None:
    data = tmp_path / "dicom"
    for label, patients in {"normal": ("Doe-1", "Doe-1"), "viral": ("Doe-2", "")}.items():
        (data / label).mkdir(parents=True)
        for number, patient in enumerate(patients):
            made = make_dicom(name=f"{label}{number}.dcm", PatientID=patient)
            made.rename(data / label / made.name)
    for films in (films_of(data, keep), films_of(data, keep)):
        same, also, other, nobody = films.patients
        assert same == also == digest_of("Doe-1")
        assert other == digest_of("Doe-2")
        assert nobody == str(data / "viral" / "viral1.dcm")
    kept = b"".join(file.read_bytes() for file in keep.folder.iterdir())
    assert b"Doe" not in kept


def test_reading_can_be_given_up_at_any_moment(data: Path, keep: Keep) -> None:
    listing = for_training(data)
    events = read_films(listing, listing.classes, RULE, runner=Runner(cpu("test")), keep=keep)
    next(events)
    events.close()
    assert not list(keep.folder.iterdir())
    assert films_of(data, keep).greys.rows == 18


def test_a_patient_told_of_by_header_and_by_name_is_one(
    make_dicom: Callable[..., Path], data: Path, keep: Keep
) -> None:
    theirs = make_dicom(name="header.dcm", PatientID="im-0001 ")
    theirs.rename(data / "NORMAL" / theirs.name)
    films = films_of(data, keep)
    whose = dict(zip((path.name for path in films.paths), films.patients, strict=True))
    assert whose["header.dcm"] == whose["IM-0001-0000.png"] == "IM-0001"
