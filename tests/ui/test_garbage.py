"""Garbage is collected on the window's thread and on no other."""

import gc
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from cxrviewer.ui.garbage import Garbage


class Ring:
    """Refers to itself, and tells on which thread it ends."""

    ends: list[int] = []  # noqa: RUF012 - one list for all

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        Ring.ends.append(threading.get_ident())


@pytest.fixture
def garbage(qtbot: QtBot) -> Iterator[Garbage]:
    Ring.ends.clear()
    collector = Garbage()
    yield collector
    collector.hand_back()


def make_rings(count: int) -> None:
    for _ in range(count):
        Ring()


def test_rings_made_on_another_thread_end_on_the_windows(garbage: Garbage, qtbot: QtBot) -> None:
    other = threading.Thread(target=make_rings, args=(100_000,))
    other.start()
    other.join()
    assert Ring.ends == []
    qtbot.waitUntil(lambda: len(Ring.ends) == 100_000)
    assert set(Ring.ends) == {threading.get_ident()}


def test_python_collects_again_once_it_is_handed_back(garbage: Garbage) -> None:
    assert not gc.isenabled()
    garbage.hand_back()
    assert gc.isenabled()
    make_rings(10_000)
    assert Ring.ends
