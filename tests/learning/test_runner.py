"""Long work tells of itself, but not more than ten times a second."""

import pytest
import torch

from cxrviewer.learning import runner
from cxrviewer.learning.device import cpu


def test_at_most_ten_tellings_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(step * 0.03 for step in range(100))
    monkeypatch.setattr(runner.time, "monotonic", lambda: next(times))
    one = runner.Runner(cpu("test"))
    told = [event for done in range(100) for event in one.tell("reading", done=done, total=100)]
    assert len(told) == 25
    assert [event.done for event in told[:3]] == [0, 4, 8]


def test_all_rows_come_back_in_order_without_gradients() -> None:
    rows = torch.arange(70.0).reshape(70, 1).requires_grad_()
    events = runner.Runner(cpu("test")).run_all(lambda batch: batch * 2, rows, stage="features")
    while True:
        try:
            next(events)
        except StopIteration as end:
            found = end.value
            break
    assert not found.requires_grad
    assert torch.equal(found, rows.detach() * 2)
