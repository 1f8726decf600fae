"""Rows kept in files: what comes back, what a kill, a full disk and a small budget leave."""

import errno
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.core.errors import ExportError
from cxrviewer.core.film import Array
from cxrviewer.learning.trainer import keep as keeping
from cxrviewer.learning.trainer import store as storing
from cxrviewer.learning.trainer.keep import Keep, digest
from cxrviewer.learning.trainer.store import Store

GIGABYTE = 10**9


def keys_of(count: int, first: int = 0) -> Array:
    return np.arange(first, first + count, dtype=np.uint64)


def filled(keep: Keep, rows: Array, *, first: int = 0, key: str = "made") -> Store:
    table = keep.table("rows", key)
    with table.writer() as writer:
        for start in range(0, len(rows), 7):
            part = rows[start : start + 7]
            writer.add(keys_of(len(part), first + start), part)
    return table.store(keys_of(len(rows), first))


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    return Keep(tmp_path / "cache", budget=GIGABYTE)


@pytest.mark.parametrize("in_memory", [0, GIGABYTE])
@pytest.mark.parametrize("dtype", [np.float32, np.uint16, np.uint8])
def test_rows_come_back_as_they_were_in_any_order(
    keep: Keep, monkeypatch: pytest.MonkeyPatch, in_memory: int, dtype: type
) -> None:
    monkeypatch.setattr(storing, "IN_MEMORY", in_memory)
    rows = np.random.default_rng(1).integers(0, 250, (50, 3, 5)).astype(dtype)
    store = filled(keep, rows)
    for order in ([4, 4, 0, 49], range(50), [], [3], range(49, -1, -1), [10, 11, 12, 40, 13]):
        chosen = np.asarray(order, np.int64)
        found = store.read(chosen)
        assert found.dtype == dtype
        assert found.shape == (len(chosen), 3, 5)
        np.testing.assert_array_equal(found, rows[chosen])


def test_rows_are_read_by_several_threads_at_once(
    keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "IN_MEMORY", 0)
    rows = np.random.default_rng(1).random((64, 20_000))
    store = filled(keep, rows)
    orders = [np.random.default_rng(seed).permutation(64) for seed in range(24)]
    with ThreadPoolExecutor(4) as threads:
        for order, found in zip(orders, threads.map(store.read, orders), strict=True):
            np.testing.assert_array_equal(found, rows[order])


def test_another_run_finds_the_rows_and_only_lacks_what_is_new(keep: Keep) -> None:
    rows = np.arange(60, dtype=np.float32).reshape(20, 3)
    filled(keep, rows[:12])
    again = Keep(keep.folder, budget=GIGABYTE).table("rows", "made")
    np.testing.assert_array_equal(again.missing(keys_of(20)), np.arange(12, 20))
    both = filled(keep, rows[12:], first=12)
    assert both.rows == 8
    later = keep.table("rows", "made")
    assert not len(later.missing(keys_of(20)))
    np.testing.assert_array_equal(later.store(keys_of(20)[::-1]).read(np.arange(20)), rows[::-1])
    assert len(keep.table("rows", "made otherwise").missing(keys_of(20))) == 20


def test_rows_that_fail_halfway_are_not_there(keep: Keep) -> None:
    table = keep.table("rows", "made")
    with pytest.raises(RuntimeError, match="stop"), table.writer() as writer:
        writer.add(keys_of(2), np.ones((2, 4), np.float32))
        raise RuntimeError("stop")
    assert len(table.missing(keys_of(2))) == 2
    assert not list(keep.folder.iterdir())


