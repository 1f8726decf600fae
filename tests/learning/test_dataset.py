"""Which films a folder or a CSV holds, what they show and whose they are."""

from pathlib import Path

import numpy as np
import pytest

from cxrviewer.core.errors import DataError
from cxrviewer.core.film import DisplayChain, Facts, Film, Identity, Rescale, Window
from cxrviewer.learning.dataset import Entry, for_training, list_films, with_one_finding


def _touch(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


def _film(patient_id: str) -> Film:
    window = Window(centre=1, width=2)
    return Film(
        path=Path("film.dcm"),
        stored=np.zeros((2, 2), np.uint8),
        chain=DisplayChain(modality=Rescale(), voi=window, auto=window, full=window),
        facts=Facts(file_format="DICOM"),
        identity=Identity(patient_id=patient_id),
    )


def test_class_folders_name_the_label_and_subfolders_are_walked(tmp_path: Path) -> None:
    _touch(tmp_path, "Viral/a.png", "NORMAL/sub/b.png", "bacterial/c.dcm", "Viral/.hidden.png")
    listing = list_films(tmp_path)
    assert listing.classes == ("normal", "bacterial", "viral")
    assert listing.names["viral"] == "Viral"
    assert [(e.path.name, e.findings) for e in listing.entries] == [
        ("b.png", ("normal",)),
        ("a.png", ("viral",)),
        ("c.dcm", ("bacterial",)),
    ]


def test_companions_in_a_class_folder_are_no_films(tmp_path: Path) -> None:
    _touch(tmp_path, "normal/a.png", "normal/notes.txt", "viral/b.png", "viral/labels.csv")
    assert [entry.path.name for entry in list_films(tmp_path).entries] == ["a.png", "b.png"]


@pytest.mark.parametrize(
    ("name", "patient"),
    [
        ("person12_bacteria_47.jpeg", "person12_bacteria"),
        ("person12_virus_49.jpeg", "person12_virus"),
        ("person447_virus_921_1.jpeg", "person447_virus"),
        ("IM-0429-0001-0002.jpeg", "IM-0429"),
        ("NORMAL2-IM-1431-0001.jpeg", "NORMAL2-IM-1431"),
        ("1a2b.png", ""),
        ("patient7/film.png", "patient7"),
        ("patient7/study1/film.png", "patient7"),
    ],
)
def test_patient_stands_in_the_file_or_folder_name(tmp_path: Path, name: str, patient: str) -> None:
    _touch(tmp_path, f"normal/{name}")
    assert list_films(tmp_path).entries[0].patient == patient


def test_a_csv_column_outranks_the_header_and_the_header_the_name() -> None:
    stated = Entry(path=Path("a"), findings=("x",), patient="row 1", stated=True)
    guessed = Entry(path=Path("a"), findings=("x",), patient="person1_virus")
    alone = Entry(path=Path("a"), findings=("x",))
    assert stated.patient_of(_film("P9")) == "row 1"
    assert guessed.patient_of(_film("P9")) == "P9"
    assert guessed.patient_of(_film("")) == "person1_virus"
    assert alone.patient_of(_film("")) == "a"


def test_csv_with_paths_beside_it_in_images_and_absolute(tmp_path: Path) -> None:
    _touch(tmp_path, "set/one.png", "set/images/two.png", "far.png")
    (tmp_path / "set" / "films.csv").write_text(
        "image,findings,patient_id,age\n"
        "one.png,Normal,1,4\n"
        "two.png,Effusion|No Finding,2,4\n"
        f"{tmp_path / 'far.png'},Normal,1,4\n",
        encoding="utf-8-sig",
    )
    listing = list_films(tmp_path / "set" / "films.csv")
    assert [e.path.name for e in listing.entries] == ["one.png", "two.png", "far.png"]
    assert all(e.path.is_file() for e in listing.entries)
    assert listing.entries[1].findings == ("effusion", "no finding")
    assert [e.patient for e in listing.entries] == ["1", "2", "1"]


def test_bad_rows_of_a_csv_are_named_and_left_out(tmp_path: Path) -> None:
    _touch(tmp_path, "one.png")
    (tmp_path / "films.csv").write_text(
        "image,findings\none.png,normal\none.png,viral\ngone.png,normal\n,normal\nx.png,\n"
    )
    listing = list_films(tmp_path / "films.csv")
    assert len(listing.entries) == 1
    assert [name for name, _ in listing.refused] == ["one.png", "gone.png", "", "x.png"]
    assert "twice" in listing.refused[0][1]
    assert "no such file" in listing.refused[1][1]


def test_sets_that_cannot_be_used_are_one_sentence(tmp_path: Path) -> None:
    _touch(tmp_path, "no_columns.csv", "one/normal/a.png", "binary.csv")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00\x81")
    (tmp_path / "empty").mkdir()
    for name, words in [
        ("absent", "There is no folder or CSV"),
        ("empty", "no labelled films"),
        ("no_columns.csv", "no column image and findings"),
        ("binary.csv", "cannot be read"),
    ]:
        with pytest.raises(DataError, match=words):
            list_films(tmp_path / name)
    with pytest.raises(DataError, match=r"one class only \(normal\)"):
        for_training(tmp_path / "one")


def test_films_with_several_findings_are_named_and_left_out(tmp_path: Path) -> None:
    _touch(tmp_path, "a.png", "b.png", "c.png")
    (tmp_path / "films.csv").write_text("image,findings\na.png,X\nb.png,Y\nc.png,X|Z\n")
    listing = with_one_finding(list_films(tmp_path / "films.csv"))
    assert listing.classes == ("x", "y")
    assert [name for name, _ in listing.refused] == ["c.png"]


@pytest.mark.shared
def test_the_shared_set_has_the_patients_that_were_counted(shared: Path) -> None:
    entries = list_films(shared / "data" / "kermany" / "train").entries
    patients = {finding: set() for finding in ("normal", "pneumonia")}
    for entry in entries:
        patients[entry.findings[0]].add(entry.patient)
    assert len(entries) == 5216
    assert (len(patients["normal"]), len(patients["pneumonia"])) == (1211, 2443)
