"""Long work tells of itself, but not more than ten times a second."""

import pytest

from cxrviewer.learning.trainer import telling


def test_at_most_ten_tellings_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(step * 0.03 for step in range(100))
    monkeypatch.setattr(telling.time, "monotonic", lambda: next(times))
    one = telling.Telling()
    told = [event for done in range(100) for event in one.tell("reading", done=done, total=100)]
    assert len(told) == 25
    assert [event.done for event in told[:3]] == [0, 4, 8]


def test_films_a_second_are_those_of_the_running_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 1.0, 2.0, 100.0, 104.0, 200.0, 201.0])
    monkeypatch.setattr(telling.time, "monotonic", lambda: next(times))
    one = telling.Telling()
    stages = ["reading"] * 3 + ["training"] * 4
    films = [10, 30, 50, 8, 48, 8, 16]
    rates = [
        next(one.tell(stage, done=done, total=50)).rate
        for stage, done in zip(stages, films, strict=True)
    ]
    assert rates == [0, 20, 20, 0, 10, 0, 8]
