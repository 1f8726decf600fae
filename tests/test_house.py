"""The house holds: layering, names and habits, each rule proved by breaking it once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests import house_rules as rules

_ALL = [pytest.param(path, id=rules.module_name(path)) for path in rules.sources()]


@pytest.mark.parametrize("path", _ALL)
def test_a_module_imports_only_what_stands_below_it(path: Path) -> None:
    found = rules.wrong_imports(rules.module_name(path), path.read_text(encoding="utf-8"))
    assert found == []


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("cxrviewer.core.film", "from cxrviewer.imaging import display"),
        ("cxrviewer.core.film", "import cv2"),
        ("cxrviewer.imaging.reader", "from cxrviewer.learning.gate import check"),
        ("cxrviewer.imaging.reader", "def read():\n    import torch"),
        ("cxrviewer.learning.gate", "import cxrviewer.interop.sr"),
        ("cxrviewer.interop.sr", "from cxrviewer.learning import classifier"),
        ("cxrviewer.learning.explain", "import torchvision"),
        ("cxrviewer.learning.gate", "def check():\n    from torchvision.ops import nms"),
        ("cxrviewer.learning.trainer.training", "from PySide6.QtCore import QObject"),
        ("cxrviewer.processes.child", "def start():\n    import PySide6"),
        ("cxrviewer.processes.engine_service", "from cxrviewer.learning import classifier"),
        ("cxrviewer.ui.main_window", "from cxrviewer.learning import classifier"),
        ("cxrviewer.ui.main_window", "from cxrviewer.imaging.reader import read_film"),
        ("cxrviewer.ui.main_window", "from cxrviewer.imaging import phantom"),
        ("cxrviewer.ui.main_window", "def read():\n    from cxrviewer.imaging import reader"),
        ("cxrviewer.ui.main_window", "import torch"),
        ("cxrviewer.cli.command_train", "from cxrviewer.learning import training"),
        ("cxrviewer.cli.window", "from cxrviewer.ui import app"),
        ("cxrviewer.cli.window", "import PySide6.QtWidgets"),
    ],
)
def test_a_forbidden_import_is_found(module: str, line: str) -> None:
    assert rules.wrong_imports(module, line)


@pytest.mark.parametrize(
    ("module", "line"),
    [
        (
            "cxrviewer.processes.engine_service",
            "def start():\n    from cxrviewer.learning import x",
        ),
        ("cxrviewer.ui.main_window", "from cxrviewer.imaging.display import render"),
        ("cxrviewer.ui.main_window", "from PySide6.QtWidgets import QMainWindow"),
        ("cxrviewer.learning.networks.vision", "import torchvision"),
        ("cxrviewer.cli.window", "def run():\n    from cxrviewer.ui import app"),
    ],
)
def test_an_allowed_import_passes(module: str, line: str) -> None:
    assert rules.wrong_imports(module, line) == []


@pytest.mark.parametrize("path", _ALL)
def test_a_module_uses_nothing_forbidden(path: Path) -> None:
    assert rules.forbidden_words(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "from cPickle import loads",
        "state = torch.load(file)",
        "eval('1 + 1')",
        "exec(code)",
        "thread.terminate()",
        "except:",
        "import x  # noqa",
        "x = y  # type: ignore",
    ],
)
def test_a_forbidden_construct_is_found(line: str) -> None:
    assert rules.forbidden_words(line)


def test_no_test_loads_or_writes_a_serialised_object() -> None:
    files = sorted((rules.ROOT / "tests").rglob("*.py"))
    loaded = {file.name: dict(rules.imports(file.read_text(encoding="utf-8"))) for file in files}
    assert [name for name, modules in loaded.items() if "pickle" in modules] == []


def test_putting_a_network_in_evaluation_mode_is_not_forbidden() -> None:
    assert rules.forbidden_words("network.eval()\nvalue = x  # type: ignore[no-untyped-call]") == []


def test_colours_stand_in_the_palette_only() -> None:
    written = [*rules.sources(), rules.ROOT / "resources" / "theme.qss"]
    # The report is for paper, where the window's dark palette has no place.
    written.remove(rules.PACKAGE / "learning" / "reporting" / "report.py")
    found = {
        rules.module_name(path): colours
        for path in written
        if (colours := rules.colour_literals(path.read_text(encoding="utf-8")))
    }
    assert found == {}
    palette = (rules.ROOT / "resources" / "palette.json").read_text(encoding="utf-8")
    assert rules.colour_literals(palette)


@pytest.mark.parametrize("text", ['QColor("#5aa9e6")', "background: #000;", "'#ff000080'"])
def test_a_colour_literal_is_found(text: str) -> None:
    assert rules.colour_literals(text)


def test_icons_take_their_colour_from_the_palette() -> None:
    icons = sorted((rules.ROOT / "resources" / "icons").glob("*.svg"))
    drawn = [icon for icon in icons if icon.stem != "app"]
    assert drawn
    for icon in drawn:
        text = icon.read_text(encoding="utf-8")
        assert "currentColor" in text
        assert 'viewBox="0 0 20 20"' in text
        assert rules.colour_literals(text) == []


def test_no_two_modules_share_a_base_name() -> None:
    assert rules.shared_names(rules.sources()) == []
    assert rules.shared_names([Path("ui/reader.py"), Path("cli/reader.py")]) == ["reader"]


def test_package_files_are_empty() -> None:
    written = [path for path in rules.PACKAGE.rglob("__init__.py") if path.stat().st_size]
    assert written == []


def test_no_module_hides_behind_an_empty_name() -> None:
    vague = {"utils", "util", "helpers", "helper", "misc", "common", "shims"}
    assert [path for path in rules.sources() if path.stem in vague] == []


def _ruff(place: str, source: str) -> list[str]:
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "ruff", "check", "--output-format", "json"),
            *("--stdin-filename", str(rules.ROOT / place), "-"),
        ],
        input=source,
        capture_output=True,
        text=True,
        cwd=rules.ROOT,
        check=False,
    )
    return [found["code"] for found in json.loads(ran.stdout)]


@pytest.mark.parametrize("package", ["core", "imaging", "processes", "ui", "cli"])
@pytest.mark.parametrize(
    "line",
    [
        "import torch",
        "from torchvision import ops",
        "import timm",
        "import pytorch_grad_cam",
        "import sklearn",
        "from cxrviewer.learning import classifier",
    ],
)
def test_the_static_rule_flags_a_heavy_import_at_module_level(package: str, line: str) -> None:
    assert "TID253" in _ruff(f"cxrviewer/{package}/broken.py", f"{line}\n")


def test_the_static_rule_allows_a_heavy_import_inside_a_function_and_in_learning() -> None:
    inside = "def run() -> None:\n    import torch\n\n    torch.ones(1)\n"
    assert "TID253" not in _ruff("cxrviewer/ui/fine.py", inside)
    assert "TID253" not in _ruff("cxrviewer/learning/fine.py", "import torch\n")


def test_the_static_rule_flags_relative_imports() -> None:
    assert "TID252" in _ruff("cxrviewer/core/broken.py", "from .film import Film\n")
