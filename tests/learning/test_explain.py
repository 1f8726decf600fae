import copy
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cxrviewer.core.analysis import NO_EVIDENCE
from cxrviewer.core.errors import BundleError
from cxrviewer.learning import explain
from cxrviewer.learning.cam_methods import METHODS, raw_map
from cxrviewer.learning.networks.backbones import BACKBONES, Network, trunk
from cxrviewer.learning.networks.folding import folded


def seen(network: Network, batch: Tensor, stage: str) -> explain.Seen:
    with torch.inference_mode():
        return explain.Seen(batch=batch, stage=stage, activations=trunk(network, stage)(batch))


def noise(seed: int = 1) -> Tensor:
    return torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(seed))


def spot(height: int, width: int, *cells: tuple[int, int]) -> np.ndarray:
    """Return a map that is 1 in these cells and -0.2 elsewhere."""
    raw = np.full((height, width), -0.2, dtype=np.float32)
    for cell in cells:
        raw[cell] = 1.0
    return raw


def frame(size: int, ring: int, sides: str = "tblr") -> np.ndarray:
    raw = np.zeros((size, size), dtype=np.float32)
    edges: dict[str, tuple[slice, slice]] = {
        "t": (slice(ring), slice(None)),
        "b": (slice(-ring, None), slice(None)),
        "l": (slice(None), slice(ring)),
        "r": (slice(None), slice(-ring, None)),
    }
    for side in sides:
        raw[edges[side]] = 1.0
    return raw


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (np.full((7, 7), np.nan, dtype=np.float32), "not made of numbers"),
        (np.where(np.eye(7) > 0, np.inf, 0.0), "not made of numbers"),
        (np.zeros((7, 7)), "nothing in the film"),
        (np.full((7, 7), -3.0), "nothing in the film"),
        (spot(7, 7) - 1.0 + 1e-7 * np.eye(7), "nothing in the film"),
        (np.full((7, 7), 4.2), "the same all over"),
        (np.full((7, 7), 4.2) + 1e-3 * np.eye(7), "the same all over"),
        (frame(7, 1), "edge"),
        (frame(7, 1, "tlr"), "edge"),
        (frame(14, 1), "edge"),
        (frame(112, 4), "edge"),
        (frame(7, 1) + 0.02, "edge"),
    ],
)
def test_a_map_without_evidence_is_told(raw: np.ndarray, says: str) -> None:
    assert says in explain.flaw(raw)


@pytest.mark.parametrize(
    "raw",
    [
        spot(7, 7, (3, 3)),
        spot(7, 7, (0, 0)),
        spot(7, 7, (6, 0), (6, 1), (5, 0)),
        spot(7, 7, (0, 3)),
        # Along one side or two, as an effusion lies: at the edge, and yet somewhere.
        frame(7, 1, "b"),
        frame(7, 1, "bl"),
        frame(7, 2),
        spot(2, 2, (0, 0)),
        frame(4, 1),
        spot(1, 9, (0, 4)),
        np.random.default_rng(1).random((7, 7)),
        np.random.default_rng(1).random((112, 112)),
    ],
)
def test_a_map_with_a_place_is_kept(raw: np.ndarray) -> None:
    assert explain.flaw(raw) == ""


def test_a_map_that_is_kept_is_scaled_and_has_the_layer_s_size(tiny_network: Network) -> None:
    sizes = {"stem": 32, "block5": 8, "last": 2}
    for stage, size in sizes.items():
        values, flaw = explain.heat(
            tiny_network, seen(tiny_network, noise(), stage), method="layercam", label=1
        )
        assert values.shape == (size, size)
        assert values.dtype == np.float32
        if not flaw:
            assert (values.min(), values.max()) == (0.0, 1.0)


