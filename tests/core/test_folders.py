import os
from pathlib import Path

from cxrviewer.core.folders import films_at, films_in


def fill(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_films_are_found_in_every_folder_in_order(tmp_path: Path) -> None:
    fill(tmp_path, "b.dcm", "a/IM0001", "a/1.2.840.7", "c.PNG", "a/b/d.tiff", "x.unknown")
    assert [str(path.relative_to(tmp_path)) for path in films_in(tmp_path)] == [
        "a/1.2.840.7",
        "a/IM0001",
        "a/b/d.tiff",
        "b.dcm",
        "c.PNG",
        "x.unknown",
    ]


def test_companions_and_hidden_files_are_left_out(tmp_path: Path) -> None:
    fill(tmp_path, "labels.csv", "README.MD", "DICOMDIR", ".a.dcm", ".git/b.dcm", "__MACOSX/c.dcm")
    fill(tmp_path, "Thumbs.db", "report.PDF", "films.zip")
    assert films_in(tmp_path) == []


def test_pipes_and_links_to_folders_are_not_followed_and_a_broken_link_is_told(
    tmp_path: Path,
) -> None:
    fill(tmp_path, "films/a.dcm")
    os.mkfifo(tmp_path / "films" / "pipe")
    (tmp_path / "films" / "round").symlink_to(tmp_path / "films")
    (tmp_path / "films" / "broken.dcm").symlink_to(tmp_path / "nowhere.dcm")
    names = [path.name for path in films_in(tmp_path / "films")]
    assert names == ["a.dcm", "broken.dcm"]


def test_paths_keep_their_order_and_a_film_named_twice_is_one(tmp_path: Path) -> None:
    fill(tmp_path, "films/a.dcm", "films/b.dcm", "z.dcm", "notes.txt")
    named = [tmp_path / name for name in ("z.dcm", "missing.dcm", "films", "films/a.dcm")]
    found = films_at([*named, tmp_path / "notes.txt"])
    assert [path.name for path in found] == ["z.dcm", "missing.dcm", "a.dcm", "b.dcm", "notes.txt"]


def test_a_path_that_cannot_be_looked_at_is_kept(tmp_path: Path) -> None:
    fill(tmp_path, "a.dcm")
    endless = tmp_path / ("b" * 300)
    assert films_at([endless, tmp_path]) == [endless, tmp_path / "a.dcm"]
