"""The demonstration film is drawn in a child, whole or not at all."""

from pathlib import Path

import pytest

from cxrviewer.core.errors import ExportError
from cxrviewer.imaging.reader import read_film
from cxrviewer.processes.phantom_process import draw_phantom


def test_the_drawn_film_opens(tmp_path: Path) -> None:
    draw_phantom(tmp_path / "phantom.dcm")
    assert read_film(tmp_path / "phantom.dcm").identity.name == "PHANTOM^DEMONSTRATION"


def test_a_child_that_fails_is_one_sentence_and_leaves_no_file(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ExportError, match="could not be drawn"):
        draw_phantom(tmp_path / "missing" / "phantom.dcm")
    assert list(tmp_path.iterdir()) == []
