"""`cxrviewer info`, `render` and `explain`: one film, good or bad."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from cxrviewer.core.analysis import NOTICE, Analysis
from cxrviewer.core.bundle import Bundle
from cxrviewer.core.film import Array, Film
from cxrviewer.imaging import display, overlay
from cxrviewer.imaging.phantom import draw, write_phantom
from cxrviewer.imaging.reader import read_film
from tests.cli.conftest import NO_FILM, SIDE, UNREADABLE, Run


def picture(path: Path) -> Array:
    return np.asarray(cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED))


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_is_no_film_is_one_sentence_and_leaves_nothing(
    run: Run, tmp_path: Path, name: str
) -> None:
    UNREADABLE[name](tmp_path / name)
    ran = run("render", tmp_path / name, tmp_path / "out.png")
    assert ran.status == 1
    assert ran.is_one_sentence()
    assert name in ran.err
    assert not (tmp_path / "out.png").exists()


def test_a_path_that_cannot_be_looked_at_is_told_by_its_reader(run: Run, tmp_path: Path) -> None:
    ran = run("info", tmp_path / ("b" * 300))
    assert ran.status == 1
    assert ran.is_one_sentence()
    assert "unforeseen" not in ran.err


def test_a_folder_is_no_film(run: Run, tmp_path: Path) -> None:
    ran = run("info", tmp_path)
    assert ran.status == 1
    assert ran.is_one_sentence()


def test_info_tells_what_was_found_and_whose_film_only_on_request(run: Run, film: Path) -> None:
    found = json.loads(run("info", film, "--json").out)
    assert (found["rows"], found["columns"], found["bits_stored"]) == (SIDE, SIDE, 12)
    assert (found["photometric"], found["view"], found["age_years"]) == ("MONOCHROME2", "PA", 4)
    assert found["spacing"]["unit"] == "mm @detector"
    assert found["window"]["width"] == 4096
    assert found["warnings"] == []
    words = run("info", film).out
    assert "mm @detector" in words
    assert "DEMONSTRATION" not in words
    assert "DEMONSTRATION" in run("info", film, "--identity").out


def test_render_is_the_film_as_first_shown(run: Run, film: Path, tmp_path: Path) -> None:
    expected = display.render(read_film(film))
    assert run("render", film, tmp_path / "8.png").status == 0
    assert run("render", film, tmp_path / "16.png", "--bits", 16).status == 0
    eight, sixteen = picture(tmp_path / "8.png"), picture(tmp_path / "16.png")
    assert np.array_equal(eight, expected)
    assert sixteen.dtype == np.uint16
    assert np.abs(sixteen / 257.0 - eight).max() <= 1
    assert Image.open(tmp_path / "8.png").text["Notice"] == NOTICE


def test_a_picture_that_cannot_be_written_is_one_sentence(
    run: Run, film: Path, tmp_path: Path
) -> None:
    for out in (tmp_path / "nowhere" / "a.png", tmp_path / "a.bmp"):
        ran = run("render", film, out)
        assert ran.status == 1
        assert ran.is_one_sentence()


def test_explain_writes_the_overlay_and_the_heat_map(
    run: Run, film: Path, tiny_bundle: Bundle, tmp_path: Path
) -> None:
    from cxrviewer.learning.classifier import Classifier

    out, heat_file = tmp_path / "out.png", tmp_path / "heat"
    words = ("--model", tiny_bundle.folder, "--label", "VIRAL", "--layer", 3, "--out", out)
    ran = run("explain", film, *words, "--heat", heat_file)
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    heat = np.load(heat_file, allow_pickle=False)
    assert (heat.dtype, heat.shape) == (np.float32, (SIDE, SIDE))
    assert 0 <= heat.min() < heat.max() <= 1
    read = read_film(film)
    analysis = Classifier.load(tiny_bundle).analyse(read, label="viral", layer="3")
    assert analysis.heat_map is not None
    expected = overlay.heat_in_film(analysis.heat_map, rows=SIDE, columns=SIDE)
    assert np.allclose(heat, expected, atol=1e-4)
    above = slice(0, SIDE - 24)  # the notice stands below
    blended = overlay.blend(display.render(read), heat, opacity=0.4)[..., ::-1]
    assert np.array_equal(picture(out)[above], blended[above])
    assert not np.array_equal(picture(out), blended)
    text = Image.open(out).text
    assert (text["Notice"], text["Label"], text["Method"]) == (NOTICE, "viral", "gradcam")


def test_opacity_0_is_the_film(run: Run, film: Path, tiny_bundle: Bundle, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    words = ("--model", tiny_bundle.folder, "--out", out, "--opacity", 0)
    assert run("explain", film, *words).status == 0
    assert np.array_equal(picture(out)[..., 0], display.render(read_film(film)))


@pytest.mark.parametrize("words", [("--opacity", "101"), ("--opacity", "x"), ("--heat", "a.png")])
def test_what_cannot_be_drawn_or_kept_is_wrong_usage(
    run: Run, film: Path, words: tuple[str, str]
) -> None:
    ran = run("explain", film, "--out", "a.png", *words)
    assert ran.status == 2
    assert "_percent" not in ran.err


def test_a_map_without_evidence_is_the_film_and_a_sentence(
    run: Run, film: Path, tiny_bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cxrviewer.learning.classifier import Classifier

    analyse = Classifier.analyse

    def flat(self: Classifier, film: Film, **options: Any) -> Analysis:
        analysis = analyse(self, film, **options)
        assert analysis.heat_map is not None
        return replace(analysis, heat_map=replace(analysis.heat_map, flaw="flat"))

    monkeypatch.setattr(Classifier, "analyse", flat)
    out, heat_file = tmp_path / "out.png", tmp_path / "heat.npy"
    words = ("--model", tiny_bundle.folder, "--out", out, "--heat", heat_file)
    ran = run("explain", film, *words)
    assert ran.status == 0
    assert ran.is_one_sentence()
    assert "no localised evidence" in ran.err
    assert not np.load(heat_file).any()
    assert np.array_equal(picture(out)[..., 0], display.render(read_film(film)))


@pytest.mark.parametrize(
    "words", [("--label", "gout"), ("--layer", "nowhere"), ("--layer", 99), ("--method", "magic")]
)
def test_an_unknown_choice_is_one_sentence(
    run: Run, film: Path, tiny_bundle: Bundle, tmp_path: Path, words: tuple[str, object]
) -> None:
    out = tmp_path / "out.png"
    ran = run("explain", film, "--model", tiny_bundle.folder, "--out", out, *words)
    assert ran.status == 1
    assert ran.is_one_sentence()
    assert not out.exists()


@pytest.mark.parametrize("name", NO_FILM)
def test_a_refused_film_is_one_sentence(
    run: Run, tiny_bundle: Bundle, tmp_path: Path, name: str
) -> None:
    NO_FILM[name](tmp_path / name)
    out = tmp_path / "out.png"
    ran = run("explain", tmp_path / name, "--model", tiny_bundle.folder, "--out", out)
    assert ran.status == 1
    assert ran.is_one_sentence()
    assert not out.exists()


def test_if_one_of_the_two_files_fails_neither_is_written(
    run: Run, film: Path, tiny_bundle: Bundle, tmp_path: Path
) -> None:
    out, heat_file = tmp_path / "nowhere" / "out.png", tmp_path / "heat.npy"
    words = ("--model", tiny_bundle.folder, "--out", out, "--heat", heat_file)
    ran = run("explain", film, *words)
    assert ran.status == 1
    assert ran.is_one_sentence()
    assert not heat_file.exists()


def test_a_path_with_any_letters_works(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "рентген 胸部 ä.dcm"
    write_phantom(path, rows=SIDE, columns=SIDE)
    assert run("render", path, tmp_path / "ü.png").status == 0
    expected = draw(rows=SIDE, columns=SIDE) / 16
    assert np.abs(picture(tmp_path / "ü.png") - expected).max() <= 2


@pytest.mark.parametrize(
    "words",
    [
        ("render", "{film}", "{film}"),
        ("render", "{film}", "{link}"),
        ("explain", "{film}", "--out", "{film}"),
        ("explain", "{film}", "--out", "{out}", "--heat", "{film}"),
        ("predict", "{film}", "--csv", "{film}"),
    ],
)
def test_a_film_is_never_written_over(
    run: Run, film: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    link = tmp_path / "link.png"
    link.symlink_to(film)
    before = film.read_bytes()
    ran = run(*(word.format(film=film, link=link, out=tmp_path / "out.png") for word in words))
    assert ran.status == 1
    assert ran.is_one_sentence()
    assert "is the film itself" in ran.err
    assert film.read_bytes() == before
    assert not (tmp_path / "out.png").exists()
