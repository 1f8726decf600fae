"""Fixtures of the network's tests: a small model, small films, one thread."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from cxrviewer.core.bundle import WEIGHTS, Bundle, read_bundle, sha256, write_manifest
from cxrviewer.core.film import DisplayChain, Facts, Film, Rescale, Window
from cxrviewer.core.manifest import Calibration, Gate, InputRule, Label, Manifest
from cxrviewer.core.operating_points import OperatingPoint
from cxrviewer.learning.networks.backbones import BACKBONES, Network
from cxrviewer.learning.networks.heads import Head
from cxrviewer.learning.networks.weights import save

MakeFilm = Callable[..., Film]


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    """Use one thread: with several, small networks wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def module_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the tests of a module one folder for what is kept, also while its fixtures are made."""
    folder = str(tmp_path_factory.mktemp("home"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CXRVIEWER_HOME", folder)
        yield folder


@pytest.fixture
def films_read_once(module_home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what is read of films from one test of a module to the next."""
    monkeypatch.setenv("CXRVIEWER_HOME", module_home)


def settled(network: Network) -> Network:
    """Let the batch norms of a random network see random input: its values become about 1."""
    generator = torch.Generator().manual_seed(3)
    network.train()
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.momentum = None
        for _ in range(2):
            network(torch.randn(8, 3, 64, 64, generator=generator))
    return network.eval()


@pytest.fixture(scope="session")
def tiny_network() -> Network:
    """Return a MobileNetV2 with seeded random weights; not to be changed."""
    torch.manual_seed(3)
    return settled(BACKBONES["mobilenet_v2"].build(Head(outputs=3)))


@pytest.fixture(scope="session")
def _tiny_weights(tiny_network: Network, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny-model")
    save(tiny_network, folder / WEIGHTS)
    return folder / WEIGHTS


@pytest.fixture(scope="session")
def settled_weights(tiny_network: Network, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return a weights file to start a MobileNetV2 from whose values are about 1 everywhere."""
    file = tmp_path_factory.mktemp("settled") / "mobilenet_v2.safetensors"
    save(tiny_network, file)
    return str(file)


@pytest.fixture
def tiny_bundle(_tiny_weights: Path, tmp_path: Path) -> Bundle:
    """Return a bundle of its own: MobileNetV2 at 64 px with seeded random weights."""
    folder = tmp_path / "tiny-model"
    folder.mkdir()
    (folder / WEIGHTS).write_bytes(_tiny_weights.read_bytes())
    manifest = Manifest(
        id="tiny-model",
        name="Tiny model",
        version="1.0",
        architecture="mobilenet_v2",
        activation="softmax",
        labels=(
            Label(id="normal", name="Normal", negative=True),
            Label(id="bacterial", name="Bacterial pneumonia"),
            Label(id="viral", name="Viral pneumonia"),
        ),
        input=InputRule(height=64, width=64, mean=(0.5,) * 3, std=(0.5,) * 3),
        weights_sha256=sha256(_tiny_weights),
        licence="Apache-2.0",
        calibration=Calibration(temperature=1.5),
        points=(OperatingPoint(name="balanced", label="", threshold=0.4),),
        gate=Gate(
            modalities=("CR", "DX"),
            views=("AP", "PA"),
            body_parts=("CHEST",),
            age_years=(1.0, 5.0),
        ),
    )
    write_manifest(manifest, folder)
    return read_bundle(folder)


@pytest.fixture
def film_of() -> MakeFilm:
    """Return a maker of films from stored values, with facts by keyword."""

    def make(stored: Any, **facts: Any) -> Film:
        values = np.asarray(stored)
        top = 256.0 if values.dtype == np.uint8 else 65_536.0
        window = Window(centre=top / 2, width=top)
        return Film(
            path=Path("film.png"),
            stored=values,
            chain=DisplayChain(modality=Rescale(), voi=window, auto=window, full=window),
            facts=Facts(**{"file_format": "PNG", **facts}),
        )

    return make


@pytest.fixture
def noise_film(film_of: MakeFilm) -> Film:
    """Return an 8-bit film of 80 x 96 px with something to see everywhere."""
    random = np.random.default_rng(5)
    return film_of(random.integers(0, 256, (80, 96), dtype=np.uint8))
