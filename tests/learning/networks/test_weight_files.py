"""Files of ImageNet weights as people have them: other makers', other networks', other formats."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from cxrviewer.core.bundle import sha256
from cxrviewer.core.errors import PlanError
from cxrviewer.core.plan import TrainingPlan
from cxrviewer.learning.networks import weights
from cxrviewer.learning.networks.backbones import BACKBONES, Network, pool
from cxrviewer.learning.networks.heads import Head
from cxrviewer.learning.networks.makers import timm_network
from cxrviewer.learning.trainer.preparing import Start

MOBILENET, VGG = BACKBONES["mobilenet_v2"], BACKBONES["vgg16"]
DENSENET = BACKBONES["densenet121"]
State = dict[str, Tensor]


def written(file: Path, state: State) -> Path:
    file.parent.mkdir(exist_ok=True)
    safetensors.torch.save_file({name: t.contiguous() for name, t in state.items()}, file)
    return file


def base_of(network: Network) -> State:
    return {name: t for name, t in network.state_dict().items() if "classifier" not in name}


@pytest.fixture(scope="module")
def mobilenet_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    state = MOBILENET.base().maker.state_dict()
    return written(tmp_path_factory.mktemp("made") / "mobilenet_v2.safetensors", state)


@pytest.fixture
def folder(tmp_path: Path, mobilenet_file: Path) -> Path:
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "a.safetensors").symlink_to(mobilenet_file)
    return tmp_path / "weights"


def refusal(source: Path, backbone: object = MOBILENET) -> str:
    with pytest.raises(PlanError) as caught:
        weights.imagenet_state(str(source), backbone)  # type: ignore[arg-type]
    assert caught.value.field == "weights"
    sentence = caught.value.sentence
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize(
    ("name", "timm_name"), [("mobilenet_v2", "mobilenetv2_100"), ("convnext_tiny", "convnext_tiny")]
)
def test_a_file_of_timm_s_gives_timm_s_answers(tmp_path: Path, name: str, timm_name: str) -> None:
    torch.manual_seed(4)
    theirs = timm_network(timm_name).eval()
    for parameter in theirs.parameters():
        nn.init.normal_(parameter, 0.05, 0.05)
    file = written(tmp_path / "model.safetensors", theirs.state_dict())
    network = BACKBONES[name].build(Head(outputs=2)).eval()
    weights.start_from(network, weights.imagenet_state(str(file), BACKBONES[name]))
    films = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        expected = theirs.forward_head(theirs.forward_features(films), pre_logits=True)
        found = network.neck(pool(network.features(films)))
    assert torch.allclose(found, expected, rtol=1e-3, atol=1e-5)


def test_densenet_files_in_the_old_spelling_load(tmp_path: Path) -> None:
    state = DENSENET.base().maker.state_dict()
    old = {re.sub(r"(denselayer\d+\.\w+)(\d)\.", r"\1.\2.", name): t for name, t in state.items()}
    assert "features.denseblock1.denselayer1.norm.1.weight" in old
    found = weights.imagenet_state(str(written(tmp_path / "d.safetensors", old)), DENSENET)
    assert found.keys() == base_of(DENSENET.build(Head(outputs=2))).keys()


def test_the_program_s_own_weights_can_be_started_from(
    tiny_network: Network, tmp_path: Path
) -> None:
    weights.save(tiny_network, tmp_path / "weights.safetensors")
    state = weights.imagenet_state(str(tmp_path / "weights.safetensors"), MOBILENET)
    assert state.keys() == base_of(tiny_network).keys()


def test_files_without_counters_load(mobilenet_file: Path, tmp_path: Path) -> None:
    state = safetensors.torch.load_file(mobilenet_file)
    kept = {name: t for name, t in state.items() if "num_batches" not in name}
    found = weights.imagenet_state(str(written(tmp_path / "m.safetensors", kept)), MOBILENET)
    weights.start_from(MOBILENET.build(Head(outputs=2)), found)
    assert len(found) == len(kept) - 2


def test_half_precision_weights_load(mobilenet_file: Path, tmp_path: Path) -> None:
    state = {
        name: t.half() if t.is_floating_point() else t
        for name, t in safetensors.torch.load_file(mobilenet_file).items()
    }
    network = MOBILENET.build(Head(outputs=2))
    file = written(tmp_path / "m.safetensors", state)
    weights.start_from(network, weights.imagenet_state(str(file), MOBILENET))
    assert network.features[0][0].weight.dtype == torch.float32
    assert torch.equal(network.features[0][0].weight, state["features.0.0.weight"].float())


def test_deeper_networks_of_the_same_family_are_refused(tmp_path: Path) -> None:
    """ResNet101 has every name of ResNet50, in the same shapes, and more."""
    resnet = BACKBONES["resnet50"]
    with torch.device("meta"):
        shapes = timm_network("resnet101").state_dict()
    state = {name: torch.zeros(t.shape, dtype=torch.uint8) for name, t in shapes.items()}
    file = written(tmp_path / "resnet50.safetensors", state)
    assert "not those of ResNet50 (0 missing" in refusal(file, resnet)


@pytest.mark.parametrize("other", ["vgg16", "resnet50", "efficientnet_v2_s", "convnext_tiny"])
def test_weights_of_another_network_are_refused(mobilenet_file: Path, other: str) -> None:
    backbone = BACKBONES[other]
    assert f"not those of {backbone.title}" in refusal(mobilenet_file, backbone)


def test_a_wrong_shape_is_refused(mobilenet_file: Path, tmp_path: Path) -> None:
    state = safetensors.torch.load_file(mobilenet_file)
    state["features.0.0.weight"] = torch.zeros(32, 1, 3, 3)
    assert "wrong shape" in refusal(written(tmp_path / "m.safetensors", state))


def test_values_that_are_no_numbers_are_refused(mobilenet_file: Path, tmp_path: Path) -> None:
    state = safetensors.torch.load_file(mobilenet_file)
    state["features.0.0.weight"][0] = float("inf")
    assert "no numbers" in refusal(written(tmp_path / "m.safetensors", state))


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickled_file_is_never_opened(tmp_path: Path, zipped: bool) -> None:
    file = tmp_path / "vgg16.pth"
    torch.save({"a": torch.zeros(1)}, file, _use_new_zipfile_serialization=zipped)
    sentence = refusal(file, VGG)
    assert "pickled" in sentence
    assert "can run any program" in sentence
    assert "safetensors" in sentence


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x89HDF\r\n\x1a\n", "a Keras file"),
        (b"", "cannot be read"),
        (b"junk", "cannot be read"),
        (b"\xff" * 64, "cannot be read"),
    ],
)
def test_other_files_are_one_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "weights.safetensors"
    file.write_bytes(content)
    assert says in refusal(file)


def test_a_cut_off_file_is_one_sentence(mobilenet_file: Path, tmp_path: Path) -> None:
    file = tmp_path / "m.safetensors"
    file.write_bytes(mobilenet_file.read_bytes()[:-1000])
    assert "cannot be read" in refusal(file)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    assert "There is no weights file" in refusal(tmp_path / "none.safetensors")


def test_a_folder_gives_the_file_that_fits(folder: Path) -> None:
    written(folder / "mobilenet_v2_other.safetensors", {"layer": torch.zeros(1)})
    (folder / "mobilenet_v2.pth").write_bytes(b"PK\x03\x04")
    (folder / "damaged.safetensors").write_bytes(b"junk")
    state = weights.imagenet_state(str(folder), MOBILENET)
    assert state.keys() == base_of(MOBILENET.build(Head(outputs=2))).keys()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("mobilenet_v2.pth", "no safetensors file"),
        ("mobilenet_v2.h5", "no safetensors file"),
        ("mobilenet_v2_other.safetensors", "damaged or of another network"),
    ],
)
def test_a_file_of_the_right_name_is_not_passed_over_silently(
    folder: Path, name: str, why: str
) -> None:
    (folder / "readme.txt").touch()
    (folder / "vgg16.pth").touch()
    assert _note(folder) == ""
    (folder / name).write_bytes(b"PK\x03\x04")
    assert _note(folder) == (
        "The weights come from a.safetensors, which fits MobileNetV2; "
        f"{name} bears its name, but is {why}."
    )
    assert _note(folder / "a.safetensors") == ""
    (folder / "a.safetensors").rename(folder / "MobileNetV2.safetensors")
    assert _note(folder) == ""


def _note(source: Path) -> str:
    return Start.of(TrainingPlan(data=source, out=source, weights=str(source))).note


def test_of_several_that_fit_the_one_so_named_is_taken(folder: Path, mobilenet_file: Path) -> None:
    state = safetensors.torch.load_file(mobilenet_file)
    state["features.0.0.weight"] = torch.full_like(state["features.0.0.weight"], 7.0)
    # As a hub lays files out: one folder a network.
    written(folder / "hub-MobileNet-V2" / "model.safetensors", state)
    found = weights.imagenet_state(str(folder), MOBILENET)
    assert bool((found["features.0.0.weight"] == 7.0).all())


@pytest.mark.shared
def test_the_shared_folder_has_mobilenet_alone(shared: Path) -> None:
    network = MOBILENET.build(Head(outputs=3))
    weights.start_from(network, weights.imagenet_state(str(shared / "weights"), MOBILENET))
    assert "only mobilenet_v2_imagenet.safetensors" in refusal(shared / "weights", VGG)


def test_a_folder_without_the_network_says_what_it_holds(folder: Path) -> None:
    assert "holds no weights of VGG16, only a.safetensors" in refusal(folder, VGG)


def test_a_file_of_the_right_name_and_another_network_is_told_apart(folder: Path) -> None:
    (folder / "a.safetensors").rename(folder / "vgg16.safetensors")
    assert "vgg16.safetensors are not those of VGG16" in refusal(folder, VGG)


def test_a_damaged_file_of_the_right_name_is_named(folder: Path) -> None:
    (folder / "vgg16.safetensors").write_bytes(b"junk")
    assert "vgg16.safetensors cannot be read" in refusal(folder, VGG)


def test_a_folder_of_pickled_files_says_that_they_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "vgg16.pth").write_bytes(b"PK\x03\x04")
    assert "pickled" in refusal(tmp_path, VGG)


def test_an_empty_folder_is_one_sentence(tmp_path: Path) -> None:
    assert "holds no weights of VGG16" in refusal(tmp_path, VGG)


def test_a_network_that_nobody_publishes_is_one_sentence() -> None:
    assert "No ImageNet weights of ResNet152V2 are published" in refusal(
        Path("download"), BACKBONES["resnet152v2"]
    )


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Address of a folder that a server on this machine gives out."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "kept"))

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    served = tmp_path / "served"
    served.mkdir()
    torch.save(MOBILENET.base().maker.state_dict(), served / "weights.pth")
    server = HTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(served)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_download_is_checked_by_its_hash(published: str, tmp_path: Path) -> None:
    file = tmp_path / "served" / "weights.pth"
    good, bad = f"weights-{sha256(file)[:8]}.pth", "weights-00000000.pth"
    for name in (good, bad):
        (file.parent / name).write_bytes(file.read_bytes())
    state = weights.imagenet_state("download", replace(MOBILENET, url=f"{published}/{good}"))
    assert state.keys() == base_of(MOBILENET.build(Head(outputs=2))).keys()
    with pytest.raises(PlanError, match="arrived damaged") as caught:
        weights.imagenet_state("download", replace(MOBILENET, url=f"{published}/{bad}"))
    assert caught.value.field == "weights"


@pytest.mark.parametrize("name", BACKBONES)
def test_every_published_file_is_named_by_its_hash(name: str) -> None:
    url = BACKBONES[name].url
    assert not url or re.fullmatch(r"https://\S+-[0-9a-f]{8,}\.pth", url)
    assert url or name == "resnet152v2"
