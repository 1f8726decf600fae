"""Planted faults of each kind are found, a clean set gives none, and one bad film stops nothing."""

import shutil
from collections.abc import Callable, Generator
from pathlib import Path

import cv2
import numpy as np
import pytest

from cxrviewer.core.audit import Audit, AuditFinding
from cxrviewer.core.errors import DataError, ExportError
from cxrviewer.core.progress import BatchDone
from cxrviewer.learning.data.audit_dataset import audit
from cxrviewer.learning.data.dataset import for_training
from tests.learning.drawn_films import drawn, write, write_clean_set


def _run(events: Generator[BatchDone, None, Audit]) -> tuple[Audit, list[BatchDone]]:
    told = []
    while True:
        try:
            told.append(next(events))
        except StopIteration as end:
            return end.value, told


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clean_set(tmp_path_factory.mktemp("clean") / "films")


@pytest.fixture(scope="module")
def planted(clean: Path) -> Path:
    """Return the clean set with a fault of each kind that concerns films."""
    root = clean.parent / "planted"
    shutil.copytree(clean, root)
    normal, viral = root / "normal", root / "viral"
    (viral / "p00b" / "broken.png").write_bytes(b"\x89PNG no more")
    (viral / "p00b" / "notes.bin").write_bytes(b"words")
    write(normal / "p01a" / "blank.png", np.full((200, 200), 9, np.uint8))
    write(normal / "p02a" / "small.png", drawn(5001, side=100))
    shutil.copy(normal / "p03a" / "0.tif", normal / "p03a" / "copy.tif")
    write(normal / "p04a" / "darker.png", cv2.convertScaleAbs(drawn(8)[3:-4], alpha=0.8))
    shutil.copy(normal / "p05a" / "0.tif", viral / "p05b" / "other.tif")
    shutil.copy(viral / "p06b" / "0.png", viral / "p07b" / "theirs.png")
    write(root / "rare" / "p90" / "0.png", drawn(6000))
    write(root / "rare" / "p90" / "1.png", drawn(6001))
    write(root / "beside.png", drawn(6002))
    return root


@pytest.fixture(scope="module")
def found(planted: Path) -> dict[str, AuditFinding]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CXRVIEWER_HOME", str(planted.parent / "home"))
        return {finding.kind: finding for finding in _run(audit(planted))[0].findings}


def test_a_clean_set_gives_no_finding(clean: Path) -> None:
    result, told = _run(audit(clean))
    assert result.findings == ()
    assert result.counts == (("normal", 28), ("viral", 28))
    assert (result.films, result.patients, result.several) == (56, 28, False)
    assert [(g.source, g.films, g.patients) for g in result.grouping] == [("folder", 56, 28)]
    assert [sum(part) for part in result.split] == [40, 4, 12]
    assert {event.stage for event in told} == {"listing", "reading", "comparing"}
    assert told[-1].done == told[-1].total


@pytest.mark.parametrize(
    ("kind", "films", "left_out"),
    [
        ("unreadable", ["viral/p00b/broken.png", "viral/p00b/notes.bin"], 2),
        ("blank", ["normal/p01a/blank.png"], 1),
        ("tiny", ["normal/p02a/small.png"], 1),
        ("duplicate", ["normal/p03a/0.tif", "normal/p03a/copy.tif"], 1),
        ("near_duplicate", ["normal/p04a/0.png", "normal/p04a/darker.png"], 1),
        ("label_conflict", ["normal/p05a/0.tif", "viral/p05b/other.tif"], 2),
        ("patient_leak", ["viral/p06b/0.png", "viral/p07b/theirs.png"], 1),
        ("few_films", ["rare/p90/0.png", "rare/p90/1.png"], 2),
        ("imbalance", [], 0),
        ("not_used", ["beside.png"], 0),
    ],
)
def test_planted_faults_are_found(
    found: dict[str, AuditFinding], kind: str, films: list[str], left_out: int
) -> None:
    finding = found[kind]
    assert list(finding.films) == films
    assert finding.left_out == tuple(films[len(films) - left_out :])
    assert bool(finding.fix) == bool(finding.left_out)
    assert finding.sentence.endswith(".")


def test_nothing_else_is_found_and_the_gravest_comes_first(found: dict[str, AuditFinding]) -> None:
    assert [*found] == [
        "few_films",
        "label_conflict",
        "patient_leak",
        "unreadable",
        "blank",
        "duplicate",
        "near_duplicate",
        "imbalance",
        "tiny",
        "not_used",
    ]


def test_a_training_without_the_films_left_out_finds_nothing_more(
    planted: Path, found: dict[str, AuditFinding]
) -> None:
    left_out = {film for finding in found.values() for film in finding.left_out}
    listing = for_training(planted, left_out=tuple(left_out))
    assert listing.classes == ("normal", "viral")
    assert not {entry.path.name for entry in listing.entries} & {"broken.png", "copy.tif"}


