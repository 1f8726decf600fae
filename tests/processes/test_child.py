"""A child process that answers, fails, dies or hangs, seen from its parent."""

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable

import numpy as np
import pytest

from cxrviewer.core.errors import CxrViewerError, PlanError, ProcessError
from cxrviewer.core.film import Film
from cxrviewer.processes.child import Child
from cxrviewer.processes.messages import Analyse
from tests.processes.conftest import DIED, HUNG, act

pytestmark = pytest.mark.usefixtures("no_shared_memory_left")


def test_a_film_comes_back_as_it_was(child: Child, make_film: Callable[..., Film]) -> None:
    film = make_film(600, 500)
    answer = child.request(Analyse(film=film))
    assert np.array_equal(answer.stored, film.stored)
    assert (answer.path, answer.chain, answer.facts) == (film.path, film.chain, film.facts)


def test_one_child_serves_many_requests(child: Child) -> None:
    assert child.request(act("pid")) == child.request(act("pid")) == child.pid


def test_a_death_is_one_sentence_and_the_next_request_gets_a_fresh_child(child: Child) -> None:
    before = child.request(act("pid"))
    with pytest.raises(ProcessError) as raised:
        child.request(act("die"))
    assert raised.value.sentence == DIED
    assert child.request(act("pid")) not in (before, None)


def test_killed_from_outside_while_it_works(child: Child) -> None:
    pid = child.request(act("pid"))
    killer = threading.Timer(0.2, os.kill, (pid, signal.SIGKILL))
    killer.start()
    with pytest.raises(ProcessError, match=DIED):
        child.request(act("hang"))
    killer.join()
    assert child.request(act("pid")) != pid


def test_ctrl_c_does_not_reach_a_child_that_is_starting(child: Child) -> None:
    child.start()
    pid = child.pid
    assert pid is not None
    os.kill(pid, signal.SIGINT)
    assert child.request(act("pid")) == pid


def test_kill_from_another_thread_ends_a_waiting_request(child: Child) -> None:
    child.request(act("pid"))
    killer = threading.Timer(0.2, child.kill)
    killer.start()
    with pytest.raises(ProcessError, match=DIED):
        child.request(act("hang"))
    killer.join()


def test_the_time_limit_is_a_sentence_and_the_child_is_replaced(child: Child) -> None:
    pid = child.request(act("pid"))
    with pytest.raises(ProcessError) as raised:
        child.request(act("hang"), seconds=0.2)
    assert raised.value.sentence == HUNG
    assert child.request(act("pid")) != pid


def test_a_death_with_a_large_film_on_its_way(child: Child, make_film: Callable[..., Film]) -> None:
    pid = child.request(act("pid"))
    os.kill(pid, signal.SIGSTOP)  # it lives and takes nothing
    killer = threading.Timer(0.2, os.kill, (pid, signal.SIGKILL))
    killer.start()
    with pytest.raises(ProcessError, match=DIED):
        child.request(Analyse(film=make_film(600, 500)))
    killer.join()


def test_an_error_keeps_its_class_sentence_and_field(child: Child) -> None:
    with pytest.raises(PlanError) as raised:
        child.request(act("refuse"))
    assert (raised.value.sentence, raised.value.field) == ("Two epochs are too few.", "epochs")


@pytest.mark.parametrize(
    ("deed", "error"), [("divide", "ZeroDivisionError"), ("read past the end", "EOFError")]
)
def test_an_unforeseen_error_is_a_sentence_and_the_child_lives_on(
    child: Child, deed: str, error: str
) -> None:
    pid = child.request(act("pid"))
    with pytest.raises(CxrViewerError, match=error):
        child.request(act(deed))
    assert child.request(act("pid")) == pid


def test_too_much_memory_is_a_sentence(child: Child) -> None:
    with pytest.raises(CxrViewerError, match="not enough memory"):
        child.request(act("fill", 512))
    assert child.request(act("fill", 1)) == 1


def test_events_arrive_in_order(child: Child) -> None:
    assert [event.done for event in child.stream(act("count", 50))] == list(range(50))


def test_closing_a_stream_stops_the_work_and_the_child_answers_again(child: Child) -> None:
    pid = child.request(act("pid"))
    events = child.stream(act("count", 10_000_000))
    assert next(events).done == 0
    events.close()
    assert child.request(act("pid")) == pid


def test_a_stream_that_fails_late_keeps_what_came_before(child: Child) -> None:
    seen = []
    with pytest.raises(PlanError) as raised:
        seen.extend(child.stream(act("refuse late")))
    assert raised.value.field == "data"
    assert child.request(act("pid")) == child.pid


def test_a_death_inside_a_stream_is_a_sentence(child: Child) -> None:
    seen = []
    with pytest.raises(ProcessError, match=DIED):
        for event in child.stream(act("count and die", 3)):
            seen.append(event.done)
    assert seen == [0, 1, 2]


def test_a_child_killed_among_unread_arrays_leaves_none_in_memory(child: Child) -> None:
    arrays = child.stream(act("films"))
    assert next(arrays).shape == (300, 300)
    child.close()
    with pytest.raises(ProcessError, match=DIED):
        next(arrays)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs pidfd")
def test_no_child_outlives_its_parent() -> None:
    program = (
        "import sys\n"
        "from cxrviewer.processes import serving\n"
        "from cxrviewer.processes.child import Child\n"
        "from tests.processes.conftest import act\n"
        "serving.SERVICES['practice'] = 'tests.processes.practice_service'\n"
        "child = Child('practice', died='died')\n"
        "print(child.request(act('pid')), flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        watched = os.pidfd_open(pid)
        parent.kill()
    try:
        ended, _, _ = select.select([watched], [], [], 20)
        assert ended
    finally:
        os.close(watched)
