import logging
from pathlib import Path

import pytest

from cxrviewer.core import logs
from cxrviewer.core.errors import FilmError

NAME = "DOE^JANE"


def test_an_exception_is_written_without_its_message(tmp_path: Path) -> None:
    file = logs.start(directory=tmp_path)
    assert file is not None
    error = FilmError(f"{NAME}.dcm is empty.")
    try:
        int(NAME)
    except ValueError as cause:
        error.__cause__ = cause
    logs.logger.error("%s failed", logs.film_alias(f"/films/{NAME}.dcm"), exc_info=error)
    text = file.read_text(encoding="utf-8")
    assert "FilmError" in text
    assert "caused by" in text
    assert "ValueError" in text
    assert Path(__file__).name in text
    assert NAME not in text


def test_a_film_has_a_steady_alias_that_tells_nothing() -> None:
    alias = logs.film_alias(f"/films/{NAME}.dcm")
    assert alias == logs.film_alias(Path(f"/films/{NAME}.dcm"))
    assert alias != logs.film_alias("/films/other.dcm")
    assert NAME not in alias
    assert logs.film_alias("/films/\udcff.dcm")


def test_starting_twice_writes_once(tmp_path: Path) -> None:
    logs.start(directory=tmp_path)
    file = logs.start(directory=tmp_path)
    logs.logger.info("once")
    assert file is not None
    assert file.read_text(encoding="utf-8").count("once") == 1


def test_below_the_level_nothing_is_written(tmp_path: Path) -> None:
    file = logs.start(directory=tmp_path, level=logging.WARNING)
    logs.logger.info("quiet")
    logs.logger.warning("loud")
    assert file is not None
    text = file.read_text(encoding="utf-8")
    assert ("quiet" in text, "loud" in text) == (False, True)


def test_a_log_that_cannot_be_written_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    assert logs.start(directory=tmp_path / "file") is None
    logs.logger.error("nobody reads this")
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_log_on_a_full_disk_is_silent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cxrviewer.log").symlink_to("/dev/full")
    logs.start(directory=tmp_path)
    logs.logger.error("nobody reads this")
    assert capsys.readouterr().err == ""
