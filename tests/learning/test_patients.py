"""Whose film it is: the table, the header, the file's name, the folder, or nobody else's."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.core.film import Film, Identity
from cxrviewer.learning.dataset import Entry, list_films
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
        ("header", "P9", ("P9", "header")),
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
    assert entry.patient_of(_film(film_of, "P9")) == "P9"
    assert entry.patient_of(_film(film_of, "")) == "person1_virus"
