"""Whose film it is: the table, the header, the file's name, the folder, or nobody else's."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.core.film import Film, Identity
from cxrviewer.learning.data.dataset import Entry, list_films
from cxrviewer.learning.data.patients import digest_of, under_one_name
from tests.learning.conftest import MakeFilm


@pytest.mark.parametrize(
    ("name", "patient", "source"),
    [
        ("person12_bacteria_47.jpeg", "person12_bacteria", "name"),
        ("person12_virus_49.jpeg", "person12_virus", "name"),
        ("person447_virus_921_1.jpeg", "person447_virus", "name"),
        ("IM-0429-0001-0002.jpeg", "IM-0429", "name"),
        ("NORMAL2-IM-1431-0001.jpeg", "NORMAL2-IM-1431", "name"),
        ("BACTERIA-1351146-0002.jpeg", "BACTERIA-1351146", "name"),
        ("00000061_012.jpg", "61", "name"),
        ("1a2b.png", None, "film"),
        ("kim/film.png", "kim", "folder"),
        ("kim/study1/film.png", "kim", "folder"),
        ("2019/film.png", None, "film"),
        ("2019/kim/film.png", "kim", "folder"),
        ("site3/patient00007/study1/film.png", "patient00007", "folder"),
    ],
)
def test_patient_stands_in_the_file_or_folder_name(
    tmp_path: Path, name: str, patient: str | None, source: str
) -> None:
    film = tmp_path / "normal" / name
    film.parent.mkdir(parents=True)
    film.touch()
    entry = list_films(tmp_path).entries[0]
    assert (entry.patient, entry.source) == (patient or str(film), source)


def _film(make: MakeFilm, patient_id: str) -> Film:
    film = make(np.zeros((2, 2), dtype=np.uint8))
    return replace(film, identity=Identity(patient_id=patient_id))


@pytest.mark.parametrize(
    ("patients_from", "header", "whose"),
    [
        ("auto", "P9", ("row 1", "column")),
        ("column", "P9", ("row 1", "column")),
        ("header", "P9", (digest_of("P9"), "header")),
        ("header", "", ("person1_virus_2.png", "film")),
        ("name", "P9", ("person1_virus", "name")),
        ("folder", "P9", ("kim", "folder")),
        ("film", "P9", ("person1_virus_2.png", "film")),
    ],
)
def test_the_first_that_speaks_tells_unless_one_is_asked_for(
    film_of: MakeFilm, patients_from: str, header: str, whose: tuple[str, str]
) -> None:
    entry = Entry(
        path=Path("person1_virus_2.png"),
        findings=("x",),
        column="row 1",
        folder="kim",
        patients_from=patients_from,
    )
    assert entry.told(_film(film_of, header)) == whose


def test_the_header_outranks_name_and_folder(film_of: MakeFilm) -> None:
    entry = Entry(path=Path("person1_virus_2.png"), findings=("x",), folder="kim")
    assert entry.told(_film(film_of, "P9")) == (digest_of("P9"), "header")
    assert entry.told(_film(film_of, "")) == ("person1_virus", "name")


def test_a_patient_told_of_by_different_sources_has_one_name() -> None:
    header = digest_of(" 00000061 ")
    told = [(header, "header"), ("61", "name"), ("0061", "column"), ("61/a.png", "film")]
    names = under_one_name(told)
    assert names[0] == names[1] == names[2] != names[3]
    assert under_one_name([(digest_of("MRN1"), "header"), ("mrn1", "folder")]) == ("mrn1", "mrn1")
    assert under_one_name([(header, "header"), ("62", "name")]) == (header, "62")
    assert under_one_name([("0", "name"), ("00", "column")])[0] == "00"
