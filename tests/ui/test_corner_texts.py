"""The texts in the corners."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QImage, QPainter

from cxrviewer.core.film import Film, Identity, Spacing, SpacingTrust, Table, Window
from cxrviewer.ui.widgets.corner_texts import (
    corner_texts,
    draw_corners,
    orientation_letters,
    readable_name,
    readable_time,
    top_edge,
    window_text,
)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Doe^John^^Dr", "Doe, John Dr"),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada, Tarou"),
        ("=山田^太郎", "山田, 太郎"),
        ("Щукин^Юлий", "Щукин, Юлий"),
        ("^^^", ""),
        ("", ""),
    ],
)
def test_names_are_words(name: str, shown: str) -> None:
    assert readable_name(name) == shown


def test_what_the_film_does_not_say_leaves_no_line(make_film: Callable[..., Film]) -> None:
    film = make_film()
    corners = corner_texts(film, voi=film.chain.voi, zoom=1.0)
    assert corners[0] == ("made.dcm",)
    assert corners[1] == corners[2] == ()
    assert corners[3] == ("W 4096  L 2048", "zoom 100 %", "no spacing, lengths in px")


def test_what_it_says_is_there_with_its_trust(make_film: Callable[..., Film]) -> None:
    film = make_film(spacing=Spacing(row=0.2, column=0.143, trust=SpacingTrust.DETECTOR))
    who = Identity(name="Doe^Jane", patient_id="7", study_date="2020-01-02", study_time="140502")
    facts = replace(film.facts, view="PA", laterality="", body_part="CHEST", lossy_ratio=12.4)
    film = replace(film, identity=who, facts=facts, path=Path("other.dcm"))
    top_left, top_right, bottom_left, bottom_right = corner_texts(
        film, voi=film.chain.voi, zoom=0.62
    )
    assert top_left == ("Doe, Jane", "7")
    assert top_right == ("2020-01-02  14:05",)
    assert bottom_left == ("CHEST  PA", "lossy 12 : 1")
    assert bottom_right[1:] == ("zoom 62 %", "pixel 0.143 mm @detector")


def test_times_that_are_none_stay_as_they_are() -> None:
    assert readable_time("") == ""
    assert readable_time("noon") == "noon"


def test_letters_stand_at_opposite_edges(make_film: Callable[..., Film]) -> None:
    film = make_film()
    assert orientation_letters(film) == ("", "", "", "")
    film = replace(film, facts=replace(film.facts, orientation=("L", "F")))
    assert orientation_letters(film) == ("R", "H", "L", "F")


def test_small_windows_and_tables_are_told_apart() -> None:
    assert window_text(Window(centre=0.5, width=1.25)) == "W 1.25  L 0.50"
    table = Table(first=0, entries=np.zeros(2, dtype=np.uint16), top=1, explanation="BONE")
    assert window_text(table) == "VOI LUT  BONE"


def test_texts_begin_below_what_covers_the_top_edge() -> None:
    view = QRectF(0, 0, 800, 600)
    assert top_edge(view, QRectF(40, 12, 720, 40)) == 52
    assert top_edge(view, QRectF()) == 0


@pytest.mark.parametrize(("width", "height"), [(240, 240), (800, 200), (800, 600)])
def test_whose_film_it_is_stands_in_a_view_of_any_size(width: int, height: int) -> None:
    canvas = QImage(width, height, QImage.Format.Format_Grayscale8)
    canvas.fill(0)
    corners = (("Doe, Jane",), ("2020",), ("PA",), ("W 1  L 1",))
    painter = QPainter(canvas)
    draw_corners(painter, QRectF(canvas.rect()), corners, QFont(), top=0)
    painter.end()
    quarter = canvas.copy(0, 0, width // 2, height // 2)
    assert any(
        quarter.pixelColor(x, y).lightness() > 128
        for x in range(quarter.width())
        for y in range(quarter.height())
    )
