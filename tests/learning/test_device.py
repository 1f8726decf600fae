import os
import subprocess
import sys

import pytest
import torch

from cxrviewer.learning import device


@pytest.mark.parametrize(
    ("setting", "cores", "threads"), [(0, 1, 1), (0, 2, 1), (0, 8, 7), (1, 8, 1), (3, 2, 3)]
)
def test_zero_leaves_one_core_for_the_window(setting: int, cores: int, threads: int) -> None:
    assert device.threads_for(setting, cores=cores) == threads


def test_torch_uses_the_threads_it_is_given() -> None:
    before = torch.get_num_threads()
    try:
        device.use_threads(2)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_without_cuda_the_processor_is_used_and_says_why() -> None:
    assert device.choose() == device.Device(name="cpu", description="CPU (no CUDA device)")


@pytest.mark.skipif(torch.cuda.is_available(), reason="the CUDA device here works")
def test_a_cuda_device_that_cannot_compute_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "listed only")
    chosen = device.choose()
    assert chosen.name == "cpu"
    assert chosen.description == "CPU (the CUDA device does not work)"


@pytest.mark.parametrize(("said", "expected"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_waiting_threads_sleep_unless_told_otherwise(said: str | None, expected: str) -> None:
    environment = {key: text for key, text in os.environ.items() if key != "OMP_WAIT_POLICY"}
    if said:
        environment["OMP_WAIT_POLICY"] = said
    script = (
        "import os; from cxrviewer.processes import limits; limits.give_way(); "
        "print(os.environ['OMP_WAIT_POLICY'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == expected