@pytest.mark.parametrize("method", ["gradcam", "gradcam++", "hirescam", "layercam", "eigencam"])
@pytest.mark.parametrize("stage", ["stem", "block3", "block12"])
def test_what_follows_the_stage_is_enough(tiny_network: Network, method: str, stage: str) -> None:
    layer = tiny_network.features[tiny_network.stages.index(stage)]
    raw = raw_map(METHODS[method], tiny_network, layer, inputs=noise(), label=0)
    positive = np.maximum(raw, 0)
    values, flaw = explain.heat(
        tiny_network, seen(tiny_network, noise(), stage), method=method, label=0
    )
    assert flaw == ""
    expected = (positive - positive.min()) / (positive.max() - positive.min())
    assert np.allclose(values, expected, atol=1e-3)


@pytest.mark.parametrize("stage", BACKBONES["mobilenet_v2"].stages)
def test_every_stage_can_be_looked_through(tiny_network: Network, stage: tuple[str, str]) -> None:
    values, _ = explain.heat(
        tiny_network, seen(tiny_network, noise(), stage[0]), method="gradcam", label=2
    )
    assert np.isfinite(values).all()


def test_another_label_gives_another_map(tiny_network: Network) -> None:
    film = seen(tiny_network, noise(), "block5")
    maps = [
        explain.heat(tiny_network, film, method="gradcam", label=label)[0] for label in range(3)
    ]
    assert not np.allclose(maps[0], maps[1], atol=0.1)
    assert not np.allclose(maps[1], maps[2], atol=0.1)


def test_another_film_gives_another_map(tiny_network: Network) -> None:
    maps = [
        explain.heat(
            tiny_network, seen(tiny_network, noise(seed), "block5"), method="gradcam", label=0
        )[0]
        for seed in (1, 2)
    ]
    assert not np.allclose(maps[0], maps[1], atol=0.1)


def test_a_forgotten_head_changes_the_map(tiny_network: Network) -> None:
    """Adebayo et al. 2018: a map that survives random weights explains nothing."""
    forgetful = copy.deepcopy(tiny_network)
    torch.manual_seed(11)
    nn.init.xavier_uniform_(forgetful.classifier.weight)
    film = seen(tiny_network, noise(), "block5")
    learned, _ = explain.heat(tiny_network, film, method="gradcam", label=0)
    random, _ = explain.heat(forgetful, film, method="gradcam", label=0)
    assert np.corrcoef(learned.ravel(), random.ravel())[0, 1] < 0.9


def constant(network: nn.Module) -> None:
    nn.init.zeros_(network.weight)
    nn.init.ones_(network.bias)


def not_a_number(network: nn.Module) -> None:
    nn.init.constant_(network.bias, float("nan"))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("change", [constant, not_a_number])
def test_a_network_that_sees_nothing_draws_nothing(
    method: str, change: Callable[[nn.Module], None]
) -> None:
    torch.manual_seed(1)
    network = Network(nn.Sequential(nn.Conv2d(3, 4, 8, 8)), nn.Linear(4, 2), ("only",)).eval()
    nn.init.ones_(network.classifier.weight)
    change(network.features[0])
    values, flaw = explain.heat(network, seen(network, noise(), "only"), method=method, label=1)
    assert flaw
    # The words before it are those of the place where it stands.
    assert not flaw.startswith(NO_EVIDENCE)
    assert values.shape == (8, 8)
    assert not values.any()


def test_an_unknown_method_names_the_known_ones() -> None:
    with pytest.raises(BundleError, match=r"“tea leaves”.*gradcam.*scorecam"):
        explain.method_named("tea leaves")


def test_frozen_parameters_do_not_prevent_a_map(tiny_network: Network) -> None:
    quick = folded(tiny_network)
    slow_map, _ = explain.heat(
        tiny_network, seen(tiny_network, noise(), "block12"), method="gradcam", label=1
    )
    quick_map, _ = explain.heat(quick, seen(quick, noise(), "block12"), method="gradcam", label=1)
    assert np.allclose(slow_map, quick_map, atol=0.01)
