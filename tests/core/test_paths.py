import os
import stat
from pathlib import Path

import pytest

from cxrviewer.core import paths


def test_the_users_folders_follow_the_override(isolated_user_dirs: Path) -> None:
    assert paths.user_dir() == isolated_user_dirs
    assert paths.settings_file().parent == isolated_user_dirs
    assert {paths.user_models_dir().parent, paths.logs_dir().parent} == {isolated_user_dirs}


def test_without_the_override_they_are_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CXRVIEWER_HOME")
    assert paths.user_dir().is_absolute()
    assert paths.user_dir().name == "cxrviewer"


def test_what_ships_lies_beside_the_package_or_in_the_frozen_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert paths.bundled_models_dir() == Path(__file__).parents[2] / "models"
    monkeypatch.setattr("sys._MEIPASS", str(tmp_path), raising=False)
    assert paths.resources_dir() == tmp_path / "resources"


def test_replacing_puts_the_new_file_in_place_with_usual_rights(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("before")
    with paths.replacing(target) as temporary:
        assert temporary.suffix == ".txt"
        temporary.write_text("after")
        assert target.read_text() == "before"
    assert target.read_text() == "after"
    assert list(tmp_path.iterdir()) == [target]
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~umask


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_replacing_leaves_the_old_file_if_the_block_fails(
    tmp_path: Path, error: type[BaseException]
) -> None:
    target = tmp_path / "a.txt"
    target.write_text("before")
    with pytest.raises(error), paths.replacing(target) as temporary:
        temporary.write_text("half")
        raise error
    assert target.read_text() == "before"
    assert list(tmp_path.iterdir()) == [target]


def test_replacing_in_a_folder_that_is_not_there_fails(tmp_path: Path) -> None:
    with pytest.raises(OSError), paths.replacing(tmp_path / "nowhere" / "a.txt"):
        pass
