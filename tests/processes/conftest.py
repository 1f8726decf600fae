"""A child that does as it is told, and a look at the shared memory that is left."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.core.film import DisplayChain, Facts, Film, Rescale, Window
from cxrviewer.processes import serving
from cxrviewer.processes.child import Child
from cxrviewer.processes.messages import LoadModel

DIED, HUNG = "The practice died.", "The practice took too long."


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch, no_shared_memory_left: None) -> Iterator[Child]:
    monkeypatch.setitem(serving.SERVICES, "practice", "tests.processes.practice_service")
    child = Child("practice", died=DIED, hung=HUNG)
    yield child
    child.close()


def act(word: str, number: int = 0) -> LoadModel:
    return LoadModel(model=word, threads=number)


@pytest.fixture
def no_shared_memory_left() -> Iterator[None]:
    folder = Path("/dev/shm")
    if not folder.is_dir():
        pytest.skip("shared memory cannot be listed here")
    before = set(folder.glob("cxr-*"))
    yield
    assert set(folder.glob("cxr-*")) <= before


@pytest.fixture
def make_film() -> Callable[..., Film]:
    def make(rows: int = 300, columns: int = 400, dtype: type = np.uint16) -> Film:
        whole = Window(centre=2048.0, width=4096.0)
        stored = (np.arange(rows * columns) % 251).reshape(rows, columns).astype(dtype)
        return Film(
            path=Path("ä film.dcm"),
            stored=stored,
            chain=DisplayChain(modality=Rescale(), voi=whole, auto=whole, full=whole),
            facts=Facts(file_format="DICOM", orientation=("L", "F"), age_years=4.0),
        )

    return make
