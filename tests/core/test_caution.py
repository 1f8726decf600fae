"""A model with a caution is off by default; every model may have a card."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cxrviewer.core import bundle as bundles
from cxrviewer.core.analysis import CAUTION, Analysis, Status
from cxrviewer.core.errors import BundleError

SENTENCE = "Its COVID films come from one hospital and all others from another."


@pytest.fixture
def shipped() -> bundles.Bundle:
    return bundles.find_bundle()


def test_a_caution_travels_with_the_manifest(shipped: bundles.Bundle, tmp_path: Path) -> None:
    assert not shipped.manifest.off_by_default
    bundles.write_manifest(replace(shipped.manifest, caution=SENTENCE), tmp_path)
    manifest = bundles.read_bundle(tmp_path).manifest
    assert manifest.caution == SENTENCE
    assert manifest.off_by_default


def test_a_manifest_that_says_nothing_of_it_has_none(
    shipped: bundles.Bundle, tmp_path: Path
) -> None:
    bundles.write_manifest(shipped.manifest, tmp_path)
    file = tmp_path / bundles.MANIFEST
    raw = json.loads(file.read_text())
    del raw["caution"]
    file.write_text(json.dumps(raw))
    assert bundles.read_bundle(tmp_path).manifest == shipped.manifest


@pytest.mark.parametrize("caution", ["Two\nlines.", " ", "A bell \a."])
def test_a_caution_is_one_line_of_words(shipped: bundles.Bundle, caution: str) -> None:
    with pytest.raises(ValueError, match="caution"):
        replace(shipped.manifest, caution=caution)


@pytest.mark.parametrize(
    ("status", "code", "doubtful"),
    [
        (Status.OK, "", False),
        (Status.WARN, CAUTION, False),
        (Status.WARN, "age", True),
        (Status.WARN, f"{CAUTION}+age", True),
        (Status.REFUSED, "upside-down", False),
    ],
)
def test_a_caution_alone_makes_no_film_doubtful(status: Status, code: str, doubtful: bool) -> None:
    answer = Analysis(model="m", version="1", status=status, code=code)
    assert answer.doubtful is doubtful


def test_a_card_is_read_or_said_to_be_missing(shipped: bundles.Bundle, tmp_path: Path) -> None:
    assert bundles.read_card(shipped) == shipped.card.read_text(encoding="utf-8")
    bare = replace(shipped, folder=tmp_path)
    with pytest.raises(BundleError, match="has no card"):
        bundles.read_card(bare)
    bare.card.write_bytes(b"\xff\xfe no text")
    with pytest.raises(BundleError, match="cannot be read"):
        bundles.read_card(bare)


def test_a_card_that_was_changed_is_not_shown(shipped: bundles.Bundle, tmp_path: Path) -> None:
    bundles.write_card("# Card\n\nfor 9 films\n", shipped.manifest, tmp_path)
    written = bundles.read_bundle(tmp_path)
    assert bundles.read_card(written) == "# Card\n\nfor 9 films\n"
    written.card.write_bytes(written.card.read_bytes().replace(b"\n", b"\r\n"))
    assert bundles.read_card(written) == "# Card\n\nfor 9 films\n"
    written.card.write_bytes(written.card.read_bytes().replace(b"9", b"900"))
    with pytest.raises(BundleError, match="not the one it was published with"):
        bundles.read_card(written)
    bundles.write_manifest(replace(written.manifest, card_sha256=""), tmp_path)
    assert "900" in bundles.read_card(bundles.read_bundle(tmp_path))
