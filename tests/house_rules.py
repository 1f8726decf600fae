"""The rules of the house as functions of source text, so that each can be broken on purpose."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "cxrviewer"

# Package -> the packages of the program that its modules may import at module level.
MAY_IMPORT = {
    "core": {"core"},
    "imaging": {"core", "imaging"},
    # Films for training are decoded in the reader child too.
    "learning": {"core", "imaging", "learning", "processes"},
    "interop": {"core", "imaging", "interop"},
    "processes": {"core", "processes"},
    "ui": {"core", "imaging", "processes", "ui"},
    "cli": {"core", "imaging", "processes", "cli"},
    "__main__": {"core", "cli"},
}
# Package -> the packages it may name inside functions besides.
MAY_IMPORT_LATE = {
    "imaging": set(),
    "core": set(),
    "learning": set(),
    "interop": set(),
    "processes": {"imaging", "learning"},
    "ui": {"learning", "interop"},
    "cli": {"learning", "interop", "ui"},
    "__main__": {"ui"},
}
# Heavy dependency -> the packages or modules that may import it anywhere.
HEAVY = {
    "PySide6": ("cxrviewer.ui",),
    "pyqtgraph": ("cxrviewer.ui",),
    "torch": ("cxrviewer.learning",),
    "torchvision": ("cxrviewer.learning.networks.vision",),
    "timm": ("cxrviewer.learning",),
    "pytorch_grad_cam": ("cxrviewer.learning",),
    "sklearn": ("cxrviewer.learning",),
    "safetensors": ("cxrviewer.learning",),
    "matplotlib": ("cxrviewer.learning",),
    "pydicom": ("cxrviewer.imaging", "cxrviewer.interop"),
    "gdcm": ("cxrviewer.imaging",),
    "openjpeg": ("cxrviewer.imaging",),
    "jpeg_ls": ("cxrviewer.imaging",),
    "cv2": ("cxrviewer.imaging", "cxrviewer.learning", "cxrviewer.ui", "cxrviewer.interop"),
}
# Of imaging, what the window's process may load: no codec, no DICOM.
WINDOW_IMAGING = {"display", "colormap", "overlay", "pictures", "levels"}

FORBIDDEN = {
    "pickle": r"\bc?[pP]ickle\b(?!\.py)",
    "torch.load": r"\btorch\.load\(",
    "eval(": r"(?<![\w.])eval\(",
    "exec(": r"(?<![\w.])exec\(",
    "QThread.terminate": r"\.terminate\(\)",
    "bare except": r"^\s*except\s*:",
    "blanket noqa": r"#\s*noqa(?!:)",
    "blanket type: ignore": r"#\s*type:\s*ignore(?!\[)",
}
_COLOUR = re.compile(
    r"""["'(: ]#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3}){0,1}(?:[0-9a-fA-F]{2})?["';)\s]"""
)


def sources() -> list[Path]:
    """Every Python file of the program."""
    return sorted(PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    """Dotted name of a file of the program."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imports(source: str) -> Iterator[tuple[str, bool]]:
    """Every module that a source names in an import, and whether only when a function runs."""
    yield from _imports(ast.parse(source), late=False)


def _imports(node: ast.AST, *, late: bool) -> Iterator[tuple[str, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from ((alias.name, late) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            yield child.module or "", late
            yield from ((f"{child.module}.{alias.name}", late) for alias in child.names)
        elif not _only_for_types(child):
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports(child, late=late or inside)


def _only_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def wrong_imports(module: str, source: str) -> list[str]:
    """Imports of a module that the layering does not allow, as sentences."""
    place = module.split(".")[1]
    if place == "__init__":
        place = "core"
    wrong = []
    for name, late in imports(source):
        head, _, rest = name.partition(".")
        target = rest.split(".")[0]
        if head == "cxrviewer" and target in MAY_IMPORT:
            allowed = MAY_IMPORT[place] | (MAY_IMPORT_LATE[place] if late else set())
            if target not in allowed:
                wrong.append(f"{module} imports {name}")
        if place == "ui" and target == "imaging":
            part = rest.split(".")[1:2]
            if part and part[0] not in WINDOW_IMAGING:
                wrong.append(f"{module} imports {name}")
        homes = HEAVY.get(head)
        if homes and not any(module == home or module.startswith(f"{home}.") for home in homes):
            wrong.append(f"{module} imports {name}")
    return wrong


def forbidden_words(source: str) -> list[str]:
    """Names of the forbidden constructs a source uses."""
    return [name for name, pattern in FORBIDDEN.items() if re.search(pattern, source, re.MULTILINE)]


def colour_literals(source: str) -> list[str]:
    """Colours written out in a source or a style sheet."""
    return [found.strip() for found in _COLOUR.findall(f" {source} ")]


def shared_names(modules: list[Path]) -> list[str]:
    """Base names that more than one module has."""
    counted = Counter(path.stem for path in modules if path.stem != "__init__")
    return [name for name, times in counted.items() if times > 1]
