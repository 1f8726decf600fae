"""`cxrviewer predict`: one row a film, whatever the films are."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cxrviewer.cli import table
from cxrviewer.core.bundle import Bundle
from cxrviewer.imaging.phantom import write_phantom
from cxrviewer.processes import serving
from tests.cli.conftest import NO_FILM, SIDE, UNREADABLE, Run, write_noise

COLUMNS = ["path", "model", "status", "reason", "label", "p_normal", "p_bacterial", "p_viral"]


def rows_in(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def films(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    (folder / "below" / "deeper").mkdir(parents=True)
    write_noise(folder / "b.png", seed=1)
    write_noise(folder / 'ärm, "quoted".png', seed=2)
    write_noise(folder / "below" / "c.jpg", seed=3)
    write_phantom(folder / "below" / "deeper" / "IM000001", rows=SIDE, columns=SIDE)
    return folder


def test_a_folder_becomes_one_row_a_film(
    run: Run, films: Path, tiny_bundle: Bundle, tmp_path: Path
) -> None:
    for companion in ("labels.csv", "README.md", "DICOMDIR", ".hidden.png", "Thumbs.db"):
        (films / companion).write_text("no film", encoding="utf-8")
    out = tmp_path / "out.csv"
    ran = run("predict", films, "--model", tiny_bundle.folder, "--csv", out)
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    rows = rows_in(out)
    assert list(rows[0]) == COLUMNS
    assert [row["path"] for row in rows] == [
        str(films / name)
        for name in ("b.png", "below/c.jpg", "below/deeper/IM000001", 'ärm, "quoted".png')
    ]
    for row in rows:
        shares = [float(row[name]) for name in COLUMNS[5:]]
        assert (row["model"], row["status"], row["reason"]) == ("tiny-model", "ok", "")
        assert row["label"] in ("normal", "bacterial", "viral")
        assert abs(sum(shares) - 1) < 1e-5
    assert out.read_bytes().startswith(",".join(COLUMNS).encode() + b"\r\n")


def test_json_and_csv_on_stdout_say_the_same(run: Run, films: Path, tiny_bundle: Bundle) -> None:
    as_json = run("predict", films, "--model", tiny_bundle.folder, "--json")
    as_csv = run("predict", films, "--model", tiny_bundle.folder, "--csv", "-")
    rows = json.loads(as_json.out)
    assert [list(row) for row in rows] == [COLUMNS] * 4
    for row, line in zip(rows, csv.DictReader(io.StringIO(as_csv.out)), strict=True):
        assert row["label"] == line["label"]
        assert abs(row["p_viral"] - float(line["p_viral"])) < 2e-6


def test_rows_are_those_of_one_film_at_a_time(
    run: Run, tiny_bundle: Bundle, tmp_path: Path
) -> None:
    """More films than a batch, so that a mix-up of order or batch would show."""
    from cxrviewer.learning.batch import BATCH

    many = [write_noise(tmp_path / f"{n:03}.png", seed=n) for n in range(2 * BATCH + 3)]
    words = ("--model", tiny_bundle.folder, "--json")
    rows = json.loads(run("predict", *many, *words).out)
    assert [row["path"] for row in rows] == [str(path) for path in many]
    for row in (rows[0], rows[BATCH], rows[-1]):
        [alone] = json.loads(run("predict", row["path"], *words).out)
        assert np.allclose(
            [alone[n] for n in COLUMNS[5:]], [row[n] for n in COLUMNS[5:]], atol=1e-5
        )


def test_bad_films_are_rows_and_the_others_are_answered(
    run: Run, films: Path, tiny_bundle: Bundle, tmp_path: Path
) -> None:
    for name, make in {**UNREADABLE, **NO_FILM}.items():
        make(films / name)
    out = tmp_path / "out.csv"
    ran = run("predict", films, films / "missing.dcm", "--model", tiny_bundle.folder, "--csv", out)
    assert ran.status == 0
    found = {Path(row["path"]).name: row for row in rows_in(out)}
    assert len(found) == 4 + len(UNREADABLE) + len(NO_FILM)
    for name in UNREADABLE:
        assert found[name]["status"] == "error", found[name]
        assert name in found[name]["reason"]
    for name in NO_FILM:
        assert found[name]["status"] in ("refused", "error"), found[name]
    for name in (*UNREADABLE, *NO_FILM):
        assert found[name]["reason"].endswith(".")
        assert [found[name][column] for column in COLUMNS[4:]] == [""] * 4
    assert [found[n]["status"] for n in ("b.png", "c.jpg", "IM000001")] == ["ok"] * 3


def test_a_film_that_kills_its_reader_is_one_row(
    run: Run, films: Path, tiny_bundle: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(serving.SERVICES, "reader", "tests.cli.deadly_reader_service")
    write_noise(films / "bb deadly.png", seed=5)
    rows = json.loads(run("predict", films, "--model", tiny_bundle.folder, "--json").out)
    assert [row["status"] for row in rows] == ["ok", "error", "ok", "ok", "ok"]
    assert "decoder failed" in rows[1]["reason"]


def test_a_table_that_cannot_be_written_is_told_before_the_work(
    run: Run, films: Path, tiny_bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "row", None)
    for out in (tmp_path / "nowhere" / "out.csv", films):
        ran = run("predict", films, "--model", tiny_bundle.folder, "--csv", out)
        assert ran.status == 1
        assert ran.is_one_sentence()
        assert str(out) in ran.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_sentence(run: Run, films: Path, tiny_bundle: Bundle) -> None:
    ran = run("predict", films, "--model", tiny_bundle.folder, "--csv", "/dev/full")
    assert ran.status == 1
    assert ran.is_one_sentence()
    assert "No space left" in ran.err


def test_a_table_is_replaced_whole_or_not_at_all(
    run: Run, films: Path, tiny_bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "tables" / "out.csv"
    out.parent.mkdir()
    out.write_text("the table before")
    row, seen = table.row, []

    def interrupted(*values: Any) -> Any:
        seen.append(values)
        if len(seen) == 3:
            raise KeyboardInterrupt
        return row(*values)

    monkeypatch.setattr(table, "row", interrupted)
    ran = run("predict", films, "--model", tiny_bundle.folder, "--csv", out)
    assert (ran.status, ran.err) == (130, "cxrviewer: Stopped.\n")
    assert out.read_text() == "the table before"
    assert list(out.parent.iterdir()) == [out]


def test_nothing_to_read_is_one_sentence(run: Run, tmp_path: Path, tiny_bundle: Bundle) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").write_text("no film")
    for path in (tmp_path / "empty", tmp_path / "missing.dcm"):
        ran = run("predict", path, "--model", tiny_bundle.folder, "--json")
        assert ran.status == 1
        assert ran.is_one_sentence()
        assert str(path) in ran.err
