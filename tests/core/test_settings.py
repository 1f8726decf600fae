import json
from pathlib import Path

import pytest

from cxrviewer.core import paths, settings
from cxrviewer.core.errors import SettingsError
from cxrviewer.core.settings import Settings


def test_without_a_file_the_defaults_stand() -> None:
    assert settings.load() == Settings()


def test_what_is_saved_comes_back() -> None:
    chosen = Settings(
        overlay_opacity=70,
        model="my-model",
        recent=("ä.dcm", "b.png"),
        operating_point="screening",
        prevalences={"my-model/mass": 0.125},
    )
    settings.save(chosen)
    assert settings.load() == chosen


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "7", "\x00\xff"])
def test_a_damaged_file_is_a_sentence(text: str) -> None:
    paths.user_dir().mkdir(parents=True)
    paths.settings_file().write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError):
        settings.load()
    settings.save(Settings(threads=2))
    assert settings.load().threads == 2


def test_unknown_keys_and_wrong_kinds_are_skipped() -> None:
    paths.user_dir().mkdir(parents=True)
    raw = {"overlay_opacity": "much", "threads": True, "model": 3, "magic": 1, "cam_method": "x"}
    paths.settings_file().write_text(json.dumps(raw))
    assert settings.load() == Settings(cam_method="x")


@pytest.mark.parametrize("share", [0, 1, 1.0, -0.1, "0.1", True, None, [0.1]])
def test_a_share_of_films_that_is_none_is_skipped(share: object) -> None:
    paths.user_dir().mkdir(parents=True)
    raw = {"prevalences": {"m/a": 0.1, "m/b": share}}
    paths.settings_file().write_text(json.dumps(raw))
    assert settings.load() == Settings(prevalences={"m/a": 0.1})


def test_settings_that_cannot_be_written_are_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="could not be written"):
        settings.save(Settings(), tmp_path / "file" / "settings.json")
