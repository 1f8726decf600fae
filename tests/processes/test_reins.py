"""A running stream that is paused, resumed and stopped by another thread than its reader."""

import itertools
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cxrviewer.core.errors import ProcessError
from cxrviewer.processes import serving
from cxrviewer.processes.child import Child
from tests.processes.conftest import DIED, HUNG, act

pytestmark = pytest.mark.usefixtures("no_shared_memory_left")
SOON = 0.5


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Iterator[Child]:
    monkeypatch.setitem(serving.SERVICES, "practice", "tests.processes.practice_service")
    child = Child("practice", died=DIED, hung=HUNG, patience=SOON)
    yield child
    child.close()


class Reader(threading.Thread):
    """Takes all events of a stream."""

    def __init__(self, events: Iterator[Any]) -> None:
        super().__init__()
        self._events = events
        self.seen: list[int] = []
        self.start()

    def run(self) -> None:
        """Take them."""
        self.seen.extend(event.done for event in self._events)

    def rests(self) -> None:
        """Wait until nothing has come for a while."""
        while True:
            before = len(self.seen)
            time.sleep(0.3)
            if self.seen and len(self.seen) == before:
                return


def processor_time(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_a_paused_stream_rests_without_work_and_goes_on_where_it_was(child: Child) -> None:
    pid = child.request(act("pid"))
    reader = Reader(child.stream(act("tick", 2000)))
    child.pause()
    reader.rests()
    before, used = len(reader.seen), processor_time(pid)
    time.sleep(0.3)
    assert (len(reader.seen), processor_time(pid)) == (before, used)
    assert before < 2000
    child.resume()
    reader.join()
    assert reader.seen == list(range(2000))


def test_a_pause_before_the_child_is_ready_is_kept(child: Child) -> None:
    events = child.stream(act("tick", 50))
    child.pause()
    reader = Reader(events)
    reader.rests()
    assert reader.seen == [0]
    child.resume()
    reader.join()
    assert len(reader.seen) == 50


def test_a_paused_stream_can_be_stopped_and_the_child_answers_again(child: Child) -> None:
    pid = child.request(act("pid"))
    reader = Reader(child.stream(act("tick", 10_000_000)))
    child.pause()
    reader.rests()
    child.stop()
    reader.join()
    assert child.request(act("pid")) == pid


@pytest.mark.parametrize("word", ["tick and never stop", "hang"])
def test_a_stream_that_does_not_stop_is_ended_and_the_child_replaced(
    child: Child, word: str
) -> None:
    pid = child.request(act("pid"))
    reader = Reader(child.stream(act(word, 10_000_000)))
    child.stop()
    reader.join()
    assert child.request(act("pid")) != pid


def test_closing_a_stream_that_does_not_stop_ends_the_child(child: Child) -> None:
    pid = child.request(act("pid"))
    events = child.stream(act("tick and never stop", 10_000_000))
    next(events)
    events.close()
    assert not child.is_alive
    assert child.request(act("pid")) != pid


def test_a_stop_before_the_first_event_is_no_failure(child: Child) -> None:
    events = child.stream(act("tick", 10_000_000))
    child.stop()
    assert list(itertools.islice(events, 5)) == []


def test_words_for_a_stream_that_has_ended_touch_no_later_one(child: Child) -> None:
    assert len(list(child.stream(act("count", 3)))) == 3
    child.stop()
    child.pause()
    assert child.request(act("pid")) == child.pid
    assert len(list(child.stream(act("count", 3)))) == 3


def test_an_error_after_a_stop_is_none(child: Child) -> None:
    events = child.stream(act("tick and refuse to stop", 10_000_000))
    next(events)
    child.stop()
    assert list(events) == []


def test_a_death_while_paused_is_a_sentence(child: Child) -> None:
    events = child.stream(act("tick", 10_000_000))
    next(events)
    child.pause()
    assert child.pid is not None
    os.kill(child.pid, 9)
    with pytest.raises(ProcessError, match=DIED):
        list(events)