def test_a_maker_for_each_class_is_a_shortcut(
    tmp_path: Path, make_dicom: Callable[..., Path]
) -> None:
    for label, maker in (("normal", "Acme"), ("viral", "Emca")):
        (tmp_path / label).mkdir()
        for number in range(12):
            make_dicom(
                drawn(100 * ord(label[0]) + number).astype(np.uint16) * 16,
                name=f"{label}/{number}.dcm",
                Manufacturer=maker,
                PatientID=f"NAME^OF {label} {number}",
            )
    result, _ = _run(audit(tmp_path))
    assert [finding.kind for finding in result.findings] == ["shortcut"]
    assert "AUROC of 1.00 (maker" in result.findings[0].sentence
    assert result.grouping[0].source == "header"
    assert "NAME" not in repr(result.grouping)


def test_half_the_films_unreadable_goes_on_and_all_of_them_does_not(tmp_path: Path) -> None:
    films = tmp_path / "films"
    for label in ("normal", "viral"):
        write(films / label / "good.png", drawn(ord(label[0])))
        (films / label / "bad.png").write_bytes(b"bad")
    result, _ = _run(audit(films))
    assert result.films == 2
    assert result.split == ((), (), ())
    kinds = {finding.kind: finding.sentence for finding in result.findings}
    assert kinds["unreadable"].startswith("2 of 4 films cannot be read")
    assert "cannot be trained at all" in kinds["few_films"]
    assert "add films of other patients" in kinds["few_films"]
    (films / "viral" / "good.png").write_bytes(b"bad")
    result, _ = _run(audit(films))
    assert result.counts == (("normal", 1), ("viral", 0))
    (few,) = (finding for finding in result.findings if finding.kind == "few_films")
    assert "viral (0)" in few.sentence
    assert "add films of other patients" in few.sentence
    (films / "normal" / "good.png").write_bytes(b"bad")
    with pytest.raises(DataError, match=r"None of the 4 films .* can be read; the first: bad"):
        _run(audit(films))


def test_seventy_classes_are_audited_and_told(tmp_path: Path) -> None:
    for number in range(70):
        write(tmp_path / f"class {number}" / "film.png", drawn(number))
    result, _ = _run(audit(tmp_path))
    assert len(result.counts) == 70
    kinds = {finding.kind: finding.sentence for finding in result.findings}
    assert kinds["many_classes"].startswith("The set has 70 classes")
    assert len(kinds["few_films"]) < 400


def test_several_findings_of_one_patient_are_no_fault(tmp_path: Path) -> None:
    rows = ["image,findings,patient_id"]
    for number in range(30):
        write(tmp_path / "images" / f"{number}.png", drawn(number))
        rows.append(f"{number}.png,{('X', 'Y', 'X|Y')[number % 3]},{number // 2}")
    (tmp_path / "films.csv").write_text("\n".join(rows))
    result, _ = _run(audit(tmp_path / "films.csv"))
    assert result.findings == ()
    assert result.several
    assert result.counts == (("x", 20), ("y", 20))


def test_an_audit_given_up_ends_its_readers(clean: Path) -> None:
    events = audit(clean)
    for event in events:
        if event.stage == "reading":
            break
    events.close()


def test_who_the_patients_are_is_asked_again_without_reading_a_film(clean: Path) -> None:
    first, told = _run(audit(clean))
    assert "reading" in {event.stage for event in told}
    again, told = _run(audit(clean, patients_from="film"))
    assert {event.stage for event in told} == {"listing"}
    assert (again.films, again.patients) == (56, 56)
    assert again.shortcut_areas != first.shortcut_areas
    assert _run(audit(clean))[0] == first


def test_copies_are_found_again_without_comparing_and_a_new_one_by_comparing(
    planted: Path, found: dict[str, AuditFinding], tmp_path: Path
) -> None:
    data = tmp_path / "films"
    shutil.copytree(planted, data)
    first = _run(audit(data))[0]
    assert {finding.kind: finding for finding in first.findings} == found
    assert _run(audit(data))[0] == first
    shutil.copy(data / "normal" / "p06a" / "0.png", data / "normal" / "p06a" / "again.png")
    kinds = {finding.kind: finding for finding in _run(audit(data))[0].findings}
    assert len(kinds["duplicate"].films) == len(found["duplicate"].films) + 2


def test_a_cache_that_cannot_be_written_is_one_sentence(
    clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CXRVIEWER_HOME", str(tmp_path / "file"))
    with pytest.raises(ExportError, match="Films cannot be kept in"):
        _run(audit(clean))


def test_what_a_fix_would_cost_each_class_is_told(
    planted: Path, found: dict[str, AuditFinding]
) -> None:
    at_stake = _run(audit(planted))[0].at_stake
    unread = set(found["unreadable"].left_out)
    assert set(at_stake) == {f for kind in found.values() for f in kind.left_out} - unread
    assert at_stake["viral/p05b/other.tif"] == ("viral",)
