"""Fixtures of general use."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cxrviewer.core import logs


@pytest.fixture(autouse=True)
def isolated_user_dirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep settings, models and logs of every test in a folder of its own."""
    home = tmp_path / "home"
    monkeypatch.setenv("CXRVIEWER_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def no_leftover_threads() -> Iterator[None]:
    """Fail a test that leaves a thread of its own running."""
    before = set(threading.enumerate())
    yield
    logs.stop()
    left = [
        thread
        for thread in threading.enumerate()
        if thread not in before and not thread.daemon and thread.is_alive()
    ]
    for thread in left:
        thread.join(5)
    assert not [thread for thread in left if thread.is_alive()]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the real films, DICOM files and weights; skips where there is none."""
    named = os.environ.get("CXRVIEWER_SHARED")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the real films are not here (CXRVIEWER_SHARED or ../shared)")
    return folder
