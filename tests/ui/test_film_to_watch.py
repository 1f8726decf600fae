"""The film that is watched when nobody chose one."""

from pathlib import Path

import pytest

from cxrviewer.core.audit import Audit, AuditFinding
from cxrviewer.ui.film_to_watch import film_to_watch


def audit(*labels: str, blank: tuple[str, ...] = ()) -> Audit:
    return Audit(
        data="",
        counts=tuple((label, 2) for label in labels),
        films=4,
        patients=4,
        several=False,
        grouping=(),
        shortcut_areas=(),
        split=((), (), ()),
        findings=(AuditFinding(kind="blank", sentence="", films=blank),) if blank else (),
    )


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table to be filled, with four films beside it and in its folder of images."""
    home = tmp_path / "set"
    (home / "images").mkdir(parents=True)
    for name in ("a.png", "b.png", "images/c.png", "images/d.png"):
        (home / name).touch()
    return home / "films.csv"


@pytest.mark.parametrize(
    "text",
    [
        "image,findings\na.png,normal\ngone.png,Viral\nb.png,Viral\nc.png,Viral",
        "patient_id,Finding Labels,Image Index\n1,normal,a.png\n2,bacterial| viral ,b.png",
        "path,normal,viral,age\nset/a.png,1,0,1\nset/b.png,0,1.0,2",
        "\ufefffindings,image\n?viral,a.png\nviral,b.png",
    ],
)
def test_it_is_the_first_of_the_last_label_in_every_form_of_table(table: Path, text: str) -> None:
    table.write_text(text, encoding="utf-8")
    assert film_to_watch(table, audit("normal", "viral")) == table.parent / "b.png"


def test_one_with_nothing_to_see_is_passed_over(table: Path) -> None:
    table.write_text("image,findings\nc.png,viral\nd.png,viral")
    found = film_to_watch(table, audit("normal", "viral", blank=("images/c.png",)))
    assert found == table.parent / "images" / "d.png"


def test_a_report_in_a_cell_is_no_film(table: Path) -> None:
    table.write_text(f"report,image,findings\n{'Clear lungs. ' * 400},a.png,viral")
    assert film_to_watch(table, audit("viral")) == table.parent / "a.png"


def test_without_a_film_of_the_last_label_none_is_watched(table: Path) -> None:
    table.write_text("image,findings\na.png,normal")
    assert film_to_watch(table, audit("normal", "viral")) is None
    assert film_to_watch(table, audit()) is None
