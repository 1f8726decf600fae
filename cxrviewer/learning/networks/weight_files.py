"""Weight files on disk: found in a folder, recognised by their headers, refused in a sentence."""

from pathlib import Path
from typing import Any

import safetensors
from torch import Tensor

from cxrviewer.core.errors import PlanError
from cxrviewer.learning.networks.backbone import Backbone
from cxrviewer.learning.networks.weight_layouts import layout_of

_SUFFIX = ".safetensors"
# Beginning of a file -> what it is; read as a program or not at all.
_PICKLED = "a pickled file (PyTorch's .pth), which can run any program when it is read"
_FOREIGN = {
    b"PK\x03\x04": _PICKLED,
    b"\x80\x02": _PICKLED,
    b"\x80\x03": _PICKLED,
    b"\x80\x04": _PICKLED,
    b"\x80\x05": _PICKLED,
    b"\x89HDF": "a Keras file (HDF5)",
}
# How weights end that are not read.
_NOT_READ = (".pth", ".pt", ".bin", ".ckpt", ".h5", ".keras")
_NAMED = 5


def file_for(source: Path, backbone: Backbone) -> Path:
    """Return the file of a backbone's weights: `source` itself, or the one a folder holds.

    Of several that fit, the one whose name says so is taken; only headers are read.

    Raises
    ------
    PlanError
        If the folder holds none.
    """
    if not source.is_dir():
        return source
    files = sorted(
        [*source.glob(f"*{_SUFFIX}"), *source.glob(f"*/*{_SUFFIX}")],
        key=lambda file: (not _is_named(file, backbone), file),
    )
    refusals: list[PlanError] = []
    for file in files:
        try:
            misfit = layout_of(_shapes(file), backbone)[1]
        except PlanError as error:
            refusals += [error] if _is_named(file, backbone) else []
            continue
        if not misfit:
            return file
        refusals += (
            [wrong_network(file.name, backbone, misfit)] if _is_named(file, backbone) else []
        )
    if refusals:
        raise refusals[0]
    raise PlanError(
        f"The folder {source} holds no weights of {backbone.title}, {_held(source, files)}; "
        "put them there or choose another.",
        field="weights",
    )


def passed_over(source: Path, taken: Path, backbone: Backbone) -> str:
    """Say that a folder has a file of the backbone's name but another was taken, else nothing.

    Parameters
    ----------
    taken
        What `file_for` returned for `source`.
    """
    if taken == source or _is_named(taken.relative_to(source), backbone):
        return ""
    for file in sorted([*source.glob("*.*"), *source.glob("*/*.*")]):
        of_weights = file.suffix.lower() in (_SUFFIX, *_NOT_READ)
        if of_weights and _is_named(file.relative_to(source), backbone):
            safe = file.suffix.lower() == _SUFFIX
            why = "damaged or of another network" if safe else "no safetensors file"
            return (
                f"The weights come from {taken.name}, which fits {backbone.title}; {file.name} "
                f"bears its name, but is {why}."
            )
    return ""


def read(file: Path, backbone: Backbone) -> dict[str, Tensor]:
    """Return the tensors of a file that fits a backbone, in the file's names, without a head.

    Raises
    ------
    PlanError
        If the file is missing, damaged, no safetensors, or of another network.
    """
    layout, misfit = layout_of(_shapes(file), backbone)
    if misfit:
        raise wrong_network(file.name, backbone, misfit)
    try:
        with safetensors.safe_open(file, framework="pt") as opened:
            names = [name for name in _names(opened) if layout.ours(name)]
            return {name: opened.get_tensor(name) for name in names}
    except (OSError, safetensors.SafetensorError) as error:
        raise _unreadable(file) from error


def wrong_network(source: str, backbone: Backbone, misfit: str) -> PlanError:
    """Return the error that weights are of another network."""
    return PlanError(
        f"The weights in {source} are not those of {backbone.title} ({misfit}); choose "
        "another file.",
        field="weights",
    )


def _shapes(file: Path) -> dict[str, tuple[int, ...]]:
    """Read names and shapes from a file's header."""
    try:
        with file.open("rb") as stream:
            beginning = stream.read(4)
        for mark, what in _FOREIGN.items():
            if beginning.startswith(mark):
                raise PlanError(
                    f"The weights {file.name} are {what}; only safetensors files are read, so "
                    "convert it or choose another.",
                    field="weights",
                )
        with safetensors.safe_open(file, framework="pt") as opened:
            return {name: tuple(opened.get_slice(name).get_shape()) for name in _names(opened)}
    except FileNotFoundError:
        raise PlanError(
            f"There is no weights file {file}; choose another.", field="weights"
        ) from None
    except (OSError, safetensors.SafetensorError) as error:
        raise _unreadable(file) from error


def _names(opened: Any) -> list[str]:
    # Typed so because safetensors leaves its methods untyped.
    return list(opened.keys())


def _unreadable(file: Path) -> PlanError:
    return PlanError(
        f"The file {file.name} cannot be read as weights (safetensors); choose another.",
        field="weights",
    )


def _is_named(file: Path, backbone: Backbone) -> bool:
    wanted, name = (
        "".join(sign for sign in text.lower() if sign.isalnum())
        for text in (backbone.name, f"{file.parent.name} {file.stem}")
    )
    return wanted in name


def _held(folder: Path, files: list[Path]) -> str:
    if not files:
        others = sum(1 for path in folder.glob("*.pth"))
        pickled = f"only {others} pickled (.pth), which are not read" if others else ""
        return pickled or "nor any other safetensors file"
    names = ", ".join(file.name for file in files[:_NAMED])
    more = f" and {len(files) - _NAMED} more" if len(files) > _NAMED else ""
    return f"only {names}{more}"