def test_a_run_killed_while_it_writes_leaves_nothing_to_mistake(keep: Keep) -> None:
    script = (
        "import numpy as np, sys, time\n"
        "from pathlib import Path\n"
        "from cxrviewer.learning.trainer.keep import Keep\n"
        "table = Keep(Path(sys.argv[1]), budget=10**9).table('rows', 'made')\n"
        "with table.writer() as writer:\n"
        "    writer.add(np.arange(9, dtype=np.uint64), np.ones((9, 100_000), np.float32))\n"
        "    print('written', flush=True)\n"
        "    time.sleep(100)\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(keep.folder)], stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"written\n"
    (part,) = keep.folder.iterdir()
    os.utime(part, (time.time() - 3600,) * 2)
    keep.trim()
    assert part.exists(), "a part that is being written was taken for a left one"
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert len(keep.table("rows", "made").missing(keys_of(9))) == 9
    keep.trim()
    assert not list(keep.folder.iterdir())


@pytest.mark.parametrize(
    "lost", [(-1, None), (-15, None), (-40, None), (0, None), (0, 5), (50, 90)]
)
def test_a_file_that_lost_bytes_is_made_anew(keep: Keep, lost: tuple[int, int | None]) -> None:
    filled(keep, np.ones((3, 8), np.float32))
    (file,) = keep.folder.iterdir()
    content = bytearray(file.read_bytes())
    del content[slice(*lost)]
    file.write_bytes(content)
    assert len(keep.table("rows", "made").missing(keys_of(3))) == 3
    assert not file.exists()


def test_two_runs_at_once_do_not_spoil_each_other(keep: Keep) -> None:
    rows = np.arange(40, dtype=np.float32).reshape(10, 4)
    one, two = (keep.table("rows", "made") for _ in range(2))
    with one.writer() as first, two.writer() as second:
        for start in (0, 5):
            first.add(keys_of(5, start), rows[start : start + 5])
            second.add(keys_of(5, start), rows[start : start + 5])
    for table in (one, two, keep.table("rows", "made")):
        np.testing.assert_array_equal(table.store(keys_of(10)).read(np.arange(10)), rows)


def test_a_long_run_loses_only_what_came_last(keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_FILE_BYTES", 100)
    table = keep.table("rows", "made")
    with pytest.raises(RuntimeError), table.writer() as writer:
        for start in range(0, 12, 2):
            writer.add(keys_of(2, start), np.full((2, 10), start, np.float32))
        writer.add(keys_of(1, 12), np.ones((1, 10), np.float32))
        raise RuntimeError
    assert table.missing(keys_of(13)).tolist() == [12]
    assert table.store(keys_of(12)).read(np.array([11, 0]))[:, 0].tolist() == [10, 0]


def test_above_the_budget_the_oldest_unused_files_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "IN_MEMORY", 0)
    keep = Keep(tmp_path, budget=10_000)
    rows = np.ones((10, 100), np.float32)
    in_use = filled(keep, rows, key="used")
    for name, age in (("old", 500), ("older", 900)):
        filled(keep, rows, key=name)
        for file in tmp_path.glob(f"rows-{name}-*"):
            os.utime(file, (time.time() - age,) * 2)
    for file in tmp_path.glob("rows-used-*"):
        os.utime(file, (time.time() - 5000,) * 2)
    filled(keep, rows, key="new")
    assert {file.name.split("-")[1] for file in tmp_path.iterdir()} == {"used", "new"}
    np.testing.assert_array_equal(in_use.read(np.arange(10)), rows)


def test_what_a_run_looked_for_counts_as_used(tmp_path: Path) -> None:
    rows = np.ones((10, 100), np.float32)
    keep = Keep(tmp_path, budget=10_000)
    for name, age in (("asked for", 900), ("forgotten", 500)):
        filled(keep, rows, key=name)
        for file in tmp_path.glob(f"rows-{name}-*"):
            os.utime(file, (time.time() - age,) * 2)
    keep.table("rows", "asked for")
    filled(keep, rows, key="new")
    assert {file.name.split("-")[1] for file in tmp_path.iterdir()} == {"asked for", "new"}


def test_a_run_that_needs_more_than_the_budget_keeps_its_own_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "IN_MEMORY", 0)
    monkeypatch.setattr(keeping, "_FILE_BYTES", 1000)
    rows = np.random.default_rng(1).random((60, 100))
    store = filled(Keep(tmp_path, budget=5000), rows)
    assert len(list(tmp_path.iterdir())) > 3
    np.testing.assert_array_equal(store.read(np.arange(60)), rows)


def test_a_full_disk_is_one_sentence_and_leaves_no_part(
    keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    table = keep.table("rows", "made")
    monkeypatch.setattr(keeping.os, "fsync", full)
    with pytest.raises(ExportError) as raised, table.writer() as writer:
        writer.add(keys_of(2), np.ones((2, 4), np.float32))
    assert "disk is full" in raised.value.sentence
    assert str(keep.folder) in raised.value.sentence
    assert not list(keep.folder.iterdir())


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ExportError, match="make that folder writable"):
        Keep(tmp_path / "file" / "cache", budget=1).table("rows", "made")


def test_digests_tell_values_apart() -> None:
    assert digest("a", 1) == digest("a", 1)
    assert len({digest("a", 1), digest("a", "1"), digest("a1"), digest("a", 1, ""), digest()}) == 5


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_does_not_grow_with_the_rows(keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "IN_MEMORY", 2**20)
    rows = np.ones((256, 4096), np.float32)
    table = keep.table("rows", "made")
    before = _resident()
    with table.writer() as writer:
        for start in range(0, 100 * 256, 256):
            writer.add(keys_of(256, start), rows)
    store = table.store(keys_of(100 * 256))
    for order in np.random.default_rng(1).permutation(100 * 256).reshape(-1, 32)[:300]:
        store.read(order)
    assert store.bytes >= 400 * 2**20
    assert _resident() - before < 50 * 2**20


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
