"""Which films a folder or a CSV holds, what they show and whose they are."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cxrviewer.core.errors import DataError
from cxrviewer.core.progress import BatchDone
from cxrviewer.learning.data import folder_listing
from cxrviewer.learning.data.dataset import (
    film_name,
    for_training,
    list_films,
    scan_films,
    with_one_finding,
)


def _touch(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()


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
    assert [(e.patient, e.source) for e in listing.entries] == [
        ("1", "column"),
        ("2", "column"),
        ("1", "column"),
    ]


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


@pytest.mark.parametrize(
    ("files", "data", "words"),
    [
        ((), "absent", "There is no folder or CSV"),
        (("set/.hidden",), "set", "no labelled films in .*; put them in one folder a class"),
        (
            ("set/x/notes.txt",),
            "set",
            r"no labelled films .*\(x: this folder holds no films\); put",
        ),
        (("set/a.png", "set/b.dcm"), "set", "2 files that may be films but no class folders; put"),
        (("set/normal/a.png",), "set", r"one class only \(normal\); training needs at least two"),
        (("set/Normal/a.png", "set/normal/b.png"), "set", "Normal and normal .*; merge them"),
        (("set/test/x/a.png", "set/train/x/b.png"), "set", "parts of a data set .*; open train"),
        (("set/film.png",), "set/film.png", "is a single film; open a folder"),
        (("set/DICOMDIR",), "set/DICOMDIR", "index of a DICOM medium"),
    ],
)
def test_folders_that_cannot_be_used_are_one_sentence(
    tmp_path: Path, files: tuple[str, ...], data: str, words: str
) -> None:
    _touch(tmp_path, *files)
    with pytest.raises(DataError, match=words):
        for_training(tmp_path / data)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (b"", "is empty; it needs image"),
        (b"film,age\na.png,4\n", "no column image and no column findings; it needs"),
        (b"image,age\na.png,44\n", "no column findings"),
        (b"image;findings\na.png;normal\n", "separated by semicolons; save it with commas"),
        (b"image\tfindings\na.png\tnormal\n", "separated by tabs"),
        (b"image findings\na.png normal\n", "separated by spaces"),
        (b"Image Index\na.png\n", "no column findings"),
        (b"image,findings\n", "a header and no rows"),
        ("image,findings\na.png,K\u00f6rper\n".encode("latin-1"), "not written in UTF-8"),
        ("image,findings\na.png,x\n".encode("utf-16"), "written in UTF-16; save it anew"),
        (b"image,findings\ngone.png,normal\n", "no such file beside the CSV"),
        (b"image,findings\na.png,normal\n", r"one class only \(normal\)"),
    ],
)
def test_tables_that_cannot_be_used_are_one_sentence(
    tmp_path: Path, table: bytes, words: str
) -> None:
    _touch(tmp_path, "a.png")
    (tmp_path / "films.csv").write_bytes(table)
    with pytest.raises(DataError, match=words):
        for_training(tmp_path / "films.csv")


def test_a_film_without_a_suffix_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "IM0001").write_bytes(bytes(128) + b"DICM" + bytes(9))
    with pytest.raises(DataError, match="is a single film"):
        list_films(tmp_path / "IM0001")


@contextmanager
def _as_nobody(folder: Path) -> Iterator[None]:
    """Give up the rights of the administrator, whom no folder is closed to."""
    if os.geteuid() != 0:
        yield
        return
    for parent in [folder, *folder.parents]:
        if parent.owner() == "root" and parent.stat().st_mode & 0o777 == 0o700:
            parent.chmod(0o755)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(os.name != "posix", reason="rights of this kind are POSIX")
def test_folders_that_may_not_be_read_are_told(tmp_path: Path) -> None:
    _touch(tmp_path, "set/normal/a.png", "set/normal/closed/b.png", "set/viral/c.png")
    (tmp_path / "set/normal/closed").chmod(0)
    with _as_nobody(tmp_path):
        listing = list_films(tmp_path / "set")
    assert [entry.path.name for entry in listing.entries] == ["a.png", "c.png"]
    assert "this folder may not be read" in listing.refused[0][1]
    for place, words in [("set/viral", "class folder .* may not be read"), ("set", "may not be")]:
        (tmp_path / place).chmod(0)
        with _as_nobody(tmp_path), pytest.raises(DataError, match=words):
            list_films(tmp_path / "set")
        (tmp_path / place).chmod(0o755)
    (tmp_path / "set/normal/closed").chmod(0o755)


def test_links_in_a_circle_are_walked_once(tmp_path: Path) -> None:
    _touch(tmp_path, "normal/a.png", "viral/b.png")
    (tmp_path / "normal" / "again").symlink_to(tmp_path)
    (tmp_path / "whole").symlink_to(tmp_path)
    (tmp_path / "viral" / "self.png").symlink_to(tmp_path / "viral" / "self.png")
    listing = list_films(tmp_path)
    assert [entry.path.name for entry in listing.entries] == ["a.png", "b.png", "self.png"]
    assert [name for name, _ in listing.refused] == ["whole"]


def test_films_beside_the_class_folders_are_told(tmp_path: Path) -> None:
    _touch(tmp_path, "normal/a.png", "viral/b.png", "c.png", "notes.txt")
    assert list_films(tmp_path).refused == (
        ("c.png", "1 file lies beside the class folders (the first is c.png) and is not used."),
    )


def test_class_folders_without_films_are_told(tmp_path: Path) -> None:
    _touch(tmp_path, "normal/a.png", "viral/b.png", "covid/notes.txt")
    listing = list_films(tmp_path)
    assert listing.classes == ("normal", "viral")
    assert listing.refused == (("covid", "covid: this folder holds no films."),)


def test_a_listing_tells_how_far_it_is_and_can_be_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_listing, "PACE", 2)
    _touch(tmp_path, *(f"normal/{i}.png" for i in range(5)), "viral/a.png")
    told: list[BatchDone] = []
    list_films(tmp_path, told=told.append)
    assert [event.done for event in told] == [2, 4, 5, 6]
    events = scan_films(tmp_path)
    assert next(events).done == 2
    events.close()


def test_a_finding_with_a_question_mark_is_not_known(tmp_path: Path) -> None:
    _touch(tmp_path, "a.png", "b.png", "c.png", "d.png")
    (tmp_path / "films.csv").write_text("image,findings\na.png,X|?Y\nb.png,Y\nc.png,?X\nd.png,X\n")
    listing = for_training(tmp_path / "films.csv", activation="sigmoid")
    assert [(e.findings, e.unknown) for e in listing.entries] == [
        (("x",), ("y",)),
        (("y",), ()),
        ((), ("x",)),
        (("x",), ()),
    ]
    single = for_training(tmp_path / "films.csv")
    assert [e.path.name for e in single.entries] == ["b.png", "d.png"]
    assert [name for name, _ in single.refused] == ["a.png", "c.png"]


def test_a_column_a_finding_with_marks(tmp_path: Path) -> None:
    home = tmp_path / "small"
    _touch(home, *(f"train/patient{i}/study1/a.jpg" for i in range(4)))
    (home / "train.csv").write_text(
        "Path,Sex,Age,Edema,Fracture,Never\n"
        "small/train/patient0/study1/a.jpg,Male,1,1.0,,\n"
        "small/train/patient1/study1/a.jpg,Male,0,0.0,-1.0,0.0\n"
        "train/patient2/study1/a.jpg,Male,0,0.0,1.0,0.0\n"
        "train/patient3/study1/a.jpg,Male,0,,-1.0,\n"
    )
    listing = for_training(home / "train.csv", activation="sigmoid")
    assert listing.classes == ("edema", "fracture")
    assert [(e.findings, e.unknown, e.patient) for e in listing.entries] == [
        (("edema",), ("fracture", "never"), "patient0"),
        ((), ("fracture",), "patient1"),
        (("fracture",), (), "patient2"),
    ]
    assert "states no finding" in listing.refused[0][1]


def test_a_slip_in_a_column_of_marks_is_told_and_not_dropped(tmp_path: Path) -> None:
    _touch(tmp_path, "a.png", "b.png", "c.png")
    table = tmp_path / "films.csv"
    table.write_text("image,Edema,Mass,beds\na.png,1,1,12\nb.png,yes,0,9\nc.png,0,0,1\n")
    with pytest.raises(DataError, match=r"The column Edema .* holds `yes` in row 2; write 1, 0"):
        list_films(table)
    table.write_text("image,Edema,Mass,beds\na.png,1,1,12\nb.png,1,0,9\nc.png,0,0,1\n")
    assert tuple(list_films(table).names) == ("edema", "mass")


def test_a_csv_is_not_told_to_use_folders(tmp_path: Path) -> None:
    table = tmp_path / "films.csv"
    table.write_text("image,findings\ngone.png,x\n")
    with pytest.raises(DataError, match=r"no such file .*; put them in a CSV that names their fil"):
        list_films(table)
    _touch(tmp_path, "gone.png")
    with pytest.raises(DataError, match=r"training needs at least two\.$"):
        for_training(table)


def test_one_finding_is_enough_where_some_film_does_not_show_it(tmp_path: Path) -> None:
    _touch(tmp_path, "a.png", "b.png")
    (tmp_path / "films.csv").write_text("image,Edema\na.png,1\nb.png,0\n")
    listing = for_training(tmp_path / "films.csv", activation="sigmoid")
    assert listing.classes == ("edema",)
    with pytest.raises(DataError, match="one class only"):
        for_training(tmp_path / "films.csv")


def test_films_that_are_not_wanted_are_left_out(tmp_path: Path) -> None:
    _touch(tmp_path, "normal/a.png", "normal/sub/b.png", "viral/c.png")
    listing = for_training(tmp_path, left_out=("normal/sub/b.png",))
    assert [film_name(e.path, tmp_path) for e in listing.entries] == ["normal/a.png", "viral/c.png"]
    with pytest.raises(DataError, match="one class only"):
        for_training(tmp_path, left_out=("viral/c.png",))


def test_many_films_left_out_for_one_reason_are_one_sentence(tmp_path: Path) -> None:
    names = [f"{i}.png" for i in range(14)]
    _touch(tmp_path, *names)
    rows = [f"{name},{'X|Y' if i > 1 else 'XY'[i]}" for i, name in enumerate(names)]
    (tmp_path / "films.csv").write_text("\n".join(["image,findings", *rows]))
    refused = for_training(tmp_path / "films.csv").refused
    assert refused == (("12 films", "12 films: several findings; only films with one are used."),)


def test_films_with_several_findings_are_named_and_left_out(tmp_path: Path) -> None:
    _touch(tmp_path, "a.png", "b.png", "c.png")
    (tmp_path / "films.csv").write_text("image,findings\na.png,X\nb.png,Y\nc.png,X|Z\n")
    listing = with_one_finding(list_films(tmp_path / "films.csv"))
    assert listing.classes == ("x", "y")
    assert [name for name, _ in listing.refused] == ["c.png", "z"]


@pytest.mark.shared
def test_the_shared_set_has_the_patients_that_were_counted(shared: Path) -> None:
    entries = list_films(shared / "data" / "kermany" / "train").entries
    patients = {finding: set() for finding in ("normal", "pneumonia")}
    for entry in entries:
        patients[entry.findings[0]].add(entry.patient)
    assert len(entries) == 5216
    assert (len(patients["normal"]), len(patients["pneumonia"])) == (1211, 2443)
