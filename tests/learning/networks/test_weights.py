from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor

from cxrviewer.core.bundle import Bundle, sha256
from cxrviewer.core.errors import BundleError, PlanError
from cxrviewer.learning.networks import weights
from cxrviewer.learning.networks.backbones import BACKBONES, Network
from cxrviewer.learning.networks.heads import Head

MOBILENET = BACKBONES["mobilenet_v2"]
State = dict[str, Tensor]


def rewritten(bundle: Bundle, change: Callable[[State], object]) -> Bundle:
    """Change the weights of a bundle and give it the matching hash."""
    state = safetensors.torch.load(bundle.weights.read_bytes())
    change(state)
    safetensors.torch.save_file(state, bundle.weights)
    return replace(bundle, manifest=replace(bundle.manifest, weights_sha256=sha256(bundle.weights)))


def test_saved_weights_come_back_whole(tiny_bundle: Bundle, tiny_network: Network) -> None:
    network = weights.load_network(tiny_bundle)
    assert not network.training
    for name, tensor in network.state_dict().items():
        assert torch.equal(tensor, tiny_network.state_dict()[name])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda state: state.pop("classifier.bias"), "1 missing.*classifier.bias"),
        (lambda state: state.update(extra=torch.zeros(1)), "1 unknown.*extra"),
        (lambda state: state.update({"classifier.bias": torch.zeros(2)}), "wrong shape"),
        (lambda state: state["classifier.bias"].fill_(float("nan")), "no numbers"),
    ],
)
def test_weights_that_do_not_fit_are_one_sentence(
    tiny_bundle: Bundle, change: Callable[[State], object], says: str
) -> None:
    with pytest.raises(BundleError, match=says):
        weights.load_network(rewritten(tiny_bundle, change))


@pytest.mark.parametrize("name", ["mobilenet_v2", "convnext_tiny"])
def test_a_bundle_with_hidden_layers_answers_as_it_was_saved(
    tiny_bundle: Bundle, name: str
) -> None:
    learned = BACKBONES[name].build(Head(outputs=3, hidden=(7, 5), dropout=0.5)).eval()
    manifest = replace(
        tiny_bundle.manifest,
        architecture=name,
        hidden=(7, 5),
        weights_sha256=weights.save(learned, tiny_bundle.weights),
    )
    network = weights.load_network(replace(tiny_bundle, manifest=manifest))
    films = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(network(films), learned(films))


def test_hidden_layers_that_the_manifest_does_not_tell_are_one_sentence(
    tiny_bundle: Bundle,
) -> None:
    manifest = replace(tiny_bundle.manifest, hidden=(7,))
    with pytest.raises(BundleError, match="do not fit"):
        weights.load_network(replace(tiny_bundle, manifest=manifest))


def test_changed_weights_are_refused(tiny_bundle: Bundle) -> None:
    content = bytearray(tiny_bundle.weights.read_bytes())
    content[-1] ^= 1
    tiny_bundle.weights.write_bytes(content)
    with pytest.raises(BundleError, match="wrong hash"):
        weights.load_network(tiny_bundle)


def test_missing_weights_are_one_sentence(tiny_bundle: Bundle) -> None:
    tiny_bundle.weights.unlink()
    with pytest.raises(BundleError, match="missing"):
        weights.load_network(tiny_bundle)


def test_a_file_that_is_no_safetensors_is_one_sentence(tiny_bundle: Bundle) -> None:
    tiny_bundle.weights.write_bytes(b"junk")
    manifest = replace(tiny_bundle.manifest, weights_sha256=sha256(tiny_bundle.weights))
    with pytest.raises(BundleError, match="cannot be read"):
        weights.load_network(replace(tiny_bundle, manifest=manifest))


def test_an_unknown_architecture_names_the_known_ones(tiny_bundle: Bundle) -> None:
    manifest = replace(tiny_bundle.manifest, architecture="perceptron")
    with pytest.raises(BundleError, match=r"“perceptron”.*mobilenet_v2"):
        weights.load_network(replace(tiny_bundle, manifest=manifest))


def test_a_failed_save_leaves_nothing_behind(tiny_network: Network, tmp_path: Path) -> None:
    taken = tmp_path / "weights.safetensors"
    taken.mkdir()
    with pytest.raises(OSError, match="directory"):
        weights.save(tiny_network, taken)
    assert list(tmp_path.iterdir()) == [taken]


def test_saving_tells_the_hash_of_the_file(tiny_network: Network, tmp_path: Path) -> None:
    file = tmp_path / "weights.safetensors"
    assert weights.save(tiny_network, file) == sha256(file)


def imagenet_like(file: Path, network: Network) -> Path:
    state = {f"{name}": t for name, t in network.state_dict().items() if "classifier" not in name}
    state["classifier.1.weight"] = torch.zeros(1000, 1280)
    state["classifier.1.bias"] = torch.zeros(1000)
    safetensors.torch.save_file(state, file)
    return file


def test_a_head_of_another_task_is_left_out(tiny_network: Network, tmp_path: Path) -> None:
    file = imagenet_like(tmp_path / "imagenet.safetensors", tiny_network)
    state = weights.imagenet_state(str(file), MOBILENET)
    network = MOBILENET.build(Head(outputs=4))
    head = network.classifier.weight.clone()
    weights.start_from(network, state)
    assert torch.equal(network.classifier.weight, head)
    assert torch.equal(network.features[0][0].weight, tiny_network.features[0][0].weight)


@pytest.mark.parametrize("content", [None, b"", b"no weights"])
def test_a_bad_weights_file_marks_its_field(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "imagenet.safetensors"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(PlanError) as caught:
        weights.imagenet_state(str(file), MOBILENET)
    assert caught.value.field == "weights"


def test_weights_of_another_network_mark_their_field(tmp_path: Path) -> None:
    file = tmp_path / "other.safetensors"
    safetensors.torch.save_file({"layer1.0.weight": torch.zeros(3)}, file)
    with pytest.raises(PlanError, match="not those of MobileNetV2") as caught:
        weights.imagenet_state(str(file), MOBILENET)
    assert caught.value.field == "weights"


def test_a_download_without_a_network_is_one_sentence() -> None:
    # Nothing listens on the port of "discard".
    unreachable = replace(MOBILENET, url="http://127.0.0.1:9/weights-00000000.pth")
    with pytest.raises(PlanError, match="could not be downloaded") as caught:
        weights.imagenet_state("download", unreachable)
    assert caught.value.field == "weights"


@pytest.mark.shared
def test_the_shared_imagenet_weights_fit(shared: Path) -> None:
    source = shared / "weights" / "mobilenet_v2_imagenet.safetensors"
    state = weights.imagenet_state(str(source), MOBILENET)
    network = MOBILENET.build(Head(outputs=3))
    weights.start_from(network, state)
    assert torch.equal(network.features[18][0].weight, state["features.18.0.weight"])
