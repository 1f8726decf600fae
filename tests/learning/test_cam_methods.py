import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cxrviewer.learning.cam_methods import METHODS, raw_map
from cxrviewer.learning.networks import vision
from cxrviewer.learning.networks.backbones import Network

LABEL = 2


@pytest.fixture
def batch() -> Tensor:
    return torch.randn(1, 3, 64, 64, generator=torch.Generator().manual_seed(4))


def upstream(method: str) -> type:
    import pytorch_grad_cam

    return {
        "gradcam": pytorch_grad_cam.GradCAM,
        "gradcam++": pytorch_grad_cam.GradCAMPlusPlus,
        "hirescam": pytorch_grad_cam.HiResCAM,
        "layercam": pytorch_grad_cam.LayerCAM,
        "eigencam": pytorch_grad_cam.EigenCAM,
        "scorecam": pytorch_grad_cam.ScoreCAM,
    }[method]


def package_s_own(method: str, network: Network, stage: int, batch: Tensor) -> np.ndarray:
    """Ask pytorch-grad-cam as it comes for the map before scaling."""
    cam = upstream(method)(network, [network.features[stage]])
    maps = []
    image = cam.get_cam_image
    cam.get_cam_image = lambda *arguments: maps.append(image(*arguments)) or maps[-1]
    cam(batch, [lambda logits: logits[LABEL]])
    cam.activations_and_grads.release()
    return maps[0][0]


@pytest.mark.parametrize("method", ["gradcam", "gradcam++", "hirescam", "layercam", "scorecam"])
@pytest.mark.parametrize("stage", [0, 7, 18])
def test_a_map_is_the_package_s_own(
    tiny_network: Network, batch: Tensor, method: str, stage: int
) -> None:
    if (method, stage) == ("scorecam", 18):
        pytest.skip("1,280 masked films; the other stages tell")
    layer = tiny_network.features[stage]
    ours = raw_map(METHODS[method], tiny_network, layer, inputs=batch, label=LABEL)
    theirs = package_s_own(method, tiny_network, stage, batch)
    assert np.abs(theirs).max() > 0
    assert np.allclose(ours, theirs, rtol=1e-4, atol=1e-4 * np.abs(theirs).max())


@pytest.mark.parametrize("stage", [7, 18])
def test_the_principal_component_is_the_package_s_own_but_for_its_sign(
    tiny_network: Network, batch: Tensor, stage: int
) -> None:
    layer = tiny_network.features[stage]
    ours = raw_map(METHODS["eigencam"], tiny_network, layer, inputs=batch, label=LABEL)
    theirs = package_s_own("eigencam", tiny_network, stage, batch)
    assert ours.max() == np.abs(ours).max()
    assert np.allclose(np.abs(ours), np.abs(theirs), atol=1e-3 * np.abs(theirs).max())


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_principal_component_is_greatest_where_the_film_stands_out(sign: float) -> None:
    film = torch.zeros(1, 1, 8, 8)
    film[0, 0, 2, 5] = sign
    network = Network(nn.Sequential(nn.Identity()), nn.Linear(1, 2), ("only",))
    raw = raw_map(METHODS["eigencam"], network, network.features[0], inputs=film, label=0)
    assert np.unravel_index(raw.argmax(), raw.shape) == (2, 5)
    assert raw.max() > -raw.min()


@pytest.mark.parametrize("method", METHODS)
def test_no_method_writes_to_the_screen_or_leaves_a_hook(
    tiny_network: Network, batch: Tensor, method: str, capfd: pytest.CaptureFixture[str]
) -> None:
    raw_map(METHODS[method], tiny_network, tiny_network.features[1], inputs=batch, label=LABEL)
    assert capfd.readouterr() == ("", "")
    assert not any(module._forward_hooks for module in tiny_network.modules())


def test_an_error_inside_a_method_is_not_hidden(batch: Tensor) -> None:
    small = Network(nn.Sequential(nn.Conv2d(3, 4, 3)), nn.Linear(4, 2), ("only",))
    with pytest.raises(IndexError):
        raw_map(METHODS["gradcam"], small, small.features[0], inputs=batch, label=9)


def test_the_door_to_torchvision_came_first() -> None:
    assert vision.torchvision.extension._has_ops()
