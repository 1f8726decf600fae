import _json
import importlib.machinery
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cxrviewer.learning.networks import vision

ABI = importlib.machinery.EXTENSION_SUFFIXES[0]


def iou(a: list[float], b: list[float]) -> float:
    width = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    shared = width * height
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return shared / union if union else float("nan")


def naive(boxes: list[list[float]], scores: list[float], threshold: float) -> list[int]:
    kept: list[int] = []
    for i in sorted(range(len(scores)), key=lambda i: -scores[i]):
        if not any(iou(boxes[i], boxes[k]) > threshold for k in kept):
            kept.append(i)
    return kept


edge = st.integers(0, 12)
box = st.tuples(edge, edge, edge, edge).map(
    lambda e: [
        float(min(e[0], e[2])),
        float(min(e[1], e[3])),
        float(max(e[0], e[2])),
        float(max(e[1], e[3])),
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(box, st.integers(0, 5)), max_size=12),
    # No ratio of areas up to 144 comes so close to these that rounding could decide.
    st.sampled_from([0.1234567, 0.3456789, 0.5001, 0.7001]),
)
def test_suppression_keeps_what_a_naive_one_keeps(
    found: list[tuple[list[float], int]], threshold: float
) -> None:
    boxes = [box for box, _ in found]
    scores = [float(score) for _, score in found]
    kept = vision.non_maximum_suppression(
        torch.tensor(boxes).reshape(-1, 4), torch.tensor(scores), threshold
    )
    assert kept.dtype == torch.int64
    assert kept.tolist() == naive(boxes, scores, threshold)


def test_torchvision_itself_suppresses_boxes() -> None:
    boxes = torch.tensor([[0, 0, 10, 10], [1, 0, 10, 10], [20, 20, 30, 30]], dtype=torch.float32)
    kept = vision.torchvision.ops.nms(boxes, torch.tensor([0.8, 0.9, 0.1]), 0.5)
    assert kept.tolist() == [1, 2]


def test_boxes_of_different_classes_do_not_suppress_each_other() -> None:
    boxes = torch.tensor([[0, 0, 10, 10], [0, 0, 10, 10]], dtype=torch.float32)
    kept = vision.torchvision.ops.batched_nms(
        boxes, torch.tensor([0.8, 0.9]), torch.tensor([0, 1]), 0.5
    )
    assert kept.tolist() == [1, 0]


def test_a_detector_of_torchvision_runs() -> None:
    detector = vision.models.detection.ssdlite320_mobilenet_v3_large(
        weights=None, weights_backbone=None, num_classes=2
    ).eval()
    with torch.inference_mode():
        (found,) = detector([torch.zeros(3, 64, 64)])
    assert found["boxes"].shape[1] == 4


def test_operators_are_compiled_only_where_a_library_loads(tmp_path: Path) -> None:
    absent, damaged, sound = (tmp_path / name for name in ("absent", "damaged", "sound"))
    for folder in (absent, damaged, sound):
        folder.mkdir()
    (damaged / f"_C{ABI}").write_bytes(b"no library")
    # Any library of this interpreter shows that one is loaded.
    shutil.copy(_json.__file__, sound / f"_C{ABI}")
    assert not vision.compiled_operators_load(absent)
    assert not vision.compiled_operators_load(damaged)
    assert vision.compiled_operators_load(sound)


@pytest.mark.parametrize("loads", [True, False])
def test_a_fresh_interpreter_takes_the_branch_its_torchvision_needs(
    tmp_path: Path, loads: bool
) -> None:
    package = tmp_path / "torchvision"
    package.mkdir()
    (package / "__init__.py").write_text("from torchvision import extension, models\n")
    (package / "extension.py").write_text("def _has_ops():\n    return 'own'\n")
    (package / "models.py").write_text("")
    library = package / f"_C{ABI}"
    if loads:
        shutil.copy(_json.__file__, library)
    else:
        library.write_bytes(b"made for another torch")
    program = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import torch\n"
        "from cxrviewer.learning.networks import vision\n"
        "from torchvision import extension\n"
        "print(vision.COMPILED, hasattr(torch.ops.torchvision, 'nms'), extension._has_ops())\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == (
        ["True", "False", "own"] if loads else ["False", "True", "True"]
    )
